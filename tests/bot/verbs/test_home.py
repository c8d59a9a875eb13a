"""home: what runs, what waits, and what this person could approve."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.domain.audit_query import Query
from bot.domain.commands import Command, Surface, Verb
from bot.domain.locks import Lock
from bot.domain.overview import Overview
from bot.domain.rules import Effect
from bot.errors import SlackError
from tests.bot.crew import Crew
from tests.builders import (
    ADA,
    BEN,
    CYD,
    DEPLOYS,
    DEV,
    PROD,
    START,
    create_command,
    create_deployment,
    create_policy,
    create_request,
    create_rule,
)

NOW = START.timestamp()
HOME = create_command(Verb.HOME, "", user=BEN, channel="")


def unlock(user: str = BEN, **facts: bool) -> Command:
    """Pressed on the page, which is in no channel."""
    command = create_command(Verb.UNLOCK, str(PROD), user=user, channel="", id="press", **facts)
    return replace(command, origin=replace(command.origin, surface=Surface.HOME))


@pytest.fixture
async def locked(crew: Crew) -> Crew:
    """Cyd keeps production."""
    await crew.state.add_stacks("acme", [DEV, PROD])
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, reason="migration", id="lock"))
    return crew


def shown(crew: Crew, user: str = BEN) -> str:
    return json.dumps(crew.channels.homes[user])


async def test_it_shows_every_organisation_that_was_looked_at_and_what_waits(crew: Crew) -> None:
    crew.orgs = ("acme", "umbrella")
    await crew.state.save_overview(
        Overview(org="acme", as_of=START.timestamp(), active=(create_deployment(3),))
    )
    await crew.state.add_request(create_request())
    await crew.run(create_command(Verb.HOME, "", user=BEN))
    shown = json.dumps(crew.channels.homes[BEN])
    assert "web/dev#3" in shown
    assert "web/prod" in shown
    assert await crew.answers() == []


async def test_it_is_drawn_before_the_first_look_too(crew: Crew) -> None:
    await crew.run(create_command(Verb.HOME, "", user=BEN))
    assert crew.channels.homes[BEN]["type"] == "home"


async def test_it_shows_locks_that_hold_and_an_unlock(locked: Crew) -> None:
    await locked.state.change_lock(DEV, None, Lock(DEV, ADA, at=NOW - 9, until=NOW - 1, channel=DEPLOYS))
    await locked.run(HOME)
    assert f"*web/prod* is locked by <@{CYD}>" in shown(locked)
    assert "web/dev" not in shown(locked).partition("How to ask")[0]
    assert "qd:unlock" in shown(locked)


async def test_nobody_is_offered_what_a_rule_refuses(locked: Crew) -> None:
    locked.policy = create_policy(create_rule(Effect.DENY, Verb.UNLOCK, stacks="*/*/prod"))
    await locked.run(HOME)
    assert f"locked by <@{CYD}>" in shown(locked)
    assert "qd:unlock" not in shown(locked)


async def test_a_lock_whose_message_nobody_knows_is_not_ended_from_here(crew: Crew) -> None:
    await crew.state.change_lock(PROD, None, Lock(PROD, CYD, at=NOW))
    await crew.run(HOME)
    assert "qd:unlock" not in shown(crew)
    await crew.state.add_stacks("acme", [PROD])
    await crew.run(unlock(confirmed=True))
    assert await crew.state.lock(PROD) is not None
    assert "Type unlock web/prod in a channel" in (await crew.answers())[-1]


async def test_an_unlock_from_here_is_told_where_the_lock_was_and_the_page_is_drawn_anew(
    locked: Crew,
) -> None:
    await locked.run(unlock(confirmed=True))
    assert await locked.state.lock(PROD) is None
    assert f"unlocked by <@{BEN}>" in await locked.card("press")
    assert await locked.redis.hget("qd:{T1}:lane:press", "channel") == DEPLOYS.encode()
    assert "locked by" not in shown(locked)
    assert [reply.user for reply in await locked.replies()] == [CYD]


async def test_the_rules_are_asked_when_it_is_pressed_too(locked: Crew) -> None:
    locked.policy = create_policy(
        create_rule(Effect.DENY, Verb.UNLOCK, stacks="*/*/prod", name="hands off", message="No."),
        create_rule(Effect.DENY, Verb.UNLOCK, stacks="*/*/*", name="another"),
    )
    await locked.run(unlock(confirmed=True))
    assert await locked.state.lock(PROD) is not None
    assert await locked.answers() == ['No. Decided by the rule "hands off".']
    page = await locked.state.audited(Query(stack=str(PROD)))
    assert (page.entries[0].outcome, page.entries[0].rule) == ("refused", "hands off")


async def test_what_was_voted_on_from_here_is_gone_from_here(crew: Crew) -> None:
    request = create_request()
    await crew.state.add_request(request)
    await crew.run(HOME)
    assert f"r={request.id}" in shown(crew)
    vote = create_command(
        Verb.REJECT, str(PROD), user=BEN, channel="", id="vote", request_id=request.id, reason="not today"
    )
    await crew.run(replace(vote, origin=replace(vote.origin, surface=Surface.MODAL)))
    assert f"r={request.id}" not in shown(crew)


async def test_a_page_that_slack_does_not_draw_leaves_the_unlock_done(locked: Crew) -> None:
    locked.channels.errors = [SlackError("views.publish", "internal_error")]
    await locked.run(unlock(confirmed=True))
    assert await locked.state.lock(PROD) is None
    assert [reply.user for reply in await locked.replies()] == [CYD]
