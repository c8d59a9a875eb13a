"""Whatever stands in a name, a reason or a log: every message stays within Slack's limits and mentions only whom we name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.boards import Board, End
from bot.domain.cards import Card, Excerpt
from bot.domain.deployments import OPERATIONS, Deployment
from bot.domain.overview import Overview
from bot.domain.refusals import Refusal
from bot.domain.requests import Choice, Request, RequestState, Vote
from bot.domain.stacks import StackRef
from bot.domain.transitions import Kind, Transition
from bot.messages import boards, cards, home, modals, notes, pauses, replies, statuses
from bot.messages.message import Message
from bot.messages.views import Opener
from sandbox.slack_workspace import block_kit
from tests.bot.messages.limits import message_problems, view_problems
from tests.bot.messages.samples import ADA, BEN, DEPLOYS, NOW, deployment, request, step

NASTY = [
    "<!channel>",
    "<@U1>",
    "<#C1|general>",
    "`",
    "```",
    "` <!here> `",
    "<https://evil.example|Approve>",
    "&lt;!channel&gt;",
    "&",
    "*_~>",
    "\u202etxet desrever",
    "שלום עולם",
    "مرحبا",
    "👩‍👩‍👧‍👦",
    ":boom:",
    "\x00\x07\x1b[31m\r\n\t",
    "\ud800",
    "\u2028",
    "| pipe ^caret",
    "'\"",
    " ",
    "",
]
LONGEST = 5_000
words = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=40),
    st.sampled_from(NASTY).map(lambda part: ((part or "x") * LONGEST)[:LONGEST]),
    st.lists(st.sampled_from(NASTY), max_size=8).map("".join),
)
people = st.one_of(st.sampled_from([ADA, BEN]), words)
stacks = st.builds(StackRef, org=words, project=words, stack=words)
told_statuses = st.one_of(
    st.sampled_from(["not-started", "accepted", "running", "succeeded", "failed", "skipped"]), words
)
steps = st.lists(
    st.builds(step, words, told_statuses, st.integers(0, 90), st.integers(0, 200_000)), max_size=25
)
votes = st.lists(
    st.builds(Vote, user=people, choice=st.sampled_from(Choice), at=st.just(NOW), reason=words), max_size=14
).map(tuple)
requests = st.builds(
    request,
    st.sampled_from(RequestState),
    id=words,
    stack=stacks,
    operation=st.one_of(st.sampled_from(OPERATIONS), words),
    requester=people,
    channel=st.one_of(st.just(DEPLOYS), words),
    branch=words,
    commit=words,
    approvals_needed=st.integers(0, 5),
    expires_at=st.sampled_from([0.0, NOW + 9]),
    rule=words,
    votes=votes,
    problem=words,
    version=st.integers(0, 10**9),
    console_url=words,
)
excerpts = st.builds(Excerpt, lines=st.lists(words, max_size=14).map(tuple), omitted=st.integers(0, 10**7))


@st.composite
def deployments(draw: st.DrawFn) -> Deployment:
    return deployment(
        draw(told_statuses),
        *draw(steps),
        id=draw(words),
        stack=draw(stacks),
        operation=draw(st.one_of(st.sampled_from(OPERATIONS), words)),
        initiator=draw(words),
        requested_by=draw(words),
        branch=draw(words),
        commit=draw(words),
        changes=draw(st.dictionaries(words, st.integers(0, 10**6), max_size=14)),
    )


def fine(message: Message) -> None:
    assert message_problems(message, people=(ADA, BEN), channels=(DEPLOYS,)) == []
    assert list(block_kit.message_problems(message.blocks)) == []


def fine_view(view: dict[str, Any]) -> None:
    assert view_problems(view, people=(ADA, BEN), channels=(DEPLOYS,)) == []
    assert list(block_kit.view_problems(view, view["type"])) == []


@settings(max_examples=120, deadline=None)
@given(
    asked=st.none() | requests,
    deployed=st.none() | deployments(),
    excerpt=st.none() | excerpts,
    waiting_for=words,
    canceled_by=people,
    gone=st.booleans(),
    url=words,
    board=st.none() | words,
)
def test_a_card_holds_whatever_comes(
    *,
    asked: Request | None,
    deployed: Deployment | None,
    excerpt: Excerpt | None,
    waiting_for: str,
    canceled_by: str,
    gone: bool,
    url: str,
    board: str | None,
) -> None:
    fine(cards.render(Card(asked, deployed, excerpt, waiting_for, canceled_by, gone, url, board)))


@settings(max_examples=60, deadline=None)
@given(
    found=st.lists(deployments(), max_size=9),
    waiting_for=words,
    canceled_by=people,
    url=words,
    over=st.booleans(),
)
def test_a_board_holds_whatever_comes(
    *, found: list[Deployment], waiting_for: str, canceled_by: str, url: str, over: bool
) -> None:
    shown = [Card(None, each, None, waiting_for, canceled_by, console_url=url) for each in found]
    board = Board(DEPLOYS, NOW, ended={End.FAILED: 50}, over=NOW if over else 0.0)
    fine(boards.render(board, shown * 5, shown * 2))


@settings(max_examples=60, deadline=None)
@given(
    deployed=deployments(),
    name=words,
    excerpt=st.none() | excerpts,
    kind=st.sampled_from(Kind),
    status=told_statuses,
    user=people,
)
def test_a_note_holds_whatever_comes(
    *, deployed: Deployment, name: str, excerpt: Excerpt | None, kind: Kind, status: str, user: str
) -> None:
    fine(notes.failure(deployed, name, excerpt))
    fine(notes.transition(Transition("key", kind, status, timedelta(1), name, 0, 0), canceled_by=user))


@settings(max_examples=60, deadline=None)
@given(one=words, two=words, user=people, stack=stacks, asked=requests, cast=votes)
def test_a_reply_holds_whatever_comes(
    *, one: str, two: str, user: str, stack: StackRef, asked: Request, cast: tuple[Vote, ...]
) -> None:
    said = [
        replies.refusal(Refusal(one, two, people=(user,))),
        replies.failure(one, two),
        replies.help_text(one),
        pauses.paused(stack, user),
        pauses.resumed(stack, user),
        replies.confirm_destroy(stack, branch=one, commit=two),
        *(replies.vote_recorded(asked, vote) for vote in cast),
    ]
    for message in said:
        fine(message)


@settings(max_examples=40, deadline=None)
@given(deployments(), st.lists(words, max_size=40))
def test_a_log_holds_whatever_comes(deployed: Deployment, lines: list[str]) -> None:
    fine(replies.log(deployed, lines))
    fine(replies.confirm_cancel(deployed))
    fine(replies.canceling(deployed))
    fine_view(modals.log(deployed, lines, total=10**6, opener=Opener(DEPLOYS)))


@settings(max_examples=40, deadline=None)
@given(
    found=st.lists(deployments(), max_size=3),
    paused=st.lists(words, max_size=12),
    problem=words,
    asked=st.lists(requests, max_size=3),
    org=words,
    user=people,
)
def test_an_overview_holds_whatever_comes(
    *, found: list[Deployment], paused: list[str], problem: str, asked: list[Request], org: str, user: str
) -> None:
    look = Overview(org, NOW - 999, tuple(found), tuple(found), bool(paused), tuple(paused), problem)
    fine(statuses.status([look], now=NOW))
    fine(statuses.status([look] * 30, now=NOW))
    for deployed in found[:1]:
        fine(statuses.status([replace(look, org=deployed.stack.org)], stack=deployed.stack, now=NOW))
    fine_view(home.home([look] * 3, asked, user=user, now=NOW, command=org))


@settings(max_examples=60, deadline=None)
@given(requests, words, words, words)
def test_a_modal_holds_whatever_comes(asked: Request, one: str, two: str, three: str) -> None:
    fine_view(modals.problem(one, two))
    fine_view(modals.log_loading(one, Opener(two, three)))
    view = modals.reject(asked, Opener(one, two, three))
    fine_view(view)
    assert modals.read_rejection(view).request_id in {asked.id, ""}
