"""The bot's own page: what waits for a decision, what is locked, what runs, how to ask."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.locks import Lock
from bot.domain.overview import Overview
from bot.domain.requests import Request
from bot.domain.stacks import StackRef
from bot.messages.approvals import about
from bot.messages.blocks import VIEW_BLOCKS, actions, context, divider, fit, header, paragraphs, section
from bot.messages.buttons import form
from bot.messages.locks import standing, unlock
from bot.messages.message import Block
from bot.messages.mrkdwn import channel, date, person, phrase
from bot.messages.overviews import freshness, parts, summary
from bot.messages.replies import COMMANDS
from bot.messages.votes import ballot
from bot.messages.words import LOCKED, joined, operation, source

AWAITING = 10
LOCKS = 8
_VIEW_SIZE = 60_000


def home(
    overviews: Sequence[Overview],
    awaiting: Sequence[Request],
    locks: Sequence[Lock] = (),
    *,
    user: str,
    decides: Collection[str] | None = None,
    unlocks: Collection[StackRef] | None = None,
    now: float,
    command: str = "/pulumi",
) -> Block:
    """The Home tab as `user` sees it; `now` is Unix seconds.

    `decides` are requests that this person may vote on, `unlocks` the stacks whose lock they may end here (None: all).
    """
    blocks = [
        *_decisions(awaiting, user, decides),
        *_locked(locks, user, unlocks),
        *_stacks(overviews, now),
        divider(),
        *_usage(command),
    ]
    return {"type": "home", "blocks": fit(blocks, most=VIEW_BLOCKS, size=_VIEW_SIZE)}


def _decisions(awaiting: Sequence[Request], user: str, decides: Collection[str] | None) -> list[Block]:
    if not awaiting:
        return []
    blocks = [header("Waiting for approval")]
    for number, request in enumerate(awaiting[:AWAITING]):
        blocks += [*paragraphs(_asked(request)), *_choice(request, user, str(number), decides)]
    more = len(awaiting) - AWAITING
    return [*blocks, *context(f"and {more} more" if more > 0 else "")]


def _asked(request: Request) -> list[str]:
    title = joined(
        f"{LOCKED} *{phrase(request.stack.short, 240)}*",
        operation(request.operation),
        source(request.branch, request.commit),
        f"by {person(request.requester)} in {channel(request.channel)} {date(request.created_at)}",
    )
    return [title, *about(request)]


def _choice(request: Request, user: str, suffix: str, decides: Collection[str] | None) -> list[Block]:
    own = request.requester == user
    if not own and decides is not None and request.id not in decides:
        return []
    return actions(*ballot(request, suffix=suffix, own=own))


def _locked(locks: Sequence[Lock], user: str, unlocks: Collection[StackRef] | None) -> list[Block]:
    if not locks:
        return []
    blocks = [header("Locked")]
    for number, lock in enumerate(locks[:LOCKS]):
        offered = unlocks is None or lock.stack in unlocks
        blocks += paragraphs([standing(lock)])
        blocks += actions(unlock(lock, user=user, suffix=str(number))) if offered else []
    more = len(locks) - LOCKS
    return [*blocks, *context(f"and {more} more" if more > 0 else "")]


def _stacks(overviews: Sequence[Overview], now: float) -> list[Block]:
    blocks = [header("Deployments"), *actions(form())]
    if not overviews:
        return [*blocks, section("I have not looked at Pulumi yet. This page fills in a few seconds.")]
    for overview in overviews:
        found = parts(overview)
        if not overview.active:
            found = [f"{_sentence(summary(overview))}.", *found]
        if len(overviews) > 1:
            blocks.append(section(f"*{phrase(overview.org, 80)}*"))
        blocks += [
            *(block for part in found for block in paragraphs(part.split("\n"))),
            *context(freshness(overview, now)),
        ]
    return blocks


def _usage(command: str) -> list[Block]:
    slash = phrase(command, 30)
    rows = "\n".join(f"`{slash} {example}`  {what}" for example, what in COMMANDS)
    return [header("How to ask"), section(rows)]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
