"""Builds the worker process out of adapters. Nothing connects before `worker` is entered."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import stamina
import structlog

from bot.domain.rules import Policy
from bot.errors import ConfigurationError
from bot.poller import Poller
from bot.pulumi.client import PulumiClient
from bot.rulebook import look_up, read_policy, stray_patterns
from bot.runner import Runner
from bot.settings import Settings
from bot.slack.api import SlackApi, new_session
from bot.slack.budget import SlackBudget
from bot.slack.channels import SlackChannels
from bot.slack.client import SlackClient
from bot.slack.directory import Directory
from bot.slack.outbox import Outbox
from bot.slack.people import SlackPeople
from bot.store.budget import RedisBudget
from bot.store.commit import Retention
from bot.store.connect import connect
from bot.store.inbox import RedisInbox
from bot.store.lanes import RedisLanes
from bot.store.once import RedisOnce
from bot.store.replies import RedisReplies
from bot.store.state import RedisState
from bot.vault import Vault
from bot.verbs import Context
from bot.waiting import Waiting
from bot.worker import Worker
from bot.workspace import Workspace

log = structlog.get_logger(__name__)


async def run(settings: Settings) -> None:
    """The `worker` process, until SIGINT or SIGTERM, which end it as well while it still waits for Slack to say who we are."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        building = asyncio.create_task(stack.enter_async_context(worker(settings)))
        await asyncio.wait({building, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if not building.done():
            building.cancel()
            return
        await (await building).run(stop)


@asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[Worker]:
    """A worker of the workspace that the bot token belongs to; waits until Slack has said which one that is.

    Raises:
        ConfigurationError: the policy file is wrong, or names a channel that the bot cannot see.
    """
    stamina.instrumentation.set_on_retry_hooks([])  # the transport tells of each call by its own name
    read_policy(settings.policy_file)  # a wrong one is told before anything is waited for
    async with contextlib.AsyncExitStack() as stack:
        redis = connect(settings.redis_url.reveal())
        stack.push_async_callback(redis.aclose)
        session = await stack.enter_async_context(new_session())
        http = await stack.enter_async_context(httpx.AsyncClient())
        api = SlackApi(token=settings.slack_bot_token.reveal(), http=session, base_url=settings.slack_api_url)
        team = await _team(api)
        state = RedisState(redis, team, retention=Retention(settings.audit_days, settings.audit_entries))
        budget = SlackBudget(RedisBudget(redis, team))
        directory = Directory(api, budget)
        channels = SlackChannels(api=api, directory=directory, budget=budget, once=RedisOnce(redis, team))
        people = SlackPeople(api, budget)
        policy = await _rules(settings, people=people, channels=channels)
        context = Context(
            pulumi=PulumiClient(
                http, base_url=settings.pulumi_backend_url, token=settings.pulumi_access_token.reveal()
            ),
            state=state,
            channels=channels,
            people=people,
            policy=policy,
            orgs=settings.pulumi_org,
            clock=time.time,
            secrets=settings.secrets(),
            vault=Vault(settings.encryption_keys),
        )
        await _warn_of_strays(settings, policy, state)
        yield Worker(
            runner=Runner(context),
            poller=Poller(context),
            waiting=Waiting(context),
            outbox=Outbox(
                lanes=RedisLanes(redis, team),
                replies=RedisReplies(redis, team),
                slack=SlackClient(api, directory),
                budget=budget,
            ),
            inbox=RedisInbox(redis, team),
            state=state,
            orgs=settings.pulumi_org,
        )


async def _team(api: SlackApi) -> str:
    async def ask() -> str:
        return str((await api.read("auth.test"))["team_id"])

    workspace = Workspace()
    await workspace.discover(ask)
    return workspace.team


async def _rules(settings: Settings, *, people: SlackPeople, channels: SlackChannels) -> Policy:
    path = settings.policy_file
    found = await look_up(
        read_policy(path),
        source=path.name if path else "",
        people=people,
        resolve_channel=channels.resolve_channel,
    )
    if found.problems:
        raise ConfigurationError(list(found.problems))
    return found.policy


async def _warn_of_strays(settings: Settings, policy: Policy, state: RedisState) -> None:
    if settings.policy_file is None:
        return
    known = [stack for org in settings.pulumi_org for stack in await state.stacks(org)]
    for warning in stray_patterns(policy, known, source=settings.policy_file.name) if known else ():
        log.warning("a pattern of the policy matches nothing", where=warning)
