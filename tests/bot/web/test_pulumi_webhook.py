"""A webhook makes the poller look sooner, and nothing else."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.domain.audit import Entry
from bot.errors import StoreUnavailableError
from bot.web.forgeries import Forgeries
from bot.web.pulumi_webhook import PulumiWebhook
from tests.fakes import FakeClock

SECRET = "webhook-secret"
BODY = json.dumps(
    {"organization": {"githubLogin": "Acme"}, "projectName": "web", "stackName": "dev"}
).encode()


class Looks:
    """Remembers who was to be looked at."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.orgs: list[str] = []
        self._failure = failure

    async def __call__(self, org: str) -> None:
        if self._failure:
            raise self._failure
        self.orgs.append(org)


async def send(
    look_now: Callable[[str], Awaitable[None]],
    body: bytes = BODY,
    *,
    secret: str = SECRET,
    signature: str | None = None,
    records: list[Entry] | None = None,
) -> int:
    async def keep(entry: Entry) -> None:
        (records if records is not None else []).append(entry)

    forgeries = Forgeries(keep, clock=FakeClock())
    endpoint = PulumiWebhook(secret=secret, orgs=("acme",), look_now=look_now, forgeries=forgeries)
    app = Starlette(routes=[Route("/", endpoint.__call__, methods=["POST"])])
    headers = {
        "Pulumi-Webhook-Kind": "deployment",
        "Pulumi-Webhook-Signature": hmac.new(SECRET.encode(), body, "sha256").hexdigest()
        if signature is None
        else signature,
    }
    transport = httpx.ASGITransport(app=app)
    async with (
        forgeries.watched(),
        httpx.AsyncClient(transport=transport, base_url="http://web") as client,
    ):
        return (await client.post("/", content=body, headers=headers)).status_code


async def test_a_signed_event_makes_its_organisation_due() -> None:
    looks = Looks()
    assert await send(looks) == 204
    assert looks.orgs == ["acme"]


@pytest.mark.parametrize(
    ("signature", "why"), [("0" * 64, "Pulumi, wrong signature 1"), ("", "Pulumi, no signature 1")]
)
async def test_a_wrong_signature_changes_nothing_and_is_on_record(signature: str, why: str) -> None:
    looks, records = Looks(), list[Entry]()
    assert await send(looks, signature=signature, records=records) == 401
    assert looks.orgs == []
    assert [why in each.reason for each in records] == [True]


async def test_without_a_secret_there_is_no_such_page() -> None:
    assert await send(Looks(), secret="") == 404


@pytest.mark.parametrize("body", [b"", b"{}", b"not json", b'{"organization": {"name": "globex"}}'])
async def test_an_event_of_nobody_we_serve_is_taken_and_ignored(body: bytes) -> None:
    looks = Looks()
    assert await send(looks, body) == 204
    assert looks.orgs == []


async def test_a_body_that_is_too_large_is_refused() -> None:
    assert await send(Looks(), b"x" * 1_000_001) == 413


@pytest.mark.parametrize("failure", [StoreUnavailableError("no answer"), TimeoutError()])
async def test_what_could_not_be_remembered_is_to_be_sent_again(failure: Exception) -> None:
    assert await send(Looks(failure)) == 503
