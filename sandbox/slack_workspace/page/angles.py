"""What stands between `<` and `>` in mrkdwn: links, mentions, dates."""

from markupsafe import Markup, escape

from sandbox.slack_workspace.page.emoji import render_emoji
from sandbox.slack_workspace.page.names import Names

SAFE_SCHEMES = ("https://", "http://", "mailto:")
_BROADCASTS = ("here", "channel", "everyone")


def render_angle(inner: str, names: Names) -> Markup:
    """The HTML of one `<inner>`; what Slack would not understand is shown as it was written."""
    head, _, label = inner.partition("|")
    if head.startswith("@"):
        return mention("@", label or names.user(head[1:]), me=head[1:] == names.viewer)
    if head.startswith("#"):
        return mention("#", names.channels.get(head[1:]) or label or head[1:])
    if head.startswith("!"):
        return _command(head[1:], label, names) or escape(f"<{inner}>")
    return link(unescape(head), unescape(label)) or escape(f"<{unescape(inner)}>")


def unescape(text: str) -> str:
    """Undo the three escapes that Slack asks of writers, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def link(url: str, label: str = "") -> Markup | None:
    """An outside link in a new tab, or None where the scheme could run something in the page."""
    if not url.lower().startswith(SAFE_SCHEMES):
        return None
    shown = label or url.removeprefix("mailto:")
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, _label(shown))


def mention(sigil: str, name: str, *, me: bool = False) -> Markup:
    """A highlighted person, group or channel; `me` where the reader is meant."""
    shown = name if name.startswith(sigil) else f"{sigil}{name}"
    kind = "mention mention--me" if me else "mention"
    return Markup('<span class="{}">{}</span>').format(kind, shown)


def date(epoch: str, form: str, fallback: str, url: str = "") -> Markup:
    """A moment that the reader's browser writes in its own time zone; the fallback until then."""
    stamp = Markup('<time data-epoch="{}" data-form="{}">{}</time>').format(epoch, form, fallback)
    if url.lower().startswith(SAFE_SCHEMES):
        return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, stamp)
    return stamp


def _command(head: str, label: str, names: Names) -> Markup | None:
    kind, *rest = head.split("^")
    if kind in _BROADCASTS:
        return mention("@", kind, me=True)
    if kind == "subteam" and rest:
        return mention("@", names.groups.get(rest[0]) or label or rest[0])
    if kind == "date" and len(rest) > 1 and rest[0].lstrip("-").isdigit():
        return date(rest[0], rest[1], unescape(label), rest[2] if rest[2:] else "")
    return None


def _label(text: str) -> Markup:
    if text.startswith(":") and text.endswith(":"):
        return render_emoji(text.strip(":")) or escape(text)
    return escape(text)
