"""Block Kit as HTML: every control can be found by its ids, holds its value, and asks before it acts where it should."""

import re
from typing import Any

import pytest

from sandbox.slack_workspace.page.blocks import Look, render_blocks
from sandbox.slack_workspace.page.names import Names
from tests.sandbox.slack_workspace.page.scene import (
    actions,
    button,
    field_block,
    mrkdwn,
    option,
    plain,
    section,
)

LOOK = Look(names=Names(users={"U1": "Ana"}, channels={"C1": "deploys"}), key="k")


def html_of(*blocks: dict[str, Any], **look: Any) -> str:
    shown = Look(names=LOOK.names, key="k", **look) if look else LOOK
    return str(render_blocks(list(blocks), shown))


def tag_with(html: str, needle: str) -> str:
    return next(tag[0] for tag in re.finditer(r"<[a-z]+\b[^>]*>", html) if needle in tag[0])


def test_a_button_carries_its_ids_value_and_style() -> None:
    html = html_of({**actions(button("Go", "go", value='v"1', style="primary")), "block_id": "b1"})
    tag = tag_with(html, 'data-action-id="go"')
    assert 'data-block-id="b1"' in tag
    assert 'data-value="v&#34;1"' in tag
    assert "button--primary" in tag
    assert 'data-live="press"' in tag


def test_a_link_button_opens_outside_and_never_runs_a_script() -> None:
    good = tag_with(html_of(actions(button("Go", "a", url="https://a.example"))), "data-action-id")
    assert 'href="https://a.example" target="_blank" rel="noopener noreferrer"' in good
    assert 'href=""' in html_of(actions(button("Go", "a", url="javascript:alert(1)")))


def test_a_confirm_dialog_travels_with_its_control() -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": mrkdwn("*really*"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    html = html_of(actions(button("Stop", "stop", confirm={**confirm, "style": "danger"})))
    assert '<template class="confirm" data-style="danger">' in html
    assert "<b>really</b>" in html


def test_an_input_shows_its_label_hint_and_error() -> None:
    block = field_block("Why", {"type": "plain_text_input", "action_id": "a"}, "why", hint=plain("Short"))
    html = html_of(block, errors={"why": "Say <more>"})
    assert re.search(r'<label class="input__label" for="(k-\d+)">Why', html)
    assert 'role="alert" data-testid="input-error">Say &lt;more&gt;</p>' in html
    assert "Short" in html
    assert "data-live" not in html


def test_what_stands_in_an_input_wins_over_its_initial_value() -> None:
    block = field_block("Why", {"type": "plain_text_input", "action_id": "a", "initial_value": "old"}, "why")
    assert 'value="old"' in html_of(block)
    assert 'value="new"' in html_of(
        block, values={"why": {"a": {"type": "plain_text_input", "value": "new"}}}
    )
    assert 'value=""' in html_of(block, values={"why": {"a": {"type": "plain_text_input", "value": None}}})


def test_selects_offer_options_people_or_channels() -> None:
    static = {
        "type": "static_select",
        "action_id": "s",
        "options": [option("One", "1")],
        "initial_option": option("One", "1"),
    }
    html = html_of(
        actions(
            static,
            {"type": "users_select", "action_id": "u"},
            {"type": "conversations_select", "action_id": "c"},
        )
    )
    assert "&#34;value&#34;:&#34;1&#34;" in tag_with(html, 'data-action-id="s"')
    assert 'data-value="U1" data-text="@Ana"' in html
    assert 'data-value="C1" data-text="#deploys"' in html


def test_option_groups_have_their_labels_and_an_external_select_starts_empty() -> None:
    grouped = {
        "type": "static_select",
        "action_id": "s",
        "option_groups": [{"label": plain("G"), "options": [option("One", "1")]}],
    }
    external = {"type": "external_select", "action_id": "e", "min_query_length": 0}
    html = html_of(actions(grouped, external))
    assert '<li class="combo__group" role="presentation">G</li>' in html
    assert 'data-external="0"' in tag_with(html, 'data-action-id="e"')


def test_choices_are_checked_as_they_stand() -> None:
    element = {
        "type": "checkboxes",
        "action_id": "c",
        "options": [option("A", "a"), option("B", "b")],
        "initial_options": [option("B", "b")],
    }
    html = html_of(actions(element))
    assert "checked" in tag_with(html, 'value="b"')
    assert "checked" not in tag_with(html, 'value="a"')


def test_a_table_aligns_its_columns_and_a_cell_may_be_rich() -> None:
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "x", "style": {"bold": True}}],
            }
        ],
    }
    html = html_of(
        {
            "type": "table",
            "column_settings": [{}, {"align": "right"}],
            "rows": [[{"type": "raw_text", "text": "<a>"}, rich]],
        }
    )
    assert "&lt;a&gt;</td>" in html
    assert 'class="align-right "' in html
    assert "<b>x</b>" in html


def test_a_task_card_tells_its_status_in_words_too() -> None:
    html = html_of(
        {
            "type": "plan",
            "title": "P",
            "tasks": [{"type": "task_card", "task_id": "1", "title": "T", "status": "in_progress"}],
        }
    )
    assert 'aria-label="in progress"' in html


@pytest.mark.parametrize("block", [{"type": "video"}, actions({"type": "feedback_buttons"})])
def test_what_the_page_does_not_know_is_named_not_dropped(block: dict[str, Any]) -> None:
    assert "Unsupported" in html_of(block)


def test_texts_of_bots_are_escaped_everywhere() -> None:
    evil = '<img src=x onerror="alert(1)">'
    html = html_of(
        {"type": "header", "text": plain(evil)},
        section(evil, accessory={"type": "overflow", "action_id": evil, "options": [option(evil, evil)]}),
        {"type": "image", "image_url": f"https://a.example/{evil}", "alt_text": evil},
        {"type": "context", "elements": [mrkdwn(evil)]},
        field_block(
            evil,
            {
                "type": "plain_text_input",
                "action_id": evil,
                "placeholder": plain(evil),
                "initial_value": evil,
            },
            evil,
        ),
        {"type": "markdown", "text": evil},
        {"type": evil},
    )
    assert "<img src=x" not in html
    assert 'onerror="alert' not in html


def test_ids_differ_between_controls_and_are_the_same_at_every_rendering() -> None:
    blocks = [field_block("A", {"type": "plain_text_input", "action_id": n}, n) for n in ("a", "b")]
    ids = re.findall(r'\bid="(k-\d+)"', html_of(*blocks))
    assert len(ids) == len(set(ids)) == 2
    assert html_of(*blocks) == html_of(*blocks)
