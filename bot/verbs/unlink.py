"""unlink: forget a Pulumi token at once. One's own always; somebody else's, who left perhaps, where a rule lets one."""

from __future__ import annotations

from bot.domain.commands import Command
from bot.domain.pauses import everything_of
from bot.domain.policy import Deny
from bot.domain.refusals import DEFAULT, Refusal
from bot.messages import links
from bot.messages.message import Reply
from bot.verbs.can import who
from bot.verbs.context import Context, entry, may, reply


async def unlink(context: Context, command: Command) -> Refusal | None:
    """From now on the bot's own token is used again, and the login is free for whoever has a token of it."""
    user = await who(context, command) if command.person else command.origin.user
    if isinstance(user, Refusal):
        return user
    return await (_own if user == command.origin.user else _of_another)(context, command, user)


async def _own(context: Context, command: Command, user: str) -> Refusal | None:
    before = await context.state.link_of(user)
    login = before.login if before else ""
    told = entry(context, command, "unlinked", rule=DEFAULT, reason=f"was {login} on Pulumi")
    heard = reply(command, links.unlinked(login))
    if await context.state.remove_link(user, replies=[heard], audit=[told]) is None:
        return Refusal("You have linked no Pulumi login.", "Your commands run with the bot's own token.")
    return None


async def _of_another(context: Context, command: Command, user: str) -> Refusal | None:
    """A login is one in all organisations, so the rules of all of them have to let it go."""
    for org in context.orgs:
        decision = await may(context, command, everything_of(org))
        if isinstance(decision, Deny):
            return decision.refusal
    before = await context.state.link_of(user)
    login = before.login if before else ""
    told = entry(context, command, "unlinked", reason=f"{user} was {login} on Pulumi")
    heard = [reply(command, links.unlinked_another(user, login))]
    if await context.people.is_active(user):
        heard.append(_notice(command, user, login))
    if await context.state.remove_link(user, replies=heard, audit=[told]) is None:
        return Refusal("They have linked no Pulumi login", people=(user,))
    return None


def _notice(command: Command, user: str, login: str) -> Reply:
    """In a direct message: they may be in no channel where it was asked."""
    message = links.unlinked_by(command.origin.user, login)
    return Reply(key=f"{command.id}:notice", channel="", user=user, message=message)
