"""As whom a command acts at Pulumi Cloud: with the bot's token and its policy, or with a token that the person linked."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.audit import SERVICE
from bot.domain.commands import Command, Verb
from bot.domain.links import Link, purpose, same_login
from bot.domain.refusals import Refusal
from bot.domain.requests import Request
from bot.vault import NoKeyError, SealedShutError
from bot.verbs.context import Context

# What does nothing at Pulumi in the person's own name: a vote is on somebody else's request, which runs as they asked for it.
NOT_PERSONAL = frozenset(
    {
        Verb.APPROVE,
        Verb.REJECT,
        Verb.WITHDRAW,
        Verb.HOME,
        Verb.LINK,
        Verb.UNLINK,
        Verb.WHOAMI,
        Verb.AUDIT,
        Verb.CAN,
    }
)


async def acting(context: Context, command: Command) -> Context | Refusal:
    """The world as the person's own token sees it, where they linked one. Never silently the bot's instead."""
    if command.verb in NOT_PERSONAL:
        return context
    link = await context.state.link_of(command.origin.user)
    return context if link is None else as_owner(context, link, user=command.origin.user)


async def acting_for(context: Context, request: Request) -> Context | Refusal:
    """The world as it was for the one who asked; it may be somebody else's click that lets the request go."""
    if same_login(context.identity, request.identity or SERVICE):
        return context
    if not request.identity:
        return replace(context, pulumi=context.own or context.pulumi, identity=SERVICE)
    link = await context.state.link_of(request.requester)
    if link is None or not same_login(link.login, request.identity):
        return Refusal(
            f"This was asked for as {request.identity} on Pulumi, and that login is no longer linked.",
            "Ask for it again.",
        )
    return as_owner(context, link, user=request.requester)


def as_owner(context: Context, link: Link, *, user: str) -> Context | Refusal:
    """The world with an opened token, which is hidden wherever it would be shown. `user` is whose it must be."""
    try:
        token = context.vault.open(link.token, purpose=purpose(link.team, user))
    except (SealedShutError, NoKeyError):
        return Refusal(
            f"The token that you linked as {link.login} can't be read any more: its encryption key is gone.",
            "Link it again (`link`), or let the bot act with its own (`unlink`).",
        )
    return replace(
        context,
        own=context.own or context.pulumi,
        pulumi=context.pulumi.with_token(token, owner=link.login),
        secrets=context.secrets | {token},
        identity=link.login,
    )


async def secrets_of(context: Context, request: Request | None) -> frozenset[str]:
    """What no line of a request's log may show: the bot's own secrets, and the token of the person as whom it ran."""
    acted = await acting_for(context, request) if request else context
    return context.secrets if isinstance(acted, Refusal) else acted.secrets
