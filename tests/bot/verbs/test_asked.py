"""What a rule asks for: whose approval, a name typed once more, a reason to break the glass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Verb
from bot.domain.quorum import Seat
from bot.domain.requests import RequestState
from bot.domain.rules import Effect
from bot.errors import SlackError
from tests.bot.crew import Crew, buttons
from tests.bot.production import TO_PROD, approval, produce, rules, state, updates
from tests.builders import ADA, BEN, CYD, DEPLOYS, PROD, create_command, create_policy, create_rule


@pytest.fixture(autouse=True)
def production(crew: Crew) -> None:
    """Production takes one approval."""
    produce(crew)


async def test_who_may_breaks_the_glass_and_the_channel_hears_why(crew: Crew) -> None:
    rules(crew, break_glass=("@sre",))
    crew.people.teams["@sre"] = {ADA}
    await crew.run(replace(TO_PROD, break_glass=True, reason="the shop is down"))
    assert updates(crew) == 1
    said = await crew.card(f"{TO_PROD.id}:glass:{DEPLOYS}")
    assert "Break-glass" in said
    assert "the shop is down" in said


async def test_who_may_approve_hears_of_it_in_person_and_the_buttons_go_once_it_is_decided(
    crew: Crew,
) -> None:
    rules(crew, seats=(Seat(1, ("@platform",)),))
    crew.people.teams["@platform"] = {ADA, BEN, CYD}
    crew.people.gone.add(CYD)
    await crew.run(TO_PROD)
    lane = f"{TO_PROD.id}:dm:{BEN}"
    assert await crew.lanes() == sorted([TO_PROD.id, lane])
    assert "Approve" in buttons(await crew.tell(lane))
    await crew.run(approval())
    assert buttons(await crew.tell(lane)) == []


async def test_who_is_not_of_the_group_is_told_so(crew: Crew) -> None:
    rules(crew, seats=(Seat(1, ("@platform",)),))
    crew.people.teams["@platform"] = {BEN}
    await crew.run(TO_PROD, approval(CYD))
    assert "You can't approve this: it takes 1 of @platform." in (await crew.answers())[-1]
    assert updates(crew) == 0


async def test_when_slack_can_not_say_who_is_in_a_group_nothing_counts(crew: Crew) -> None:
    rules(crew, seats=(Seat(1, ("@platform",)),))
    crew.people.teams["@platform"] = {BEN}
    await crew.run(TO_PROD)
    crew.people.errors.append(SlackError("usergroups.list", "fatal_error"))
    await crew.run(approval())
    assert await state(crew) is RequestState.AWAITING
    assert updates(crew) == 0


async def test_a_name_has_to_be_typed_where_a_rule_says_so(crew: Crew) -> None:
    rule = create_rule(Effect.ALLOW, Verb.DESTROY, confirm=True)
    crew.policy = create_policy(rule)
    await crew.run(create_command(Verb.DESTROY, "web/prod", confirmed=True))
    assert "type its name once more" in (await crew.answers())[-1]
    assert not crew.pulumi.of(PROD)
    await crew.run(create_command(Verb.DESTROY, "web/prod", id="d2", typed="web/prod"))
    assert [each.operation for each in crew.pulumi.of(PROD)] == ["destroy"]
