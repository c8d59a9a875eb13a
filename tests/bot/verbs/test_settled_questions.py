"""A private question that was answered with yes is replaced by what was decided; nothing else is ever replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import ASKED_ABOUT, OPERATION_OF, Command, Verb
from bot.domain.rules import Effect
from bot.errors import ForbiddenError
from bot.messages.message import Reply
from tests.bot.crew import Crew, buttons
from tests.builders import ADA, BEN, create_command, create_origin, create_policy, create_rule

ON_QUESTION = create_origin(message_ts="2.0", is_private=True, response_url="http://slack/1")
DESTROY = create_command(Verb.DESTROY, "acme/web/dev", id="sure", confirmed=True)


@pytest.fixture(autouse=True)
def lenient(crew: Crew) -> None:
    """Everybody may do everything."""
    crew.policy = create_policy(create_rule(Effect.ALLOW, *ASKED_ABOUT, Verb.DEPLOY, stacks="*/*/*"))


def pressed(command: Command) -> Command:
    """The same, as the answer to a private question."""
    return replace(command, confirmed=True, origin=replace(ON_QUESTION, user=command.origin.user))


async def said_to(crew: Crew, command: Command) -> Reply:
    """The one answer to a command."""
    [found] = [reply for reply in await crew.replies() if reply.key == f"{command.id}:answer"]
    return found


async def test_destroy_takes_the_place_of_its_question_before_pulumi_has_answered(crew: Crew) -> None:
    seen: list[bool] = []

    async def look() -> None:
        seen.append((await said_to(crew, DESTROY)).replace)

    crew.pulumi.meanwhile["create"] = look
    await crew.run(pressed(DESTROY))
    assert seen == [True]
    said = await said_to(crew, DESTROY)
    assert said.message.text == "You asked for a destroy of web/dev. Its card tells how it goes."
    assert buttons(said.message) == []


async def test_a_refused_answer_takes_the_place_of_its_question_too(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.DENY, Verb.DESTROY, stacks="*/*/*"))
    await crew.run(pressed(DESTROY))
    assert (await said_to(crew, DESTROY)).replace


async def test_what_broke_leaves_the_question_to_be_answered_again(crew: Crew) -> None:
    sure = create_command(Verb.PAUSE_ORG, "acme", id="sure")
    crew.pulumi.refuse("org_metadata", ForbiddenError("no", status=403))
    await crew.run(pressed(sure))
    assert not (await said_to(crew, sure)).replace


@pytest.mark.parametrize(
    ("verb", "stack", "said"),
    [
        (Verb.PAUSE_ORG, "acme", "You paused everything of acme."),
        (Verb.LOCK, "acme/web/dev", "You took over the lock of web/dev."),
        (Verb.UNLOCK, "acme/web/dev", "You unlocked web/dev."),
    ],
)
async def test_other_questions_are_settled_as_well(crew: Crew, verb: Verb, stack: str, said: str) -> None:
    await crew.run(create_command(Verb.LOCK, "acme/web/dev", id="bens", user=BEN))
    sure = create_command(verb, stack, id="sure", user=ADA)
    await crew.run(pressed(sure))
    settled = await said_to(crew, sure)
    assert (settled.message.text, settled.replace) == (said, True)


@pytest.mark.parametrize("verb", OPERATION_OF)
async def test_a_typed_name_takes_the_place_of_its_question(crew: Crew, verb: Verb) -> None:
    crew.policy = create_policy(create_rule(Effect.ALLOW, *OPERATION_OF, stacks="*/*/*", confirm=True))
    typed = create_command(verb, "acme/web/dev", id="typed", typed="web/dev")
    await crew.run(replace(typed, origin=ON_QUESTION))
    said = await said_to(crew, typed)
    assert said.message.text == f"You asked for a {verb} of web/dev. Its card tells how it goes."
    assert said.replace


async def test_a_button_of_a_card_settles_nothing(crew: Crew) -> None:
    await crew.run(DESTROY)
    assert await crew.replies() == []


async def test_a_private_list_that_a_deploy_was_started_from_stays(crew: Crew) -> None:
    await crew.run(pressed(create_command(Verb.DEPLOY)))
    assert await crew.replies() == []
