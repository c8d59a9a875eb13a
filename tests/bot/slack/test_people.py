"""Groups, members and people, out of a strict sandbox Slack; asked for once as long as the answer is fresh."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bot.errors import SlackError
from bot.slack.people import PERSON_SECONDS, SlackPeople

Json = dict[str, Any]
PEOPLE: list[Json] = [
    {"id": "U0ANA", "name": "ana", "profile": {"display_name": "Ana"}},
    {"id": "U0BEN", "name": "ben", "profile": {"display_name": ""}},
    {"id": "U0EVE", "name": "eve", "profile": {}, "deleted": True},
]


class Clock:
    """Seconds that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Answers:
    """Slack, as far as people go. `broken` is what a method answers instead."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.broken: dict[str, str] = {}

    async def read(self, method: str, **arguments: Any) -> Json:
        self.calls[method] += 1
        if method in self.broken:
            raise SlackError(method, self.broken[method])
        if method == "usergroups.list":
            groups = [
                {"handle": "sre", "users": ["U0BEN"]},
                {"handle": "old", "users": ["U0ANA"], "date_delete": 7},
            ]
            return {"usergroups": groups}
        if method == "users.info":
            return {"user": next(one for one in PEOPLE if one["id"] == arguments["user"])}
        members: list[Any] = ["U0ANA", "U0BEN"] if method == "conversations.members" else PEOPLE
        if "cursor" not in arguments:
            return {"members": members[:1], "response_metadata": {"next_cursor": "more"}}
        return {"members": members[1:]}


class Free:
    """A budget that is never short."""

    async def wait(self, method: str, channel: str = "") -> None:
        return None


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def people(answers: Answers, clock: Clock) -> SlackPeople:
    return SlackPeople(answers, Free(), clock=clock)  # type: ignore[arg-type]  # what it uses of both


async def test_groups_are_asked_for_once_a_minute(
    people: SlackPeople, answers: Answers, clock: Clock
) -> None:
    assert await people.groups([]) == {}
    assert not answers.calls
    assert await people.groups(["@sre", "@none"]) == {"@sre": frozenset({"U0BEN"})}
    assert await people.groups(["@old"]) == {"@old": frozenset()}
    assert answers.calls["usergroups.list"] == 1
    clock.now = 60.0
    await people.groups(["@sre"])
    assert answers.calls["usergroups.list"] == 2


async def test_members_come_page_by_page(people: SlackPeople, answers: Answers) -> None:
    assert await people.members("C1") == {"U0ANA", "U0BEN"}
    assert await people.members("C1") == {"U0ANA", "U0BEN"}
    assert answers.calls["conversations.members"] == 2


async def test_where_the_bot_can_not_see_nobody_is_a_member(people: SlackPeople, answers: Answers) -> None:
    answers.broken["conversations.members"] = "channel_not_found"
    assert await people.members("C2") == frozenset()
    answers.broken["conversations.members"] = "internal_error"
    with pytest.raises(SlackError):
        await people.members("C3")


async def test_who_left_is_known_within_seconds(people: SlackPeople, answers: Answers, clock: Clock) -> None:
    assert await people.is_active("U0ANA")
    assert await people.is_active("U0ANA")
    assert answers.calls["users.info"] == 1
    assert not await people.is_active("U0EVE")
    clock.now = PERSON_SECONDS
    answers.broken["users.info"] = "user_not_found"
    assert not await people.is_active("U0ANA")
    answers.broken["users.info"] = "fatal_error"
    with pytest.raises(SlackError):
        await people.is_active("U0BEN")


async def test_people_go_by_the_name_a_mention_shows_and_who_left_by_none(
    people: SlackPeople, answers: Answers
) -> None:
    assert [await people.find(name) for name in ("@ana", "@ben", "@eve", "@zoe")] == [
        "U0ANA",
        "U0BEN",
        None,
        None,
    ]
    assert answers.calls["users.list"] == 2
