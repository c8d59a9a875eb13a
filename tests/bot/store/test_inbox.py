"""The inbox: recorded before the ack, once; worked on at least once; set aside when hopeless."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.domain.commands import Command, Origin, Surface, Verb
from bot.errors import StoreUnavailableError
from bot.ports import Inbox
from bot.store.connect import connect
from bot.store.inbox import COMMAND, RedisInbox
from bot.store.keys import Keys
from sandbox.fleet import free_port

KEYS = Keys("T1")


def command(name: str, text: str = "") -> Command:
    """Each is about a stack of its own: about one and the same, they would wait for each other."""
    origin = Origin("T1", "C1", "U1", Surface.SLASH)
    return Command(name, Verb.DEPLOY, origin, stack=f"web/{name}", reason=text)


@pytest.fixture
def inbox(redis: Redis) -> RedisInbox:
    return RedisInbox(redis, "T1", idle=0.0)


@pytest.fixture
def patient(redis: Redis) -> RedisInbox:
    return RedisInbox(redis, "T1", idle=30.0)


async def put(inbox: Inbox, *names: str) -> None:
    for name in names:
        assert await inbox.put(command(name), dedupe=name, window=60)


async def take(inbox: Inbox, consumer: str = "w1", count: int = 10) -> list[str]:
    return [each.command.id for each in await inbox.take(consumer, count=count, pages=0, block=0.01)]


async def test_commands_come_out_whole_and_in_order(patient: RedisInbox) -> None:
    given = [command("a", "schön <!channel> \U0001f680"), command("b")]
    for each in given:
        await patient.put(each, dedupe=each.id, window=60)
    assert [each.command for each in await patient.take("w1", count=5, pages=0, block=0.01)] == given


async def test_an_empty_inbox_answers_after_the_wait(patient: RedisInbox) -> None:
    assert await take(patient) == []


async def test_a_slack_retry_is_recorded_once(patient: RedisInbox) -> None:
    results = await asyncio.gather(*(patient.put(command("a"), dedupe="x", window=60) for _ in range(5)))
    assert sorted(results) == [False] * 4 + [True]
    assert await take(patient) == ["a"]


async def test_a_second_click_within_the_window_is_the_first_and_a_later_one_is_new(
    patient: RedisInbox,
) -> None:
    assert await patient.put(command("a"), dedupe="button", window=0.05)
    assert not await patient.put(command("b"), dedupe="button", window=0.05)
    await asyncio.sleep(0.1)
    assert await patient.put(command("c"), dedupe="button", window=0.05)
    assert await take(patient) == ["a", "c"]


async def test_a_replayed_click_is_known_by_its_id_when_its_window_is_over(patient: RedisInbox) -> None:
    assert await patient.put(command("a"), dedupe="button", window=0.05)
    await asyncio.sleep(0.1)
    assert not await patient.put(command("a"), dedupe="button", window=0.05)
    assert await take(patient) == ["a"]


async def test_recording_is_one_round_trip(patient: RedisInbox, redis: Redis) -> None:
    await put(patient, "first")
    await redis.config_resetstat()
    await put(patient, "second")
    counted: dict[str, Any] = await redis.info("commandstats")
    calls = {name: stats["calls"] for name, stats in counted.items()}
    assert calls == {f"cmdstat_{name}": 1 for name in ("config|resetstat", "evalsha", "set", "xadd")}


async def test_two_workers_share_the_work(patient: RedisInbox) -> None:
    await put(patient, "a", "b", "c")
    assert await take(patient, "w1", 2) == ["a", "b"]
    assert await take(patient, "w2") == ["c"]
    assert await take(patient, "w2") == []


async def test_a_dead_workers_command_goes_to_another_with_its_count(inbox: RedisInbox) -> None:
    await put(inbox, "a")
    [first] = await inbox.take("w1", count=1, pages=0, block=0.01)
    [again] = await inbox.take("w2", count=1, pages=0, block=0.01)
    assert (first.attempt, again.attempt) == (1, 2)
    assert again.command == first.command


async def test_what_is_done_never_comes_back(inbox: RedisInbox, redis: Redis) -> None:
    await put(inbox, "a")
    [delivery] = await inbox.take("w1", count=1, pages=0, block=0.01)
    await inbox.done(delivery, "w1")
    await inbox.done(delivery, "w1")
    assert await take(inbox) == []
    assert await redis.xlen(KEYS.inbox) == await redis.hlen(KEYS.claims) == 0


async def test_what_another_took_over_is_theirs_to_finish(inbox: RedisInbox, redis: Redis) -> None:
    await put(inbox, "a")
    [delivery] = await inbox.take("w1", count=1, pages=0, block=0.01)
    assert await take(inbox, "w2") == ["a"]
    await inbox.keep(delivery, "w1")
    await inbox.done(delivery, "w1")
    assert await redis.xlen(KEYS.inbox) == 1
    await inbox.done(delivery, "w2")
    assert await redis.xlen(KEYS.inbox) == 0


async def test_work_that_takes_long_is_kept(redis: Redis) -> None:
    inbox = RedisInbox(redis, "T1", idle=0.2)
    await put(inbox, "a")
    [delivery] = await inbox.take("w1", count=1, pages=0, block=0.01)
    await asyncio.sleep(0.25)
    await inbox.keep(delivery, "w1")
    assert await take(inbox, "w2") == []


async def test_what_can_never_succeed_is_set_aside_with_the_reason(inbox: RedisInbox, redis: Redis) -> None:
    await put(inbox, "a")
    [delivery] = await inbox.take("w1", count=1, pages=0, block=0.01)
    await inbox.bury(delivery, "no such thing")
    await inbox.bury(delivery, "no such thing")
    assert await take(inbox) == []
    entries: Any = await redis.xrange(KEYS.dead)
    [(_, dead)] = entries
    assert dead[b"reason"] == b"no such thing"
    assert b"web/a" in dead[b"c"]
    assert await redis.hlen(KEYS.claims) == 0


async def test_an_unreadable_command_is_set_aside_and_the_next_is_read(
    inbox: RedisInbox, redis: Redis
) -> None:
    await redis.xadd(KEYS.inbox, {"c": b"{not json"})
    await put(inbox, "a")
    assert await take(inbox) == ["a"]
    assert await redis.xlen(KEYS.dead) == 1


async def test_a_command_of_an_older_version_waits_for_nobody(patient: RedisInbox, redis: Redis) -> None:
    for name in ("a", "b"):
        await redis.xadd(KEYS.inbox, {"c": COMMAND.encode(command(name))})
    assert await take(patient) == ["a", "b"]


async def test_an_absent_redis_is_told_before_the_ack() -> None:
    nowhere = connect(f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(StoreUnavailableError):
        await RedisInbox(nowhere, "T1").put(command("a"), dedupe="a", window=60)
    await nowhere.aclose()


async def test_a_put_whose_answer_was_lost_still_counts_as_recorded(
    patient: RedisInbox, redis: Redis
) -> None:
    op = f"{patient._sign}0"  # what the client sends again when it retries the first call
    await redis.set(KEYS.seen("x"), op)
    await redis.xadd(KEYS.inbox, {"c": b"{}"})
    assert await patient.put(command("a"), dedupe="x", window=60)
    assert await redis.xlen(KEYS.inbox) == 1


async def lost(send: Callable[[], Awaitable[Any]]) -> None:
    """The work is done, and its answer does not come."""
    await send()
    raise StoreUnavailableError("the connection broke")


def mishap(
    inbox: RedisInbox, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Callable[[], Awaitable[Any]]], Any]
) -> None:
    """What happens to the next call of `take`'s script."""
    script = inbox._take

    async def once(*arguments: Any) -> Any:
        monkeypatch.setattr(inbox, "_take", script)
        return await happens(lambda: script(*arguments))

    monkeypatch.setattr(inbox, "_take", once)


async def test_what_a_lost_answer_handed_out_comes_with_the_next_one(
    patient: RedisInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(patient, "a")
    mishap(patient, monkeypatch, lost)
    with pytest.raises(StoreUnavailableError):
        await take(patient)
    await put(patient, "b")
    found = await patient.take("w1", count=2, pages=0, block=0.01)
    assert [(each.command.id, each.attempt) for each in found] == [("a", 1), ("b", 1)]
    assert await take(patient) == []


async def test_a_take_sent_again_by_the_client_hands_out_the_same(
    patient: RedisInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def twice(send: Callable[[], Awaitable[Any]]) -> Any:
        await send()
        return await send()

    await put(patient, "a")
    mishap(patient, monkeypatch, twice)
    assert await take(patient) == ["a"]
    assert await take(patient) == []


async def test_what_a_lost_answer_handed_out_is_nobody_elses(
    patient: RedisInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(patient, "a")
    mishap(patient, monkeypatch, lost)
    with pytest.raises(StoreUnavailableError):
        await take(patient, "w1")
    assert await take(patient, "w2") == []
    assert await take(patient, "w1") == ["a"]
