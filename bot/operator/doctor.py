"""`doctor`: ask everything that the bot depends on whether it would work, and say what to do where it would not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import httpx
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ConfigurationError, PulumiError, SlackError, StoreUnavailableError
from bot.operator.manifest import SCOPES
from bot.rulebook import read_policy
from bot.settings import Settings

WITHIN = 15.0  # seconds for each check
NEARLY = 0.9  # of the records that the audit may hold: then its age no longer decides what goes

VOLATILE = "Its appendonly is off: a restart loses what was asked for and not done, unless the server is kept in another way."


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the table. `advice` is empty where all is well."""

    what: str
    good: bool
    facts: str
    advice: str = ""


async def run(settings: Settings) -> int:
    """Print a row per check as it is made; 0 when all are good, otherwise 1."""
    findings: list[Finding] = []
    async for finding in examine(settings):
        findings.append(finding)
        print(render(finding), flush=True)  # noqa: T201  a table for the operator
    bad = sum(not finding.good for finding in findings)
    print(f"\n{bad} of {len(findings)} checks failed." if bad else "\nAll is well.")  # noqa: T201
    return 1 if bad else 0


def render(finding: Finding) -> str:
    """`ok   redis      answers (valkey 9.1.2)`, with the advice below."""
    mark = "ok  " if finding.good else "FAIL"
    row = f"{mark} {finding.what:<16} {finding.facts}"
    return f"{row}\n     {'':<16} {finding.advice}" if finding.advice else row


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Every check, one after the other."""
    yield Finding("settings", good=True, facts="complete and well-formed")
    yield _policy(settings.policy_file)
    redis = await _timely("redis", _redis(settings.redis_url.reveal()))
    yield redis
    if redis.good:
        yield await _timely("encryption", _encryption(settings))
        yield await _timely("audit", _audit(settings))
    slack = await _timely("slack", _slack(settings))
    yield slack
    if settings.slack_app_token:
        yield await _timely("slack socket", _slack_socket(settings))
    if redis.good and slack.good and settings.policy_file:
        yield await _timely("policy names", _names(settings))
    async with httpx.AsyncClient() as http:
        for org in settings.pulumi_org:
            yield await _timely(f"pulumi {org}", _pulumi(settings, http, org))


async def _timely(what: str, check: Awaitable[Finding]) -> Finding:
    try:
        return await asyncio.wait_for(check, WITHIN)
    except TimeoutError:
        return Finding(what, good=False, facts=f"no answer within {WITHIN:.0f} s")


def _policy(path: Path | None) -> Finding:
    if path is None:
        return Finding("policy", good=True, facts="no POLICY_FILE: the defaults apply")
    try:
        read_policy(path)
    except ConfigurationError as error:
        facts = f"problems in {path.name}: {len(error.problems)}"
        return Finding("policy", good=False, facts=facts, advice="; ".join(error.problems))
    return Finding("policy", good=True, facts=f"{path.name} is well-formed")


async def _names(settings: Settings) -> Finding:
    """Do the people, groups, channels and stacks exist that the policy speaks of?"""
    from bot.operator import policy_check  # noqa: PLC0415

    try:
        wrong, strays = await policy_check.problems(settings)
    except ConfigurationError:
        return Finding("policy names", good=False, facts="not looked at: the policy itself is wrong")
    except (SlackError, PulumiError) as error:
        return Finding("policy names", good=False, facts=f"could not be looked up: {error}")
    if wrong:
        facts = f"names that nothing has: {len(wrong)}"
        return Finding("policy names", good=False, facts=facts, advice="; ".join(wrong))
    facts = "all people, groups and channels exist"
    return Finding("policy names", good=True, facts=facts, advice="; ".join(strays))


async def can(settings: Settings, question: list[str]) -> int:
    """Print which rule would decide on `@ana deploy web/prod`, and why; 0 when that could be told."""
    from bot.operator import policy_check  # noqa: PLC0415

    try:
        said, good = await policy_check.answer(settings, question)
    except (SlackError, PulumiError) as error:
        said, good = f"That can't be told now: {error}", False
    print(said)  # noqa: T201  for the operator
    return 0 if good else 1


async def _redis(url: str) -> Finding:
    from bot.store.connect import connect  # noqa: PLC0415
    from bot.store.database import Database  # noqa: PLC0415

    redis = connect(url)
    try:
        about = await Database(redis, "").ask(redis.info())
    except StoreUnavailableError as error:
        advice = "Check REDIS_URL, and that the server runs and lets this machine in."
        return Finding("redis", good=False, facts=str(error), advice=advice)
    finally:
        await redis.aclose()
    version = about.get("valkey_version") or about.get("redis_version")
    eviction = str(about.get("maxmemory_policy", "noeviction"))
    if eviction not in {"noeviction", "unknown"}:
        advice = "Set maxmemory-policy to noeviction: this one may forget commands and approvals."
        return Finding("redis", good=False, facts=f"{version}, maxmemory-policy {eviction}", advice=advice)
    advice = "" if about.get("aof_enabled", 1) else VOLATILE
    return Finding("redis", good=True, facts=f"answers ({version})", advice=advice)


async def _encryption(settings: Settings) -> Finding:
    from bot.operator.rekey import shut  # noqa: PLC0415
    from bot.store.connect import connect  # noqa: PLC0415
    from bot.vault import Vault  # noqa: PLC0415

    keys = settings.encryption_keys
    redis = connect(settings.redis_url.reveal())
    try:
        count, closed = await shut(redis, Vault(keys)) if keys else (0, ())
    except StoreUnavailableError as error:
        return Finding("encryption", good=False, facts=f"what is stored can't be read: {error}")
    finally:
        await redis.aclose()
    if not keys:
        facts = "no ENCRYPTION_KEY: nobody can link a token or hand over a secret"
        return Finding("encryption", good=True, facts=facts)
    if closed:
        advice = f"Add the key that it was sealed with to ENCRYPTION_KEY, after the newest: {'; '.join(closed[:5])}."
        return Finding("encryption", good=False, facts=f"{len(closed)} of {count} do not open", advice=advice)
    return Finding("encryption", good=True, facts=f"keys: {len(keys)}, sealed: {count}, all of it opens")


async def _audit(settings: Settings) -> Finding:
    from bot.store.audit import AuditTrail  # noqa: PLC0415
    from bot.store.connect import connect  # noqa: PLC0415
    from bot.store.database import Database  # noqa: PLC0415
    from bot.store.teams import teams  # noqa: PLC0415

    redis = connect(settings.redis_url.reveal())
    try:
        trails = [AuditTrail(Database(redis, team), days=settings.audit_days) for team in await teams(redis)]
        sizes = [await trail.size() for trail in trails]
    except StoreUnavailableError as error:
        return Finding("audit", good=False, facts=f"can't be read: {error}")
    finally:
        await redis.aclose()
    count = sum(size for size, _ in sizes)
    oldest = min((at for _, at in sizes if at), default=0.0)
    since = f", since {datetime.fromtimestamp(oldest, UTC):%Y-%m-%d}" if oldest else ""
    kept = f"kept for {settings.audit_days} days, {settings.audit_entries:,} records at most"
    facts = f"{kept}; {count:,} records{since}"
    if count > settings.audit_entries * NEARLY:
        advice = "What is older goes before its time: raise AUDIT_ENTRIES, or export regularly (python -m bot audit)."
        return Finding("audit", good=False, facts=facts, advice=advice)
    return Finding("audit", good=True, facts=facts)


async def _slack(settings: Settings) -> Finding:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=settings.slack_bot_token.reveal(), base_url=settings.slack_api_url, session=session
        )
        try:
            answer = await client.auth_test()
        except SlackApiError as error:
            advice = "Copy SLACK_BOT_TOKEN anew: OAuth & Permissions, Bot User OAuth Token."
            return Finding(
                "slack", good=False, facts=f"auth.test: {error.response.get('error')}", advice=advice
            )
        except (SlackClientError, aiohttp.ClientError, OSError, ValueError, AttributeError) as error:
            return Finding(
                "slack", good=False, facts=str(error), advice="Check SLACK_API_URL and the network."
            )
    names = {name.casefold(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in names.get("x-oauth-scopes", "").split(",")}
    missing = sorted(SCOPES - granted)
    facts = f"{answer.get('user')} in {answer.get('team')} ({answer.get('team_id')})"
    if missing:
        advice = f"Add these scopes (python -m bot manifest) and reinstall the app: {', '.join(missing)}."
        return Finding("slack", good=False, facts=facts, advice=advice)
    return Finding("slack", good=True, facts=f"{facts}, all scopes granted")


async def _slack_socket(settings: Settings) -> Finding:
    """Asks for the address of a connection, and makes none: it would be one of the ten that Slack allows."""
    from bot.slack.api import SlackApi, new_session  # noqa: PLC0415

    async with new_session() as http:
        api = SlackApi(token=settings.slack_app_token.reveal(), http=http, base_url=settings.slack_api_url)
        try:
            await api.write("apps.connections.open")
        except SlackError as error:
            advice = (
                "Make SLACK_APP_TOKEN anew: Basic Information, App-Level Tokens, with the scope connections:write."
                if error.code
                else "Check SLACK_API_URL and the network."
            )
            return Finding("slack socket", good=False, facts=str(error), advice=advice)
    return Finding("slack socket", good=True, facts="Slack lets web connect (Socket Mode)")


async def _pulumi(settings: Settings, http: httpx.AsyncClient, org: str) -> Finding:
    from bot.pulumi.client import PulumiClient  # noqa: PLC0415

    client = PulumiClient(
        http, base_url=settings.pulumi_backend_url, token=settings.pulumi_access_token.reveal()
    )
    what = f"pulumi {org}"
    try:
        page = await client.list_org(org, page_size=1)
    except PulumiError as error:
        advice = "Check PULUMI_ACCESS_TOKEN, PULUMI_ORG and PULUMI_BACKEND_URL."
        return Finding(what, good=False, facts=str(error), advice=advice)
    return Finding(what, good=True, facts=f"{page.total} deployments visible")
