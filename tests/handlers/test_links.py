"""Linking a Pulumi login: the form, and the token that is sealed before it is recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.domain.commands import Surface, Verb
from bot.domain.links import purpose
from bot.messages import links
from bot.vault import Vault
from tests.handlers.office import ANA, DEPLOYS, TEAM, Office, open_office

KEY = Fernet.generate_key().decode()


@pytest.fixture
async def keyed(redis: Redis, redis_url: str) -> AsyncIterator[Office]:
    """Secrets can be kept."""
    async with open_office(redis, redis_url, ENCRYPTION_KEY=KEY) as office:
        yield office


async def submit(office: Office, token: str) -> None:
    await office.type("link")
    (view,) = (await office.workspace())["views"]
    values = {links.TOKEN: {links.TOKEN: token}}
    await office.act("view", user=ANA, view_id=view["id"], action="submit", values=values)


async def test_a_token_is_sealed_for_whoever_typed_it_before_it_is_recorded(keyed: Office) -> None:
    await submit(keyed, "pul-0123456789")
    (command,) = await keyed.recorded()
    assert (command.verb, command.origin.surface, command.origin.channel) == (
        Verb.LINK,
        Surface.MODAL,
        DEPLOYS,
    )
    assert command.origin.response_url
    assert "pul-0123456789" not in repr(command)
    assert Vault((KEY,)).open(command.sealed, purpose=purpose(TEAM, ANA)) == "pul-0123456789"


async def test_what_is_no_token_is_told_under_it_and_recorded_nowhere(keyed: Office) -> None:
    await submit(keyed, "two words")
    (view,) = (await keyed.workspace())["views"]
    assert "no access token" in str(view["errors"])
    assert await keyed.recorded() == []


async def test_without_a_key_nobody_is_asked_for_a_token(office: Office) -> None:
    answer = await office.type("link")
    assert "ENCRYPTION_KEY" in answer["body"]["text"]
    assert (await office.workspace())["views"] == []


async def test_where_slack_opens_no_form_the_person_is_told(keyed: Office) -> None:
    await keyed.slack.post("/sandbox/faults", json=[{"match": "views.open", "fault": "status:503"}])
    assert "Nothing was linked" in (await keyed.type("link"))["body"]["text"]
