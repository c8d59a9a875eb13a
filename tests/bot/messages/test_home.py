from __future__ import annotations

from bot.domain.locks import Lock
from bot.messages.home import AWAITING, LOCKS, home
from tests.bot.messages.limits import elements, texts
from tests.bot.messages.samples import ADA, BEN, DEV, NOW, OVERVIEW, PROD, asked


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


MINE = Lock(DEV, BEN, at=NOW, channel="C0DEPLOYS")
ADAS = Lock(PROD, ADA, at=NOW, until=NOW + 3600, reason="migration", channel="C0DEPLOYS")


def test_who_locked_what_is_shown_with_the_reason_and_the_end() -> None:
    said = "\n".join(texts(home([], [], [ADAS], user=BEN, now=NOW)["blocks"]))
    assert f"*web/prod* is locked by <@{ADA}> until " in said
    assert ": migration." in said


def test_a_lock_can_be_ended_from_home_by_whom_the_rules_let() -> None:
    view = home([], [], [MINE, ADAS], user=BEN, unlocks={PROD}, now=NOW)
    assert labels(view).count("Unlock") == 1
    assert labels(home([], [], [MINE, ADAS], user=BEN, now=NOW)).count("Unlock") == 2


def test_somebody_elses_lock_is_ended_after_a_question() -> None:
    view = home([], [], [MINE, ADAS], user=BEN, now=NOW)
    mine, adas = [each for each in elements(view["blocks"]) if each["text"]["text"] == "Unlock"]
    assert "confirm" not in mine
    assert "will be told" in str(adas["confirm"])
    assert mine["action_id"] != adas["action_id"]


def test_many_locks_are_counted_and_not_all_shown() -> None:
    view = home([], [], [MINE] * (LOCKS + 2), user=BEN, now=NOW)
    assert labels(view).count("Unlock") == LOCKS
    assert "and 2 more" in list(texts(view["blocks"]))
