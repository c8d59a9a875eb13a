"""Block Kit as HTML: pure, from plain dicts. The templates `blocks.html` and `elements.html` hold the markup.

What a test can hold on to is on the control itself: `data-action-id`, `data-block-id`, `data-element` (its Block Kit type).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from sandbox.slack_workspace.page.angles import SAFE_SCHEMES
from sandbox.slack_workspace.page.markdown import render_markdown
from sandbox.slack_workspace.page.mrkdwn import render_mrkdwn, render_plain
from sandbox.slack_workspace.page.names import Names
from sandbox.slack_workspace.page.options import chosen, shown_options
from sandbox.slack_workspace.page.rich_text import render_rich_text

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What blocks look like to one reader.

    `key` makes the ids in the HTML unique on the page; `values` is what stands in the inputs (Slack's `state.values`) and
    wins over the blocks' initial values; `errors` maps block_id to the text shown under an input.
    """

    names: Names
    key: str = "b"
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def render_blocks(blocks: list[Json], look: Look) -> Markup:
    """The blocks of a message, a modal or a Home tab. A type this page does not know is named, not dropped."""
    ids = count()
    template = environment().get_template("blocks.html")
    html = template.render(
        blocks=blocks,
        errors=look.errors,
        text=lambda item: render_text(item, look.names),
        rich=lambda block: render_rich_text(block, look.names),
        markdown=lambda text: render_markdown(text, look.names),
        options=lambda element: shown_options(element, look.names),
        chosen=lambda element, block_id: chosen(element, block_id, look.values, look.names),
        uid=lambda: f"{look.key}-{next(ids)}",
    )
    return Markup(html)  # noqa: S704 - rendered with autoescape


def render_text(item: Json | str | None, names: Names) -> Markup:
    """A text object (`plain_text` or `mrkdwn`); a bare string counts as plain text."""
    if not item:
        return Markup("")
    if isinstance(item, str):
        return render_plain(item)
    return (
        render_mrkdwn(item["text"], names)
        if item.get("type") == "mrkdwn"
        else _lines(render_plain(item["text"]))
    )


def safe_url(url: str) -> str:
    """The address of a link or image, or nothing where its scheme could run something in the page."""
    return url if url.lower().startswith(SAFE_SCHEMES) else ""


def environment() -> Environment:
    """Every template of the page, autoescaped."""
    return _ENVIRONMENT


def _lines(text: Markup) -> Markup:
    return Markup("<br>").join(_split(text))


def _split(text: Markup) -> Iterator[Markup]:
    for line in str(text).split("\n"):
        yield Markup(line)  # noqa: S704 - a line of what was already escaped


def _attribute(value: Any) -> Markup:
    return escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


_ENVIRONMENT = Environment(
    loader=PackageLoader("sandbox.slack_workspace.page"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(safe_url=safe_url, attribute=_attribute)
