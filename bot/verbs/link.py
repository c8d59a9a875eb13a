"""link, whoami: let somebody's commands run with their own Pulumi token, so that Pulumi's own permissions hold."""

from __future__ import annotations

from bot.domain.commands import Command
from bot.domain.links import Account, Link, purpose, same_login
from bot.domain.refusals import DEFAULT, Refusal
from bot.errors import UnauthorizedError
from bot.messages import links
from bot.vault import NoKeyError, SealedShutError
from bot.verbs.context import Context, entry, reply
from bot.verbs.identity import as_owner


async def link(context: Context, command: Command) -> Refusal | None:
    """Keep a sealed token once Pulumi has said whose it is. A login that somebody else linked is not taken over."""
    origin = command.origin
    try:
        token = context.vault.open(command.sealed, purpose=purpose(origin.team, origin.user))
    except (SealedShutError, NoKeyError):
        return Refusal("I can't read what you handed over, so nothing was linked.", "Try `link` again.")
    account = await _owner_of(context, token)
    if isinstance(account, Refusal):
        return account
    before = await context.state.link_of(origin.user)
    if before and not same_login(before.login, account.login):
        return Refusal(
            f"You are linked as {before.login} already; that token belongs to {account.login}.",
            "Go with `unlink` first, then link again.",
        )
    made = Link(
        team=origin.team,
        user=origin.user,
        login=account.login,
        name=account.name,
        token=command.sealed,
        at=context.clock(),
    )
    told = entry(context, command, "linked", rule=DEFAULT, reason=f"as {account.login} on Pulumi")
    heard = reply(command, links.linked(account.login, renewed=before is not None))
    if await context.state.add_link(made, replies=[heard], audit=[told]):
        return None
    return Refusal(
        f"{account.login} is linked to somebody else in Slack already, so nothing was linked.",
        "If that is you in another workspace, unlink there first. If they left, whom a rule lets can free it: `unlink @person`. "
        "If it is nobody you know, revoke the token and tell whoever runs the bot.",
    )


async def _owner_of(context: Context, token: str) -> Account | Refusal:
    """Whose it is: somebody of an organisation that is served here."""
    try:
        account = await context.pulumi.with_token(token).whoami()
    except UnauthorizedError:
        return Refusal(
            "Pulumi Cloud does not know this token, so nothing was linked.",
            "Make one at Pulumi (Personal access tokens, Create token), and copy all of it.",
        )
    served = {org.casefold() for org in context.orgs}
    if served.isdisjoint(org.casefold() for org in account.organizations):
        return Refusal(
            f"That token belongs to {account.login}, who is in no organisation that I work for, so nothing was linked.",
            f"I work for {', '.join(context.orgs)}.",
        )
    return account


async def whoami(context: Context, command: Command) -> Refusal | None:
    """As whom this person's commands run, and whether Pulumi still accepts that."""
    before = await context.state.link_of(command.origin.user)
    if before is None:
        said = links.not_linked(can_link=bool(context.vault))
    else:
        said = links.known_as(before, works=await _works(context, before))
    await context.state.say(replies=[reply(command, said)])
    return None


async def _works(context: Context, before: Link) -> bool:
    acted = as_owner(context, before, user=before.user)
    if isinstance(acted, Refusal):
        return False
    try:
        account = await acted.pulumi.whoami()
    except UnauthorizedError:
        return False
    return same_login(account.login, before.login)
