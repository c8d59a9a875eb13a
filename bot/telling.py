"""From what is known of a deployment to what its channels hear: one card per lane, one thread under it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.boards import Board
from bot.domain.cards import Card
from bot.domain.deployments import FAILED, Deployment
from bot.domain.requests import Request, RequestState
from bot.domain.subscriptions import Subscription, channels_for
from bot.domain.transitions import Kind, Transition
from bot.messages import approvals, cards, notes
from bot.messages.message import Message, Post, Rank, Say
from bot.ports import Tracked

# A lane of a channel that wants outcomes only stays silent until there is one.
_QUIET = ":outcome"


def lanes_for(
    deployment: Deployment, *, request: Request | None, subscriptions: Iterable[Subscription]
) -> tuple[tuple[str, str], ...]:
    """The (lane, channel) pairs that hear of a deployment: where it was asked for, then who subscribed, each channel once."""
    lanes = {} if request is None else {request.channel: request.id}
    hearing = channels_for(subscriptions, deployment.stack)
    if request and request.for_request:  # its card is the one of the request that it is the preview of
        lanes.clear()
        hearing = tuple(listener for listener in hearing if listener.channel != request.channel)
    for listener in hearing:
        quiet = _QUIET if listener.outcomes_only else ""
        lanes.setdefault(listener.channel, f"{deployment.id}:{listener.channel}{quiet}")
    return tuple((lane, channel) for channel, lane in lanes.items())


def watching(tracked: Tracked) -> tuple[str, ...]:
    """The channels that hear how it goes on, and not only how it ends."""
    return tuple(channel for lane, channel in tracked.lanes if not lane.endswith(_QUIET))


def card_of(tracked: Tracked, request: Request | None = None, *, channel: str = "") -> Card:
    """The card's state in a channel, out of what was saved."""
    return Card(
        request=request,
        deployment=tracked.deployment,
        excerpt=tracked.excerpt,
        waiting_for=tracked.waiting_for,
        canceled_by=tracked.canceled_by,
        gone=tracked.gone,
        console_url=tracked.console_url,
        board=dict(tracked.boards).get(channel),
    )


def tell(
    tracked: Tracked, request: Request | None, transitions: Sequence[Transition] = ()
) -> tuple[Say, ...]:
    """What every lane of a deployment has to say now that it looks like this."""
    failure = tuple(_failure(tracked))
    all_of_it = (*_steps(tracked, transitions), *failure)
    outcome = (*_steps(tracked, [each for each in transitions if each.kind is Kind.ENDED]), *failure)
    return tuple(
        Say(
            lane=lane,
            channel=channel,
            root=cards.render(card_of(tracked, request, channel=channel)),
            rank=Rank.OUTCOME if tracked.is_over else Rank.PROGRESS,
            posts=outcome if lane.endswith(_QUIET) else all_of_it,
            on_refused=request.requester if request and request.channel == channel else "",
        )
        for lane, channel in tracked.lanes
        if tracked.is_over or not lane.endswith(_QUIET)
    )


def tell_board(board: Board, root: Message) -> Say:
    """The board of a channel, after every outcome and before the cards that leave their steps to it."""
    return Say(lane=board.lane, channel=board.channel, root=root, rank=Rank.DETAIL)


def tell_request(request: Request) -> Say:
    """The card of a request that is no deployment yet."""
    return Say(
        lane=request.id,
        channel=request.channel,
        root=cards.render(Card(request=request)),
        rank=Rank.OUTCOME,
        on_refused=request.requester,
    )


def cards_of(request: Request) -> tuple[Say, ...]:
    """Every card of a request: in its channel, and in the direct messages of those who may approve. A preview for another one has none."""
    if request.for_request:
        return ()
    return (tell_request(request), *(_in_person(request, user) for user in request.notify))


def reminders(request: Request) -> tuple[Say, ...]:
    """A word under every card, once, before it expires."""
    post = Post(
        key=f"{request.id}:{request.round}:reminder", message=approvals.reminder(request), rank=Rank.OUTCOME
    )
    return tuple(replace(say, root=None, posts=(post,)) for say in cards_of(request))


def alarm(request: Request, subscriptions: Iterable[Subscription]) -> tuple[Say, ...]:
    """The glass was broken: a message of its own where it was asked for and where people hear of the stack."""
    listeners = [listener.channel for listener in channels_for(subscriptions, request.stack)]
    return tuple(
        Say(
            lane=f"{request.id}:glass:{channel}",
            channel=channel,
            root=approvals.glass_broken(request),
            rank=Rank.OUTCOME,
        )
        for channel in dict.fromkeys((request.channel, *listeners))
    )


def _in_person(request: Request, user: str) -> Say:
    open_to_votes = request.state is RequestState.AWAITING
    root = cards.render(Card(request=request)) if open_to_votes else approvals.decided(request)
    return Say(lane=f"{request.id}:dm:{user}", channel=user, root=root, rank=Rank.OUTCOME)


def _steps(tracked: Tracked, transitions: Sequence[Transition]) -> Iterable[Post]:
    for transition in transitions:
        yield Post(
            key=f"{tracked.deployment.id}:{transition.key}",
            message=notes.transition(transition, canceled_by=tracked.canceled_by),
            rank=Rank.PROGRESS,
            joinable=True,
        )


def _failure(tracked: Tracked) -> Iterable[Post]:
    deployment = tracked.deployment
    if deployment.status != FAILED or tracked.canceled_by:
        return
    failed = deployment.failed_step
    yield Post(
        key=f"{deployment.id}:failure",
        message=notes.failure(deployment, failed.name if failed else "", tracked.excerpt),
        rank=Rank.DETAIL,
    )
