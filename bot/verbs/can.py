"""can: which rule would decide on somebody doing something, and why. Nothing is done."""

from __future__ import annotations

from bot.domain.commands import Command, Intent, Verb
from bot.domain.flags import OF_ORG
from bot.domain.pauses import everything_of, org_of
from bot.domain.policy import decide
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef
from bot.messages import permissions
from bot.verbs.context import Context, answer, facts_of, find_stack

ME = "me"


async def can(context: Context, command: Command) -> Refusal | None:
    """As if it were asked here and now. A reason and a typed name are taken for given: they are not the question."""
    stack = await _about(context, command)
    if isinstance(stack, Refusal):
        return stack
    person = await who(context, command)
    if isinstance(person, Refusal):
        return person
    intent = Intent(
        verb=command.about or Verb.DEPLOY,
        stack=stack,
        user=person,
        channel=command.origin.channel,
        surface=command.origin.surface,
        reason="asked",
        break_glass=command.break_glass,
        typed=stack.short,
    )
    decision = decide(context.policy, intent, await facts_of(context, stack, command.origin.channel))
    await answer(context, command, permissions.explained(intent, decision))
    return None


async def _about(context: Context, command: Command) -> StackRef | Refusal:
    about = command.about or Verb.DEPLOY
    if about not in OF_ORG.values():
        return await find_stack(context, command.stack)
    example = f"can {command.person} {about.removesuffix('-org')}"
    org = org_of(command.stack, context.orgs, example=example)
    return org if isinstance(org, Refusal) else everything_of(org)


async def who(context: Context, command: Command) -> str | Refusal:
    """The id of the person that a command names."""
    if command.person == ME:
        return command.origin.user
    if not command.person.startswith("@"):
        return command.person
    found = await context.people.find(command.person.lower())
    return found or Refusal(
        f"I don't know anybody who goes by {command.person} here.",
        "Write the name that a mention shows, or an id.",
    )
