"""`rich_text` blocks as safe HTML: <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>."""

from typing import Any

from markupsafe import Markup, escape

from sandbox.slack_workspace.page.angles import date, link, mention
from sandbox.slack_workspace.page.emoji import render_emoji
from sandbox.slack_workspace.page.names import Names

Json = dict[str, Any]
_STYLES = (("code", "code"), ("strike", "s"), ("italic", "i"), ("bold", "b"), ("underline", "u"))


def render_rich_text(block: Json, names: Names) -> Markup:
    """The sections, lists, quotes and preformatted parts of one block."""
    return Markup("").join(_part(part, names) for part in block.get("elements", ()))


def _part(part: Json, names: Names) -> Markup:
    match part.get("type"):
        case "rich_text_list":
            return _list(part, names)
        case "rich_text_preformatted":
            return Markup("<pre>{}</pre>").format(_inlines(part, names))
        case "rich_text_quote":
            return Markup("<blockquote>{}</blockquote>").format(_breaks(_inlines(part, names)))
    return Markup('<div class="rich__section">{}</div>').format(_breaks(_inlines(part, names)))


def _list(part: Json, names: Names) -> Markup:
    items = Markup("").join(
        Markup("<li>{}</li>").format(_breaks(_inlines(item, names))) for item in part["elements"]
    )
    tag = "ol" if part.get("style") == "ordered" else "ul"
    return Markup('<{0} class="rich__list rich__list--{1}"{2}>{3}</{0}>').format(
        tag, int(part.get("indent", 0)), _start(part, tag), items
    )


def _start(part: Json, tag: str) -> Markup:
    offset = int(part.get("offset", 0))
    return Markup(' start="{}"').format(offset + 1) if offset and tag == "ol" else Markup("")


def _inlines(part: Json, names: Names) -> Markup:
    return Markup("").join(
        _styled(_inline(item, names), item.get("style") or {}) for item in part["elements"]
    )


def _inline(item: Json, names: Names) -> Markup:
    match item.get("type"):
        case "text":
            return escape(item["text"])
        case "link":
            return link(item["url"], item.get("text", "")) or escape(item.get("text") or item["url"])
        case "emoji":
            return render_emoji(item["name"]) or escape(f":{item['name']}:")
        case "date":
            return date(
                str(item["timestamp"]), item["format"], item.get("fallback", ""), item.get("url") or ""
            )
        case "color":
            return Markup("<code>{}</code>").format(item["value"])
    return _mention(item, names)


def _mention(item: Json, names: Names) -> Markup:
    match item.get("type"):
        case "user":
            return mention("@", names.user(item["user_id"]), me=item["user_id"] == names.viewer)
        case "usergroup":
            return mention("@", names.group(item["usergroup_id"]))
        case "channel":
            return mention("#", names.channel(item["channel_id"]))
        case "broadcast":
            return mention("@", item["range"], me=True)
    return Markup("")


def _styled(inner: Markup, style: Json) -> Markup:
    for name, tag in _STYLES:
        if style.get(name):
            inner = Markup("<{0}>{1}</{0}>").format(tag, inner)
    return inner


def _breaks(inner: Markup) -> Markup:
    return Markup(str(inner).replace("\n", "<br>"))  # noqa: S704 - `inner` is already escaped
