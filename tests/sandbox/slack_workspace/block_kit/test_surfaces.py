from typing import Any

import pytest

from sandbox.slack_workspace.block_kit import message_problems, text_length, view_problems
from tests.sandbox.slack_workspace.stage import actions, button, modal, mrkdwn, plain, text_input

OPTION = {"text": plain("One"), "value": "1"}
OTHER = {"text": plain("Two"), "value": "2"}
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": " "}, {"type": "user", "user_id": "U0ANA"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x\n"}], "border": 0},
        {"type": "rich_text_quote", "elements": [{"type": "emoji", "name": "ship"}]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1,
         "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "https://x.example"}]}]},
    ],
}  # fmt: skip
TASK = {"type": "task_card", "task_id": "1", "title": "Clone", "status": "complete", "details": RICH}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("x"), "confirm": plain("Yes"), "deny": plain("No")}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", **({"text": mrkdwn("hi")} | more)}


def select(kind: str = "static_select", **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": "s", **more}


def field(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "label": plain("L"), "element": element}


@pytest.mark.parametrize(
    "block",
    [
        section(),
        section(text=plain("x" * 3000)),
        {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
        section(accessory={"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}),
        section(accessory=select("overflow", options=[OPTION, {**OTHER, "url": "https://x.example"}])),
        {"type": "header", "text": plain("x" * 150)},
        {"type": "divider", "block_id": "b"},
        {"type": "context", "elements": [mrkdwn("x")] * 10},
        actions(*(button(str(number), value="x" * 2000, style="danger") for number in range(25))),
        actions(button(confirm=CONFIRM)),
        actions(select(options=[OPTION, OTHER], initial_option=OTHER, placeholder=plain("pick"))),
        actions(select(option_groups=[{"label": plain("G"), "options": [OPTION]}])),
        actions(select("external_select", min_query_length=0), {**select("users_select", initial_user="U0ANA"), "action_id": "u"}),
        actions(select("multi_conversations_select", filter={"include": ["public"]}, max_selected_items=2)),
        actions(select("datepicker", initial_date="2026-11-24"), {**select("timepicker", initial_time="08:30"), "action_id": "t"}),
        actions(select("checkboxes", options=[{"text": mrkdwn("*x*"), "value": "1"}])),
        {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a", "title": plain("t")},
        RICH,
        {"type": "markdown", "text": "x" * 12_000},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 20] * 100, "column_settings": [{"align": "right"}]},
        {"type": "plan", "title": "Deploy", "tasks": [TASK]},
        TASK,
        {**text_input(), "dispatch_action": True},
    ],
)  # fmt: skip
def test_what_a_message_may_hold(block: dict[str, Any]) -> None:
    assert message_problems([block]) == []


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"type": "section"}, "must define at least one of: text, fields"),
        (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (section(text=mrkdwn("x" * 3001)), "must be less than 3001 characters"),
        (section(text="plain"), "must be an object [json-pointer:/blocks/0/text]"),
        (section(fields=[mrkdwn("x")] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
        (section(fields=[mrkdwn("x" * 2001)]), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
        (section(colour="red"), "additional property: colour"),
        (section(block_id="x" * 256), "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
        ({"type": "header", "text": mrkdwn("x")}, "must be one of the allowed values: plain_text"),
        ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
        ({"type": "context", "elements": []}, "no fewer than 1 items allowed"),
        ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items allowed"),
        (actions(*(button(str(number)) for number in range(26))), "no more than 25 items allowed"),
        (actions(button("a"), button("a")), "`action_id` `a` already exists"),
        (actions(button(value="x" * 2001)), "must be less than 2001 characters"),
        (actions(button(value="")), "must be more than 0 characters"),
        (actions(button(text=mrkdwn("x"))), "must be one of the allowed values: plain_text"),
        (actions(button(url="not a link")), "invalid url"),
        (actions(button(style="default")), "must be one of the allowed values: primary, danger"),
        (actions(button(confirm={**CONFIRM, "deny": None})), "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]"),
        (section(fields=[]), "no fewer than 1 items allowed"),
        (actions(select("overflow", options=[OPTION])), "no fewer than 2 items allowed"),
        (actions(select("overflow", options=[OPTION] * 6)), "no more than 5 items allowed"),
        (actions(select(options=[OPTION, OPTION])), "option `value` `1` already exists"),
        (actions(select()), "exactly one of: options, option_groups"),
        (actions(select(options=[OPTION], initial_option=OTHER)), "initial option must exactly match"),
        (actions(select(options=[{"text": mrkdwn("x"), "value": "1"}])), "must be one of the allowed values: plain_text"),
        (actions(select(options=[{"text": plain("x" * 76), "value": "1"}])), "must be less than 76 characters"),
        (actions(select(options=[{"text": plain("x"), "value": "1" * 151}])), "must be less than 151 characters"),
        (actions(select(options=[{"text": plain("x"), "value": str(n)} for n in range(101)])), "no more than 100 items"),
        (actions(select("radio_buttons", options=[OPTION] * 11)), "no more than 10 items"),
        (actions(select("datepicker", initial_date="24.11.2026")), "failed to match pattern"),
        (actions(select("plain_text_input")), "unsupported type: plain_text_input"),
        (field(button()), "unsupported type: button"),
        (field(select("number_input")), "missing required field: is_decimal_allowed"),
        (field(select("plain_text_input", max_length=3001)), "must be from 1 to 3000"),
        ({"type": "image", "image_url": "https://x.example/a.png"}, "missing required field: alt_text"),
        ({"type": "image", "alt_text": "a"}, "exactly one of: image_url, slack_file"),
        ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters"),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]}, "no more than 20 items allowed"),
        ({**TASK, "status": "done"}, "pending, in_progress, complete, error"),
        ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
        ({"type": "nonsense"}, "unsupported type: nonsense [json-pointer:/blocks/0/type]"),
        ({"text": plain("x")}, "missing required field: type"),
    ],
)  # fmt: skip
def test_what_a_message_may_not_hold(block: dict[str, Any], says: str) -> None:
    assert any(says in str(problem) for problem in message_problems([block])), message_problems([block])


def test_fifty_blocks_in_a_message() -> None:
    divider = {"type": "divider"}
    assert message_problems([divider] * 50) == []
    assert str(message_problems([divider] * 51)[0]).startswith("[ERROR] no more than 50 items allowed")


def test_block_ids_are_used_once() -> None:
    (problem,) = message_problems([section(block_id="a"), section(block_id="a")])
    assert problem.pointer == "/blocks/1/block_id"


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    assert message_problems([actions(button(), block_id="a"), actions(button(), block_id="b")]) == []


def test_one_table_and_so_much_markdown() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert message_problems([table, table])
    assert message_problems([{"type": "markdown", "text": "x" * 7000}] * 2)


def test_all_texts_count_towards_a_messages_length() -> None:
    blocks = [section(text=mrkdwn("12345")), {"type": "plan", "title": "123", "tasks": [{"title": "12"}]}]
    assert text_length(blocks) == 10


@pytest.mark.parametrize(
    ("view", "says"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(callback_id="x" * 256), "must be less than 256 characters"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal(submit=None), "must define `submit` to use an `input` block in modals"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        (modal(text_input("a"), text_input("a")), "`block_id` `a` already exists"),
        (modal(colour="red"), "additional property: colour"),
        (modal(submit_disabled=True), "additional property: submit_disabled"),
        (modal(title=mrkdwn("x")), "must be one of the allowed values: plain_text"),
        ({"type": "modal", "title": plain("x")}, "missing required field: blocks"),
        ("nonsense", "must be an object"),
    ],
)
def test_what_a_modal_may_not_hold(view: Any, says: str) -> None:
    assert any(says in str(problem) for problem in view_problems(view, "modal"))


def test_modals_take_alerts_and_home_tabs_do_not() -> None:
    alert = {"type": "alert", "text": plain("Careful"), "level": "warning"}
    assert view_problems(modal(alert), "modal") == []
    assert view_problems({"type": "home", "blocks": [alert]}, "home")


def test_a_home_tab_has_no_title() -> None:
    assert view_problems({"type": "home", "title": plain("x"), "blocks": []}, "home")
    assert view_problems({"type": "home", "blocks": [section()] * 100}, "home") == []


def test_one_element_takes_the_focus() -> None:
    focused = [field(select("plain_text_input", focus_on_load=True)) for _ in range(2)]
    assert view_problems(modal(*focused), "modal")
