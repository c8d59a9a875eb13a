"""Builds the worker process out of adapters. Nothing connects before `worker` is entered."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import stamina
import structlog

from bot.domain import policy_file
from bot.domain.rules import Policy
from bot.errors import ConfigurationError, SlackError
from bot.poller import Poller
from bot.pulumi.client import PulumiClient
from bot.runner import Runner
from bot.settings import Settings
from bot.slack.api import SlackApi, new_session
from bot.slack.budget import SlackBudget
from bot.slack.channels import SlackChannels
from bot.slack.client import SlackClient
from bot.slack.directory import Directory
from bot.slack.outbox import Outbox
from bot.store.budget import RedisBudget
from bot.store.commit import Retention
from bot.store.connect import connect
from bot.store.inbox import RedisInbox
from bot.store.lanes import RedisLanes
from bot.store.once import RedisOnce
from bot.store.replies import RedisReplies
from bot.store.state import RedisState
from bot.verbs import Context
from bot.worker import Worker
from bot.workspace import Workspace

log = structlog.get_logger(__name__)


@asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[Worker]:
    """A worker of the workspace that the bot token belongs to; waits until Slack has said which one that is.

    Raises:
        ConfigurationError: the policy file is wrong, or names a channel that the bot cannot see.
    """
    stamina.instrumentation.set_on_retry_hooks([])  # the transport tells of each call by its own name
    policy = read_policy(settings.policy_file)
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
        context = Context(
            pulumi=PulumiClient(
                http, base_url=settings.pulumi_backend_url, token=settings.pulumi_access_token.reveal()
            ),
            state=state,
            channels=channels,
            policy=await _with_channel_ids(policy, channels),
            orgs=settings.pulumi_org,
            clock=time.time,
            secrets=settings.secrets(),
        )
        yield Worker(
            runner=Runner(context),
            poller=Poller(context),
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


def read_policy(path: Path | None) -> Policy:
    """The operator's rules, or none: then the defaults decide."""
    if path is None:
        return Policy()
    found = policy_file.load(path.read_text(encoding="utf-8"), source=path.name)
    if isinstance(found, tuple):
        raise ConfigurationError(list(found))
    return found


async def _team(api: SlackApi) -> str:
    async def ask() -> str:
        return str((await api.read("auth.test"))["team_id"])

    workspace = Workspace()
    await workspace.discover(ask)
    return workspace.team


async def _with_channel_ids(policy: Policy, channels: SlackChannels) -> Policy:
    """Commands come with channel ids, policies are written with names."""
    ids: dict[str, str] = {}
    problems = []
    for name in sorted(policy.channel_names):
        try:
            ids[name] = await channels.resolve_channel(name)
        except SlackError as error:
            if error.code != "channel_not_found":
                raise
            problems.append(f"the policy names {name}, but there is no such channel that the bot can see")
    if problems:
        raise ConfigurationError(problems)
    return policy.with_channel_ids(ids)
