"""What a board shows, in which order, and how it stays small."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.boards import End
from bot.domain.cards import Card
from bot.messages.blocks import MESSAGE_SIZE
from bot.messages.boards import FAILURES, LINES, ROWS, render
from bot.messages.message import Message
from tests.bot.messages.board_samples import BOARD, BOARDS, FAILED, LIVE, MANY, OVER, STEPS, card


def lines(message: Message) -> list[str]:
    """The lines between the title and the small print."""
    return [
        line
        for block in message.blocks[1:]
        if block["type"] == "section"
        for line in block["text"]["text"].split("\n")
    ]


def title(message: Message) -> str:
    return str(message.blocks[0]["text"]["text"])


def small(message: Message) -> str:
    return " ".join(element["text"] for element in message.blocks[-1]["elements"])


def test_what_runs_stands_before_what_waits_and_the_oldest_first() -> None:
    shown = lines(render(BOARD, LIVE, []))
    assert [line.split("#")[1][0] for line in shown] == ["1", "2", "3", "5", "6", "7"]
    assert title(render(BOARD, LIVE, [])) == "*6 deployments under way* · 3 running · 3 waiting"
    assert "running" not in title(render(BOARD, LIVE[:2], []))
    assert "waiting" not in title(render(BOARD, LIVE[3:], []))


def test_a_line_says_the_step_or_what_is_waited_for() -> None:
    shown = lines(render(BOARD, LIVE, []))
    assert shown[2].endswith("1 of 3 steps done, now pulumi update")
    assert shown[4].endswith("waiting for web/dev#3 to finish")
    assert shown[5].startswith("⏸")
    assert shown[5].endswith("waiting: the stack is paused")


def test_one_that_is_being_canceled_says_by_whom_and_not_since_when_it_runs() -> None:
    [line] = lines(render(BOARD, [card(2, "running", *STEPS, canceled_by="U0ADA")], []))
    assert "being canceled by <@U0ADA> · 1 of 3" in line


def test_one_without_times_stands_last_of_those_that_run() -> None:
    timeless = card(9)
    assert timeless.deployment
    timeless = replace(timeless, deployment=replace(timeless.deployment, jobs=(), created=None))
    shown = lines(render(BOARD, [*LIVE, timeless], []))
    assert "web/dev#9" in shown[3]


def test_a_card_without_a_deployment_has_no_line() -> None:
    assert lines(render(BOARD, [Card()], [])) == []


def test_of_very_many_the_first_are_shown_and_the_others_counted() -> None:
    shown = lines(BOARDS["board-many"])
    assert shown[LINES:] == ["and 7 more"]
    assert title(BOARDS["board-many"]).startswith(f"*{len(MANY)} deployments")


def test_however_long_the_names_are_the_small_print_stands_and_slack_takes_it() -> None:
    message = BOARDS["board-long-names"]
    assert len(str(message.blocks)) < MESSAGE_SIZE
    assert [line for line in lines(message) if line.startswith("and ")] != []
    assert sum(len(line) for line in lines(message)) < ROWS + FAILURES + 100
    assert "12 ended" in small(message)


def test_while_it_is_open_it_names_what_failed_so_far_and_counts_what_ended() -> None:
    assert lines(BOARDS["board"])[-1].startswith("❌")
    assert "4 ended: 3 succeeded, 1 failed" in small(BOARDS["board"])
    assert "ended" not in small(BOARDS["board-begins"])


def test_when_it_is_over_it_says_how_it_went_and_links_what_failed() -> None:
    message = render(replace(OVER, ended={End.SUCCEEDED: 10, End.FAILED: 2}), [], FAILED)
    assert title(message) == "*12 deployments ended* · 10 succeeded · 2 failed · 0 canceled"
    first, second = lines(message)
    assert "deployments/40|web/dev#40>* · deploy · failed after 6 s in *pulumi update*" in first
    assert second.endswith("failed after 6 s")


def test_what_is_rare_is_counted_where_there_was_some() -> None:
    assert title(BOARDS["board-over"]).endswith("0 canceled · 1 skipped · 1 no longer known to Pulumi")


def test_when_it_is_over_those_left_are_on_their_cards() -> None:
    assert "went on alone: its card says how" in lines(BOARDS["board-over-some-left"])[-1]


def test_one_is_not_many() -> None:
    assert "*1 deployment ended*" in title(render(replace(OVER, ended={End.FAILED: 1}), [], []))


def test_the_text_alone_tells_it_too() -> None:
    text = BOARDS["board-over"].text
    assert "14 deployments ended" in text
    assert "web/dev#40" in text
