"""Slack's figures, one row each: at the figure all is well, one past it is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.slack_workspace.block_kit import message_problems, options_problems, view_problems
from tests.sandbox.slack_workspace.stage import actions, button, modal, mrkdwn, plain, text_input

Json = dict[str, Any]
Make = Callable[[int], Json]
IMAGE = {"image_url": "https://x.example/a.png", "alt_text": "a"}
ASK = {"title": plain("Sure?"), "text": plain("x"), "confirm": plain("Yes"), "deny": plain("No")}


def x(length: int) -> str:
    return "x" * length


def option(value: object = "1", **more: Any) -> Json:
    return {"text": plain("One"), "value": str(value), **more}


def options(count: int) -> list[Json]:
    return [option(n) for n in range(count)]


def select(kind: str = "static_select", **more: Any) -> Json:
    return actions({"type": kind, "action_id": "s", **more})


def field(kind: str, **more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": {"type": kind, "action_id": "f", **more}}


def rich(part: Json) -> Json:
    return {"type": "rich_text", "elements": [part]}


def line(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def task(**more: Any) -> Json:
    return {"type": "task_card", "task_id": "1", "title": "Clone", "status": "complete", **more}


IN_A_MESSAGE: list[tuple[str, int, Make]] = [
    ("section text", 3000, lambda n: {"type": "section", "text": mrkdwn(x(n))}),
    ("section fields", 10, lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}),
    ("section field", 2000, lambda n: {"type": "section", "fields": [mrkdwn(x(n))]}),
    ("block id", 255, lambda n: {"type": "divider", "block_id": x(n)}),
    ("header", 150, lambda n: {"type": "header", "text": plain(x(n))}),
    ("context elements", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}),
    ("context text", 3000, lambda n: {"type": "context", "elements": [mrkdwn(x(n))]}),
    ("context plain text", 3000, lambda n: {"type": "context", "elements": [plain(x(n))]}),
    ("actions elements", 25, lambda n: actions(*(button(str(each)) for each in range(n)))),
    ("action id", 255, lambda n: actions(button(x(n), text=plain("x")))),
    ("button text", 75, lambda n: actions(button(text=plain(x(n))))),
    ("button value", 2000, lambda n: actions(button(value=x(n)))),
    ("button url", 3000, lambda n: actions(button(url=f"https://{x(n - 8)}"))),
    ("button label", 75, lambda n: actions(button(accessibility_label=x(n)))),
    ("confirm title", 100, lambda n: actions(button(confirm={**ASK, "title": plain(x(n))}))),
    ("confirm text", 300, lambda n: actions(button(confirm={**ASK, "text": plain(x(n))}))),
    ("confirm yes", 30, lambda n: actions(button(confirm={**ASK, "confirm": plain(x(n))}))),
    ("confirm no", 30, lambda n: actions(button(confirm={**ASK, "deny": plain(x(n))}))),
    ("options", 100, lambda n: select(options=options(n))),
    ("option text", 75, lambda n: select(options=[option(text=plain(x(n)))])),
    ("option value", 150, lambda n: select(options=[option(x(n))])),
    ("option description", 75, lambda n: select(options=[option(description=plain(x(n)))])),
    ("option groups", 100, lambda n: select(option_groups=[{"label": plain("x"), "options": [option(g)]} for g in range(n)])),
    ("option group label", 75, lambda n: select(option_groups=[{"label": plain(x(n)), "options": options(1)}])),
    ("option group options", 100, lambda n: select(option_groups=[{"label": plain("x"), "options": options(n)}])),
    ("placeholder", 150, lambda n: select(options=options(1), placeholder=plain(x(n)))),
    ("overflow options", 5, lambda n: select("overflow", options=options(n))),
    ("overflow text", 75, lambda n: select("overflow", options=[option(0), option(text=plain(x(n)))])),
    ("checkboxes", 10, lambda n: select("checkboxes", options=options(n))),
    ("checkbox text", 75, lambda n: select("checkboxes", options=[option(text=mrkdwn(x(n)))])),
    ("checkbox value", 150, lambda n: select("checkboxes", options=[option(x(n))])),
    ("checkbox description", 75, lambda n: select("checkboxes", options=[option(description=mrkdwn(x(n)))])),
    ("radio buttons", 10, lambda n: select("radio_buttons", options=options(n))),
    ("chosen at first", 100, lambda n: select("multi_external_select", initial_options=options(n))),
    ("people at first", 100, lambda n: select("multi_users_select", initial_users=["U0ANA"] * n)),
    ("most to choose", 100, lambda n: select("multi_users_select", max_selected_items=n)),
    ("letters to type first", 3000, lambda n: select("external_select", min_query_length=n)),
    ("label", 2000, lambda n: {**text_input(), "label": plain(x(n))}),
    ("hint", 2000, lambda n: {**text_input(), "hint": plain(x(n))}),
    ("typed at first", 3000, lambda n: field("plain_text_input", initial_value=x(n))),
    ("least letters", 3000, lambda n: field("plain_text_input", min_length=n)),
    ("most letters", 3000, lambda n: field("plain_text_input", max_length=n)),
    ("placeholder of a field", 150, lambda n: field("plain_text_input", placeholder=plain(x(n)))),
    ("image text", 2000, lambda n: {"type": "image", **IMAGE, "alt_text": x(n)}),
    ("image title", 2000, lambda n: {"type": "image", **IMAGE, "title": plain(x(n))}),
    ("accessory text", 2000, lambda n: {"type": "section", "text": plain("x"), "accessory": {"type": "image", **IMAGE, "alt_text": x(n)}}),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": x(n)}),
    ("table rows", 100, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * n}),
    ("table columns", 20, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * n]}),
    ("column settings", 20, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]], "column_settings": [{}] * n}),
    ("plan title", 256, lambda n: {"type": "plan", "title": x(n)}),
    ("plan tasks", 50, lambda n: {"type": "plan", "title": "x", "tasks": [task()] * n}),
    ("task id", 255, lambda n: task(task_id=x(n))),
    ("task title", 256, lambda n: task(title=x(n))),
    ("list depth", 8, lambda n: rich({"type": "rich_text_list", "style": "bullet", "indent": n, "elements": [line()]})),
    ("emoji skin", 6, lambda n: rich(line({"type": "emoji", "name": "wave", "skin_tone": n}))),
]  # fmt: skip

IN_A_VIEW: list[tuple[str, int, Make]] = [
    ("title", 24, lambda n: modal(title=plain(x(n)))),
    ("submit", 24, lambda n: modal(submit=plain(x(n)))),
    ("close", 24, lambda n: modal(close=plain(x(n)))),
    ("private metadata", 3000, lambda n: modal(private_metadata=x(n))),
    ("callback id", 255, lambda n: modal(callback_id=x(n))),
    ("external id", 255, lambda n: modal(external_id=x(n))),
    ("blocks", 100, lambda n: modal(*[{"type": "divider"}] * n)),
    ("alert", 3000, lambda n: modal({"type": "alert", "text": plain(x(n))})),
]


@pytest.mark.parametrize(
    ("figure", "make"), [pytest.param(n, make, id=name) for name, n, make in IN_A_MESSAGE]
)
def test_in_a_message(figure: int, make: Make) -> None:
    assert message_problems([make(figure)]) == []
    assert message_problems([make(figure + 1)]) != []


@pytest.mark.parametrize(("figure", "make"), [pytest.param(n, make, id=name) for name, n, make in IN_A_VIEW])
def test_in_a_modal(figure: int, make: Make) -> None:
    assert view_problems(make(figure), "modal") == []
    assert view_problems(make(figure + 1), "modal") != []


def test_a_message_has_fifty_blocks_and_twelve_thousand_characters_of_markdown() -> None:
    assert message_problems([{"type": "divider"}] * 50) == []
    assert message_problems([{"type": "divider"}] * 51) != []
    halves = [{"type": "markdown", "text": x(6000)}, {"type": "markdown", "text": x(6000)}]
    assert message_problems(halves) == []
    assert message_problems([*halves, {"type": "markdown", "text": "x"}]) != []


def test_a_home_tab_has_a_hundred_blocks() -> None:
    assert view_problems({"type": "home", "blocks": [{"type": "divider"}] * 100}, "home") == []
    assert view_problems({"type": "home", "blocks": [{"type": "divider"}] * 101}, "home") != []


def test_an_answer_to_what_was_typed_has_a_hundred_options() -> None:
    assert options_problems({"options": options(100)}) == []
    assert options_problems({"options": options(101)}) != []
    groups = [{"label": plain("x"), "options": [option(n)]} for n in range(101)]
    assert options_problems({"option_groups": groups[:100]}) == []
    assert options_problems({"option_groups": groups}) != []
