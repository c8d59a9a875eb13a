from __future__ import annotations

import json

import pytest

from bot.messages import blocks
from bot.messages.message import Block
from sandbox.slack_workspace import block_kit

LONG = "x" * 6_000


@pytest.mark.parametrize(
    "block",
    [
        blocks.section(LONG),
        blocks.section(""),
        blocks.section("beside", blocks.button(LONG, action="a")),
        *blocks.paragraphs([LONG, "short", LONG]),
        blocks.header(LONG),
        blocks.header("\n"),
        blocks.divider(),
        blocks.preformatted(LONG),
        blocks.preformatted("\n"),
        *blocks.context(*[LONG] * 12),
        *blocks.actions(*(blocks.button("go", action=f"a{n}", value="v") for n in range(30))),
        *blocks.actions(
            blocks.button(
                "go",
                action="a",
                spoken=LONG,
                ask=blocks.confirm(title=LONG, text=LONG, yes=LONG, no=LONG, style="danger"),
            )
        ),
        blocks.text_input(name="reason", label=LONG, hint=LONG, placeholder=LONG),
        blocks.text_input(name="reason", label=""),
    ],
)
def test_a_block_fits_however_long_or_empty_its_text(block: Block) -> None:
    assert list(block_kit.message_problems([block])) == []


def test_lines_that_fit_into_no_one_section_go_into_several_and_none_is_lost() -> None:
    lines = [f"{number} {'x' * 600}" for number in range(12)]
    shown = blocks.paragraphs(["", *lines])
    assert "\n".join(block["text"]["text"] for block in shown).split("\n") == lines
    assert len(shown) == 3
    assert blocks.paragraphs(["one", "", "two"]) == [blocks.section("one\ntwo")]


@pytest.mark.parametrize(
    ("action", "value", "url"),
    [
        ("a" * 256, "", ""),
        ("a", "v" * 2001, ""),
        ("a", "", "https://a/" + "b" * 3000),
        ("a", "", "javascript:x"),
    ],
)
def test_a_button_that_would_act_on_something_else_is_left_out(action: str, value: str, url: str) -> None:
    assert blocks.button("go", action=action, value=value, url=url) is None


def test_a_row_without_buttons_is_no_row() -> None:
    assert blocks.actions(None) == []
    assert blocks.context("", "") == []


def test_of_two_buttons_with_one_id_the_first_stays() -> None:
    (row,) = blocks.actions(
        blocks.button("one", action="a"), blocks.button("two", action="b"), blocks.button("three", action="a")
    )
    assert [element["text"]["text"] for element in row["elements"]] == ["one", "two"]


def test_a_message_that_is_too_long_keeps_its_beginning_and_its_buttons() -> None:
    row = blocks.actions(blocks.button("go", action="a"))
    said = blocks.message("text", [*(blocks.section(f"{n} {LONG}") for n in range(9)), *row])
    assert said.blocks[0]["text"]["text"].startswith("0 ")
    assert said.blocks[-1:] == row
    assert len(json.dumps(said.blocks)) <= blocks.MESSAGE_SIZE


def test_a_message_has_at_most_fifty_blocks() -> None:
    assert len(blocks.message("text", [blocks.divider()] * 70).blocks) == 50


def test_a_message_always_has_a_text() -> None:
    assert blocks.message(" ").text == "-"


def test_log_lines_are_data_and_not_markup() -> None:
    run = blocks.preformatted("<!channel> & `x`\tend")["elements"][0]["elements"][0]
    assert run == {"type": "text", "text": "<!channel> & `x`    end"}
