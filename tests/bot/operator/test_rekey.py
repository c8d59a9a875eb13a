"""Keys rotate: what is kept opens with the newest one afterwards, and what no key opens is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.domain.links import Link, purpose
from bot.domain.options import Options, Variable
from bot.domain.requests import RequestState
from bot.errors import ConfigurationError
from bot.operator import rekey
from bot.settings import Process, Settings, load
from bot.store.state import RedisState
from bot.vault import Vault
from sandbox.fleet import free_port
from tests.builders import ADA, BEN, TEAM, create_request

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def settings_of(redis_url: str, *keys: str) -> Settings:
    return load({"REDIS_URL": redis_url, "ENCRYPTION_KEY": ",".join(keys)}, process=Process.STORE)


async def keep(redis: Redis, *, key: str = OLD, user: str = ADA, login: str = "ada") -> None:
    sealed = Vault((key,)).seal("pul-ada", purpose=purpose(TEAM, user))
    await RedisState(redis, TEAM).add_link(Link(team=TEAM, user=user, login=login, token=sealed, at=0.0))


async def test_everything_opens_with_the_newest_key_alone(
    redis: Redis, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    state = RedisState(redis, TEAM)
    await keep(redis)
    secret = Variable("DB_PASSWORD", Vault((OLD,)).seal("hunter2", purpose="variable"), is_sealed=True)
    options = Options(environment=(Variable("PLAIN", "as it is"), secret))
    await state.add_request(create_request(options=options))
    await state.add_request(create_request(id="r-2"))
    assert await rekey.run(settings_of(redis_url, NEW, OLD)) == 0
    assert capsys.readouterr().out.startswith("2 sealed under the newest key.")
    link, request = await state.link_of(ADA), await state.request("r-1")
    assert link is not None
    assert request is not None
    assert Vault((NEW,)).open(link.token, purpose=purpose(TEAM, ADA)) == "pul-ada"
    plain, renewed = request.options.environment
    assert plain == options.environment[0]
    assert Vault((NEW,)).open(renewed.value, purpose="variable") == "hunter2"


async def test_a_request_that_is_over_can_be_asked_for_again_with_its_secrets(
    redis: Redis, redis_url: str
) -> None:
    state = RedisState(redis, TEAM)
    await keep(redis)
    secret = Variable("DB_PASSWORD", Vault((OLD,)).seal("hunter2", purpose="variable"), is_sealed=True)
    for number in range(3):
        over = create_request(RequestState.CREATED, id=f"r-{number}", options=Options(environment=(secret,)))
        await state.add_request(over)
    assert await rekey.run(settings_of(redis_url, NEW, OLD)) == 0
    assert await rekey.shut(redis, Vault((NEW,))) == (4, ())


async def test_what_no_key_opens_is_named_and_left(
    redis: Redis, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(redis)
    await keep(redis, key=NEW, user=BEN, login="ben")
    assert await rekey.run(settings_of(redis_url, NEW)) == 1
    told = capsys.readouterr().out
    assert f"left: the token of {ADA} (ada) in {TEAM}: no key opens it" in told
    assert "Keep the older keys." in told
    assert await rekey.shut(redis, Vault((NEW,))) == (2, (f"the token of {ADA} (ada) in {TEAM}",))


async def test_what_changes_at_the_same_moment_is_left_for_another_run(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(redis)
    [found] = [sealed async for sealed in rekey.everything(redis)]
    state = RedisState(redis, TEAM)
    [link] = await state.links()
    await state.reseal(link, replace(link, token="another"))
    assert not await found.keep(found.texts)


async def test_without_a_key_or_redis_it_says_so(redis_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigurationError):
        await rekey.run(settings_of(redis_url))
    assert await rekey.run(settings_of(f"redis://127.0.0.1:{free_port()}/0", NEW)) == 1
    assert capsys.readouterr().err.startswith("sealing anew: ")
