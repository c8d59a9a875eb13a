"""Builds the web process out of adapters. Nothing here connects: connections are made with the first question."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

import handlers
from bot import audit_log
from bot.domain.audit import Entry, safe
from bot.domain.refusals import MEMBERS_ONLY
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store.commit import Retention
from bot.store.connect import connect
from bot.store.database import Database
from bot.store.inbox import RedisInbox
from bot.store.state import RedisState
from bot.vault import Vault
from bot.web.app import create_app
from bot.web.forgeries import Forgeries
from bot.web.pulumi_webhook import PulumiWebhook
from bot.web.slack_requests import SlackRequests
from bot.workspace import Workspace

if TYPE_CHECKING:
    from bot.web.slack_socket import SlackSocket

NOT_OURS = "I work for another Slack workspace, so I can't do this for you."
SLACK_TIMEOUT = 3  # seconds: in the web process a person waits for every call
KEEP_WITHIN = 1.0  # seconds for a record of what was turned away


def web_app(settings: Settings) -> Starlette:
    """The web process's application. Its lifespan owns the HTTP session and the Redis connections."""
    redis = connect(settings.redis_url.reveal())
    metrics = Metrics()
    workspace = Workspace()
    slack = AsyncWebClient(
        token=settings.slack_bot_token.reveal(),
        base_url=settings.slack_api_url,
        timeout=SLACK_TIMEOUT,
        retry_handlers=[],
    )
    inbox = cache(lambda team: RedisInbox(redis, team))
    retention = Retention(settings.audit_days, settings.audit_entries)
    state = cache(lambda team: RedisState(redis, team, retention=retention))

    async def record(entry: Entry) -> None:
        await state(await workspace.known()).record(entry)

    async def keep(entry: Entry) -> None:
        await audit_log.keep(safe(entry), record, within=KEEP_WITHIN)

    async def note_stranger(team: str, user: str) -> None:
        entry = Entry(
            id=f"stranger:{uuid4().hex}",
            at=time.time(),
            team="",
            user=user,
            verb="",
            outcome="refused",
            rule=MEMBERS_ONLY,
            reason=f"from workspace {team}",
        )
        await keep(entry)

    forgeries = Forgeries(keep, clock=time.time)

    bolt = bolt_app(settings, workspace=workspace, note_stranger=note_stranger)
    handlers.register(
        bolt,
        inbox=inbox,
        state=state,
        slack=slack,
        orgs=settings.pulumi_org,
        clock=time.time,
        vault=Vault(settings.encryption_keys),
    )

    socket = _slack_socket(settings, bolt, metrics) if settings.slack_app_token else None

    async def ping() -> None:
        await Database(redis, "").ask(redis.ping())

    async def waiting() -> int:
        database = Database(redis, workspace.team)
        return int(await database.ask(redis.xlen(database.keys.inbox)))

    async def look_now(org: str) -> None:
        team = await asyncio.wait_for(workspace.known(), SLACK_TIMEOUT)
        await state(team).schedule(org, time.time())

    async def ask_team() -> str:
        answer = await slack.auth_test()
        return str(answer["team_id"])

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session, contextlib.aclosing(redis):
            slack.session = session
            asking = asyncio.create_task(workspace.discover(ask_team))
            async with forgeries.watched(), socket.connected(session) if socket else contextlib.nullcontext():
                yield
            asking.cancel()
            await asyncio.wait([asking])

    return create_app(
        slack=_slack_requests(settings, bolt, metrics, forgeries) if settings.slack_signing_secret else None,
        pulumi_webhook=PulumiWebhook(
            secret=settings.pulumi_webhook_secret.reveal(),
            orgs=settings.pulumi_org,
            look_now=look_now,
            forgeries=forgeries,
        ),
        ping=ping,
        waiting=waiting,
        metrics=metrics,
        lifespan=lifespan,
        socket_trouble=socket.trouble if socket else None,
    )


def _slack_requests(
    settings: Settings, bolt: AsyncApp, metrics: Metrics, forgeries: Forgeries
) -> SlackRequests:
    secret = settings.slack_signing_secret.reveal()
    return SlackRequests(bolt, signing_secret=secret, ack_seconds=metrics.ack_seconds, forgeries=forgeries)


def _slack_socket(settings: Settings, bolt: AsyncApp, metrics: Metrics) -> SlackSocket:
    from bot.web.slack_socket import SlackSocket  # noqa: PLC0415  only in Socket Mode

    return SlackSocket(
        bolt.async_dispatch,
        app_token=settings.slack_app_token.reveal(),
        api_url=settings.slack_api_url,
        ack_seconds=metrics.ack_seconds,
    )


def bolt_app(
    settings: Settings,
    *,
    workspace: Workspace,
    note_stranger: Callable[[str, str], Awaitable[None]] | None = None,
) -> AsyncApp:
    """Bolt without network: the token is configured, and who asks was checked before (`bot.web.slack_requests`, `bot.web.slack_socket`).

    `note_stranger` hears the workspace and the user of a request that is not from ours.

    `process_before_response` because the alternative waits in steps of 10 ms (docs/benchmarks.md).
    """
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(
        logging.ERROR
    )  # its warnings are about settings that are meant; NOTSET formats debug lines
    return AsyncApp(
        name="quarterdeck",
        logger=logger,
        client=AsyncWebClient(base_url=settings.slack_api_url),  # handlers call Slack with a client of ours
        signing_secret=settings.slack_signing_secret.reveal(),
        authorize=_Authorize(settings.slack_bot_token.reveal(), workspace, note_stranger),  # type: ignore[arg-type]  # None is its "not here"
        user_facing_authorize_error_message=NOT_OURS,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


class _Authorize(AsyncAuthorize):
    """The configured token for our own workspace, nothing for another one (people of shared channels can press buttons too)."""

    def __init__(
        self,
        token: str,
        workspace: Workspace,
        note_stranger: Callable[[str, str], Awaitable[None]] | None,
    ) -> None:
        self._token = token
        self._workspace = workspace
        self._note_stranger = note_stranger

    async def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None, **_: Any
    ) -> AuthorizeResult | None:
        if not self._workspace.is_ours(team_id):
            if self._note_stranger is not None:
                await self._note_stranger(team_id or "", user_id or "")
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self._token)
