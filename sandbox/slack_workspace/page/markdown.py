"""The standard Markdown that a `markdown` block understands: <https://docs.slack.dev/reference/block-kit/blocks/markdown-block>.

Headings, paragraphs, lists, quotes, fenced code, tables, rules; bold, italic, strike, code and links within a line.
"""

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from sandbox.slack_workspace.page.angles import link, render_angle
from sandbox.slack_workspace.page.emoji import render_emoji
from sandbox.slack_workspace.page.names import Names

_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|!?\[(?P<label>[^\]\n]+)\]\((?P<href>[^()\s]+)\)"
    r"|<(?P<angle>[@#!][^<>\n]+|https?://[^<>\n]+)>"
    r"|\*\*(?P<b>[^\s*](?:[^*\n]*[^\s*])?)\*\*|__(?P<b2>[^\s_](?:[^_\n]*[^\s_])?)__"
    r"|(?<![\w*])\*(?P<i>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<i2>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|~~(?P<s>[^\s~](?:[^~\n]*[^\s~])?)~~"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
    r"|(?P<url>https?://[^\s<>`|]+[^\s<>`|.,;:!?)\]'\"*_~])"
)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"(?P<indent> *)(?:(?P<bullet>[-*+])|(?P<number>\d{1,9})[.)])\s+(?P<text>.*)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *")
_TABLE_RULE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_FENCE = "```"


def render_markdown(text: str, names: Names) -> Markup:
    """The HTML of one block's text."""
    return Markup("").join(_blocks(text.split("\n"), names))


def _blocks(lines: list[str], names: Names) -> Iterator[Markup]:
    at = 0
    while at < len(lines):
        take = _length(lines, at)
        yield _block(lines[at : at + take], names)
        at += take


def _length(lines: list[str], at: int) -> int:
    """How many lines belong to the block that starts at `at`."""
    kind = _kind(lines, at)
    if kind == "fence":
        closing = (n for n in range(at + 1, len(lines)) if lines[n].strip().startswith(_FENCE))
        return next(closing, len(lines) - 1) - at + 1
    if kind in ("heading", "rule", "blank"):
        return 1
    end = at + (2 if kind == "table" else 1)
    while end < len(lines) and _continues(kind, _kind(lines, end), lines[end]):
        end += 1
    return end - at


def _kind(lines: list[str], at: int) -> str:
    line = lines[at]
    if not line.strip():
        return "blank"
    if line.strip().startswith(_FENCE):
        return "fence"
    if _HEADING.fullmatch(line):
        return "heading"
    if _RULE.fullmatch(line):
        return "rule"
    if "|" in line and at + 1 < len(lines) and "-" in lines[at + 1] and _TABLE_RULE.fullmatch(lines[at + 1]):
        return "table"
    return "quote" if line.startswith(">") else "list" if _ITEM.fullmatch(line) else "paragraph"


def _continues(kind: str, following: str, line: str) -> bool:
    if kind == "table":
        return "|" in line
    return kind == following or (kind == "list" and following == "paragraph" and line.startswith("  "))


def _block(lines: list[str], names: Names) -> Markup:
    return _BLOCKS[_kind(lines, 0)](lines, names)


def _blank(_: list[str], __: Names) -> Markup:
    return Markup("")


def _rule(_: list[str], __: Names) -> Markup:
    return Markup("<hr>")


def _fence(lines: list[str], _: Names) -> Markup:
    closed = len(lines) > 1 and lines[-1].strip().startswith(_FENCE)
    return Markup("<pre>{}</pre>").format("\n".join(lines[1:-1] if closed else lines[1:]))


def _quote(lines: list[str], names: Names) -> Markup:
    inner = "\n".join(line[1:].removeprefix(" ") for line in lines)
    return Markup("<blockquote>{}</blockquote>").format(render_markdown(inner, names))


def _paragraph(lines: list[str], names: Names) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(_inline(line, names) for line in lines))


def _heading(lines: list[str], names: Names) -> Markup:
    marks, _, text = lines[0].partition(" ")
    level = min(len(marks) + 2, 6)
    return Markup("<h{0}>{1}</h{0}>").format(level, _inline(text.strip(), names))


def _list(lines: list[str], names: Names) -> Markup:
    """Items with their depth; two spaces are one level."""
    items: list[list[str]] = []
    for line in lines:
        if _ITEM.fullmatch(line):
            items.append([line])
        else:
            items[-1].append(line.strip())
    return Markup("").join(_item(item, names) for item in items)


def _item(item: list[str], names: Names) -> Markup:
    found = _ITEM.fullmatch(item[0])
    assert found is not None  # noqa: S101 - `_list` let only items begin
    depth = min(len(found["indent"]) // 2, 8)
    body = Markup("<br>").join(_inline(line, names) for line in [found["text"], *item[1:]])
    if found["number"]:
        return Markup('<ol class="rich__list rich__list--{}" start="{}"><li>{}</li></ol>').format(
            depth, found["number"], body
        )
    return Markup('<ul class="rich__list rich__list--{}"><li>{}</li></ul>').format(depth, body)


def _table(lines: list[str], names: Names) -> Markup:
    head, *rows = [_cells(line) for line in lines[:1] + lines[2:]]
    return Markup('<table class="grid"><thead>{}</thead><tbody>{}</tbody></table>').format(
        _row("th", head, names), Markup("").join(_row("td", row, names) for row in rows)
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _row(tag: str, cells: list[str], names: Names) -> Markup:
    return Markup("<tr>{}</tr>").format(
        Markup("").join(Markup("<{0}>{1}</{0}>").format(tag, _inline(cell, names)) for cell in cells)
    )


def _inline(text: str, names: Names) -> Markup:
    out: list[Markup] = []
    end = 0
    for found in _INLINE.finditer(text):
        out += [escape(text[end : found.start()]), _token(found, names)]
        end = found.end()
    return Markup("").join([*out, escape(text[end:])])


def _token(found: re.Match[str], names: Names) -> Markup:
    match found.lastgroup or "":
        case "code":
            return Markup("<code>{}</code>").format(found["code"])
        case "href":
            return link(found["href"], found["label"]) or escape(found[0])
        case "angle":
            return render_angle(found["angle"], names)
        case "url":
            return link(found["url"]) or escape(found["url"])
        case "emoji":
            return render_emoji(found["emoji"]) or escape(found[0])
        case kind:
            return Markup("<{0}>{1}</{0}>").format(kind[0], _inline(found[kind], names))


_BLOCKS: dict[str, Callable[[list[str], Names], Markup]] = {
    "blank": _blank,
    "rule": _rule,
    "fence": _fence,
    "heading": _heading,
    "table": _table,
    "quote": _quote,
    "list": _list,
    "paragraph": _paragraph,
}
