"""The policy held against the world, for `doctor`: does all that it names exist, and what would it say to somebody."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from bot.domain.audience import Facts
from bot.domain.commands import Intent, Invocation, Surface
from bot.domain.flags import OF_ORG
from bot.domain.grammar import parse
from bot.domain.pauses import everything_of, org_of
from bot.domain.policy import Allow, Decision, Deny, NeedsApproval, decide
from bot.domain.refusals import Refusal
from bot.domain.rules import Policy
from bot.domain.stacks import StackRef, Unknown, resolve
from bot.pulumi.client import PulumiClient
from bot.rulebook import Rulebook, look_up, read_policy, stray_patterns
from bot.settings import Settings
from bot.slack.api import SlackApi, new_session
from bot.slack.budget import SlackBudget
from bot.slack.directory import Directory
from bot.slack.people import SlackPeople
from bot.store.budget import RedisBudget
from bot.store.connect import connect

_DEPTH = 5  # pages of deployments that are read to learn which stacks there are


@dataclass(frozen=True, slots=True)
class World:
    """What the policy speaks of, as it is now."""

    book: Rulebook
    people: SlackPeople
    known: frozenset[StackRef]
    source: str

    @property
    def strays(self) -> tuple[str, ...]:
        """Patterns that match nothing yet."""
        return stray_patterns(self.book.policy, self.known, source=self.source) if self.known else ()


@asynccontextmanager
async def world(settings: Settings) -> AsyncIterator[World]:
    """Ask Slack for people and channels and Pulumi for stacks. Raises SlackError, PulumiError, ConfigurationError."""
    path = settings.policy_file
    async with contextlib.AsyncExitStack() as stack:
        redis = connect(settings.redis_url.reveal())
        stack.push_async_callback(redis.aclose)
        session = await stack.enter_async_context(new_session())
        http = await stack.enter_async_context(httpx.AsyncClient())
        api = SlackApi(token=settings.slack_bot_token.reveal(), http=session, base_url=settings.slack_api_url)
        budget = SlackBudget(RedisBudget(redis, "doctor"))
        people = SlackPeople(api, budget)
        source = path.name if path else ""
        book = await look_up(
            read_policy(path),
            source=source,
            people=people,
            resolve_channel=Directory(api, budget).resolve_channel,
        )
        pulumi = PulumiClient(
            http, base_url=settings.pulumi_backend_url, token=settings.pulumi_access_token.reveal()
        )
        known = frozenset().union(*[await _stacks(pulumi, org) for org in settings.pulumi_org])
        yield World(book, people, known, source)


async def answer(settings: Settings, question: Iterable[str]) -> tuple[str, bool]:
    """What the policy says to `@ana deploy web/prod [#channel]`, rule by rule; False when that can't be told."""
    words = list(question)
    channel = words.pop() if words and words[-1].startswith("#") else ""
    asked = parse(f"can {' '.join(words)}", orgs=settings.pulumi_org)
    if isinstance(asked, Refusal):
        return f"{asked.problem} {asked.remedy}", False
    async with world(settings) as now:
        stack = _about(asked, now, settings.pulumi_org)
        person = await now.people.find(asked.person.lower()) if asked.person.startswith("@") else asked.person
        if not isinstance(stack, StackRef) or not person or asked.about is None:
            return (
                f"I don't know {asked.stack or 'which organisation is meant'}, or nobody goes by {asked.person}.",
                False,
            )
        intent = Intent(
            verb=asked.about,
            stack=stack,
            user=person,
            channel=channel,
            surface=Surface.SLASH,
            reason="asked",
            break_glass=asked.break_glass,
            typed=stack.short,
        )
        facts = await _facts(now.people, now.book.policy)
        return _told(asked.person, intent, decide(now.book.policy, intent, facts)), True


def _about(asked: Invocation, now: World, orgs: Sequence[str]) -> StackRef | Unknown | Refusal:
    if asked.about not in OF_ORG.values():
        return resolve(asked.stack, now.known, orgs)
    org = org_of(asked.stack, orgs, example="can @ana pause")
    return org if isinstance(org, Refusal) else everything_of(org)


async def problems(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is wrong, and what may be a slip. Raises SlackError, PulumiError."""
    async with world(settings) as now:
        return now.book.problems, now.strays


async def _facts(people: SlackPeople, policy: Policy) -> Facts:
    groups = await people.groups(policy.handles) if policy.handles else {}
    return Facts(groups=groups, now=time.time())


async def _stacks(pulumi: PulumiClient, org: str) -> frozenset[StackRef]:
    found: set[StackRef] = set()
    for page in range(1, _DEPTH + 1):
        deployments = (await pulumi.list_org(org, page=page)).deployments
        found |= {deployment.stack for deployment in deployments}
        if not deployments:
            break
    return frozenset(found)


def _told(person: str, intent: Intent, decision: Decision) -> str:
    rows = [
        f"  {'->' if looked.applied else '  '} {looked.rule}: {'decides' if looked.applied else looked.why}"
        for looked in decision.trail
    ]
    what = f"{person} {_word(decision)} {intent.what}"
    return "\n".join([f"{what}. {decision.reason}", *rows])


def _word(decision: Decision) -> str:
    if isinstance(decision, Deny):
        return "may not"
    held = " (on hold for now)" if decision.hold else ""
    words = {NeedsApproval: "may, with approvals,", Allow: "may"}
    return f"{words[type(decision)]}{held}"
