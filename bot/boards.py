"""The boards of channels where many deployments are live: which stand now, and after a look, what each shows.

A board spans organisations, so any look may change it: whoever saves first wins, and the other one looks again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

import structlog

from bot.domain.boards import CROWDED, Board, Ref, advance, is_worth_telling
from bot.domain.cards import Card
from bot.errors import SlackError
from bot.messages.boards import render
from bot.messages.message import Message
from bot.ports import Tracked
from bot.telling import card_of, tell_board, watching
from bot.verbs.context import Context

log = structlog.get_logger(__name__)

# Tries to save a board that other workers save as well; the next look is another one.
RACES = 5


async def standing(context: Context) -> dict[str, str]:
    """The channels whose board shows progress, with its address. One that does not stand in Slack yet, or was deleted, hides nothing."""
    boards = await context.state.boards()
    return {board.channel: board.link for board in boards if board.is_open and board.link is not None}


async def keep_boards(context: Context) -> None:
    """Begin, change and end boards, by what is live now."""
    for _ in range(RACES):
        if await _kept(context):
            return


async def _kept(context: Context) -> bool:
    """Whether every board shows what is so; False when somebody else saved one meanwhile."""
    boards = {board.channel: board for board in await context.state.boards()}
    seen = await _seen(context, boards.values())
    cards = {ref: card_of(tracked) for ref, tracked in seen.items()}
    crowds = _crowds(seen, context.orgs)
    saved = [
        await _keep(context, boards.get(channel), channel, crowds.get(channel, []), cards)
        for channel in dict.fromkeys((*boards, *crowds))
    ]
    return all(saved)


async def _seen(context: Context, boards: Iterable[Board]) -> dict[Ref, Tracked]:
    """What is known of all that is live, and of what boards name."""
    wanted: dict[str, set[str]] = {org: set(await context.state.active(org)) for org in context.orgs}
    named = [ref for board in boards if not board.is_settled for ref in (*board.live, *board.failed)]
    if not named and sum(map(len, wanted.values())) < CROWDED:
        return {}  # as on most days: no channel can be crowded, so nothing is read
    for org, deployment_id in named:
        wanted.setdefault(org, set()).add(deployment_id)
    return {
        (org, deployment_id): tracked
        for org, ids in wanted.items()
        for deployment_id, tracked in (await context.state.tracked(org, sorted(ids))).items()
    }


def _crowds(seen: Mapping[Ref, Tracked], orgs: Collection[str]) -> dict[str, list[Ref]]:
    """What is live, by the channels that hear how it goes on."""
    crowds: dict[str, list[Ref]] = {}
    for ref, tracked in seen.items():
        if ref[0] in orgs and not tracked.is_over:
            for channel in watching(tracked):
                crowds.setdefault(channel, []).append(ref)
    return crowds


async def _keep(
    context: Context, before: Board | None, channel: str, crowd: Sequence[Ref], cards: Mapping[Ref, Card]
) -> bool:
    """Save the channel's board as it is now, with what it shows; False when somebody else was faster."""
    now = context.clock()
    after = advance(before, channel, crowd, cards, now)
    if after is None or (after == before and after.is_settled):
        return True
    if after.is_open:
        after = replace(after, link=await _link(context, after))
    root = render(after, _found(after.live, cards), _found(after.failed, cards))
    after = replace(after, look=_look(root))
    if not is_worth_telling(before, after, now):
        return True
    return await context.state.save_board(replace(after, told=now), say=[tell_board(after, root)])


def _found(refs: Iterable[Ref], cards: Mapping[Ref, Card]) -> list[Card]:
    return [cards[ref] for ref in refs if ref in cards]


def _look(root: Message) -> str:
    """A name for what is shown: the same has the same."""
    return blake2b(repr(root).encode(), digest_size=12).hexdigest()


async def _link(context: Context, board: Board) -> str | None:
    """Its address: asked for once, when it stands; None while it does not."""
    ts = await context.state.ts_of(board.lane)
    if ts is None:
        return None
    if board.link is not None:
        return board.link
    try:
        return await context.channels.permalink(board.channel, ts)
    except SlackError as error:
        log.warning("a board goes without its address", channel=board.channel, error=str(error))
        return ""
