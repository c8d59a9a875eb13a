from __future__ import annotations

from bot.messages.home import AWAITING, home
from tests.bot.messages.limits import elements, texts
from tests.bot.messages.samples import ADA, BEN, NOW, OVERVIEW, asked


def labels(view: dict[str, list[dict[str, object]]]) -> list[str]:
    return [element["text"]["text"] for element in elements(view["blocks"])]


def test_somebody_else_can_approve_from_home() -> None:
    assert labels(home([OVERVIEW], [asked()], user=BEN, now=NOW)) == ["Approve", "Reject", "Deploy…"]


def test_the_requester_can_only_withdraw() -> None:
    assert labels(home([OVERVIEW], [asked()], user=ADA, now=NOW)) == ["Withdraw", "Deploy…"]


def test_many_requests_are_counted_and_not_all_shown() -> None:
    view = home([], [asked(id=f"r-{n}") for n in range(AWAITING + 3)], user=BEN, now=NOW)
    assert labels(view).count("Approve") == AWAITING
    assert "and 3 more" in list(texts(view["blocks"]))


def test_the_page_says_how_to_ask_with_the_command_that_is_installed() -> None:
    assert "`/qd deploy web/dev`" in "\n".join(
        texts(home([], [], user=BEN, now=NOW, command="/qd")["blocks"])
    )
