"""Rich text (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from collections.abc import Mapping

from sandbox.slack_workspace.block_kit.composition import block_id, slack_id
from sandbox.slack_workspace.block_kit.rules import (
    Check,
    flag,
    items,
    number,
    one_of,
    record,
    string,
    typed,
    url,
)

_MOST = 1000
_STYLE = record(
    optional=dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), flag
    )
)


def _inline(kind: str, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record(required={"type": one_of(kind), **required}, optional={"style": _STYLE, **(optional or {})})


_TEXT = _inline("text", {"text": string(12_000, blank=True)})
_LINK = _inline("link", {"url": url}, {"text": string(3000), "unsafe": flag})
_INLINE: Mapping[str, Check] = {
    "text": _TEXT,
    "link": _LINK,
    "emoji": _inline(
        "emoji", {"name": string(100)}, {"unicode": string(64), "skin_tone": number(1, 6), "url": url}
    ),
    "user": _inline("user", {"user_id": slack_id}),
    "usergroup": _inline("usergroup", {"usergroup_id": slack_id}),
    "channel": _inline("channel", {"channel_id": slack_id}),
    "team": _inline("team", {"team_id": slack_id}),
    "broadcast": _inline("broadcast", {"range": one_of("here", "channel", "everyone")}),
    "color": _inline("color", {"value": string(7, pattern=r"#[0-9a-fA-F]{6}")}),
    "date": _inline(
        "date", {"timestamp": number(0, 10**11), "format": string(200)}, {"fallback": string(200), "url": url}
    ),
}
_BORDER: Mapping[str, Check] = {"border": one_of(0, 1)}
_SECTION = record(
    required={
        "type": one_of("rich_text_section"),
        "elements": items(typed(_INLINE), at_least=0, at_most=_MOST),
    }
)
_PARTS: Mapping[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_preformatted": record(
        required={
            "type": one_of("rich_text_preformatted"),
            "elements": items(typed({"text": _TEXT, "link": _LINK}), at_most=_MOST),
        },
        optional={**_BORDER, "language": string(30)},
    ),
    "rich_text_quote": record(
        required={"type": one_of("rich_text_quote"), "elements": items(typed(_INLINE), at_most=_MOST)},
        optional=_BORDER,
    ),
    "rich_text_list": record(
        required={
            "type": one_of("rich_text_list"),
            "style": one_of("bullet", "ordered"),
            "elements": items(typed({"rich_text_section": _SECTION}), at_most=_MOST),
        },
        optional={**_BORDER, "indent": number(0, 8), "offset": number(0, 1000)},
    ),
}

RICH_TEXT = record(
    required={"type": one_of("rich_text"), "elements": items(typed(_PARTS), at_most=_MOST)},
    optional={"block_id": block_id},
)
