"""Slack's mrkdwn as safe HTML: <https://docs.slack.dev/messaging/formatting-message-text>.

A writer escapes `&`, `<` and `>`; what is left between angle brackets is a link, a mention or a date.
Everything that is not one of those leaves here escaped.
"""

import re

from markupsafe import Markup, escape

from sandbox.slack_workspace.page.angles import render_angle, unescape
from sandbox.slack_workspace.page.emoji import render_emoji
from sandbox.slack_workspace.page.names import Names

_FENCE = re.compile(r"\n?```\n?(.+?)\n?```\n?", re.DOTALL)
_QUOTE = re.compile(r"(?:&gt;|>) ?")
_ANGLE = re.compile(r"<(?P<angle>[^<>\n]+)>")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<b>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<i>[^\s_](?:[^\n]*?[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<s>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
    r"|(?P<url>https?://[^\s<>`|]+[^\s<>`|.,;:!?)\]'\"*_~])"
)
_TAGS = {"b": "b", "i": "i", "s": "s"}


def render_mrkdwn(text: str, names: Names) -> Markup:
    """The text of a message or a `mrkdwn` text object."""
    out: list[Markup] = []
    end = 0
    for fence in _FENCE.finditer(text):
        out += [_lines(text[end : fence.start()], names), _fenced(fence[1], names)]
        end = fence.end()
    return Markup("").join([*out, _lines(text[end:], names)])


def render_plain(text: str) -> Markup:
    """A `plain_text` object: nothing is formatted except emoji shortcodes."""
    out: list[Markup] = []
    end = 0
    for found in re.finditer(r":([a-z0-9_+-]+):", text):
        glyph = render_emoji(found[1])
        if glyph is not None:
            out += [escape(text[end : found.start()]), glyph]
            end = found.end()
    return Markup("").join([*out, escape(text[end:])])


def _fenced(text: str, names: Names) -> Markup:
    return Markup("<pre>{}</pre>").format(_links_only(text, names))


def _lines(text: str, names: Names) -> Markup:
    out: list[Markup] = []
    plain: list[str] = []
    quoted: list[str] = []

    def flush() -> None:
        if plain:
            out.append(_joined(plain, names))
        if quoted:
            out.append(Markup("<blockquote>{}</blockquote>").format(_joined(quoted, names)))
        plain.clear()
        quoted.clear()

    for line in text.split("\n") if text else ():
        mark = _QUOTE.match(line)
        if bool(mark) != bool(quoted):
            flush()
        (quoted if mark else plain).append(line[mark.end() :] if mark else line)
    flush()
    return Markup("").join(out)


def _joined(lines: list[str], names: Names) -> Markup:
    return Markup("<br>").join(_inline(line, names) for line in lines)


def _inline(text: str, names: Names) -> Markup:
    out: list[Markup] = []
    end = 0
    for found in _INLINE.finditer(text):
        out += [escape(unescape(text[end : found.start()])), _token(found, names)]
        end = found.end()
    return Markup("").join([*out, escape(unescape(text[end:]))])


def _token(found: re.Match[str], names: Names) -> Markup:
    kind = found.lastgroup or ""
    inner = found[kind]
    match kind:
        case "code":
            return Markup("<code>{}</code>").format(_links_only(inner, names))
        case "angle":
            return render_angle(inner, names)
        case "emoji":
            return render_emoji(inner) or escape(found[0])
        case "url":
            return render_angle(inner, names)
    return Markup("<{0}>{1}</{0}>").format(_TAGS[kind], _inline(inner, names))


def _links_only(text: str, names: Names) -> Markup:
    out: list[Markup] = []
    end = 0
    for found in _ANGLE.finditer(text):
        out += [escape(unescape(text[end : found.start()])), render_angle(found["angle"], names)]
        end = found.end()
    return Markup("").join([*out, escape(unescape(text[end:]))])
