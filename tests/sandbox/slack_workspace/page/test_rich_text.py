"""`rich_text` blocks: sections, lists, preformatted, quotes, and styles within."""

from typing import Any

from sandbox.slack_workspace.page.names import Names
from sandbox.slack_workspace.page.rich_text import render_rich_text

NAMES = Names(users={"U1": "Ana"}, channels={"C1": "deploys"}, groups={"S1": "sre"}, viewer="U1")


def rendered(kind: str, *elements: dict[str, Any], **more: Any) -> str:
    return render_rich_text({"elements": [{"type": kind, "elements": list(elements), **more}]}, NAMES)


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, "style": style}


def test_styles_nest_and_text_is_escaped() -> None:
    assert rendered("rich_text_section", text("<a>", bold=True, code=True), text("\nb")) == (
        '<div class="rich__section"><b><code>&lt;a&gt;</code></b><br>b</div>'
    )


def test_preformatted_keeps_its_lines() -> None:
    assert rendered("rich_text_preformatted", text("a\n  *b*")) == "<pre>a\n  *b*</pre>"


def test_lists_know_their_style_depth_and_start() -> None:
    item = {"type": "rich_text_section", "elements": [text("one")]}
    assert rendered("rich_text_list", item, style="ordered", indent=1, offset=2) == (
        '<ol class="rich__list rich__list--1" start="3"><li>one</li></ol>'
    )
    assert rendered("rich_text_list", item, style="bullet") == (
        '<ul class="rich__list rich__list--0"><li>one</li></ul>'
    )


def test_mentions_emoji_and_links_have_their_names() -> None:
    html = rendered(
        "rich_text_quote",
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "broadcast", "range": "here"},
        {"type": "emoji", "name": "x"},
        {"type": "link", "url": "javascript:alert(1)", "text": "no"},
    )
    assert html == (
        '<blockquote><span class="mention mention--me">@Ana</span><span class="mention">#deploys</span>'
        '<span class="mention">@sre</span><span class="mention mention--me">@here</span>'
        '<span class="emoji" title=":x:">❌</span>no</blockquote>'
    )
