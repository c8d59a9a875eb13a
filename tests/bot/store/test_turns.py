"""Turns, kept for all workers at once: what is about one stack is handed out in order, whoever is at work and whoever dies."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.domain.commands import Command, Origin, Surface, Verb
from bot.domain.turns import turn_of
from bot.ports import Delivery
from bot.store.inbox import COMMAND, DEEPEST, RedisInbox
from bot.store.keys import Keys

KEYS = Keys("T1")
HERE = Origin("T1", "C1", "U1", Surface.SLASH)


@pytest.fixture
def inbox(redis: Redis) -> RedisInbox:
    return RedisInbox(redis, "T1")


def about(stack: str, name: str, verb: Verb = Verb.DEPLOY, **more: Any) -> Command:
    return Command(name, verb, HERE, stack=stack, **more)


async def put(inbox: RedisInbox, *commands: Command) -> None:
    for each in commands:
        assert await inbox.put(each, dedupe=each.id, window=60)


async def take(inbox: RedisInbox, consumer: str = "w1", *, count: int = 9, pages: int = 9) -> list[Delivery]:
    return await inbox.take(consumer, count=count, pages=pages, block=0.001)


def names(deliveries: Iterable[Delivery]) -> list[str]:
    return [each.command.id for each in deliveries]


async def die(redis: Redis, delivery: Delivery) -> None:
    """Its worker fell silent, and its lease is over."""
    raw: Any = await redis.hget(KEYS.claims, delivery.entry)
    await redis.hset(KEYS.claims, delivery.entry, b" ".join([b"0", *raw.split(b" ")[1:]]))


async def test_the_next_of_a_stack_comes_when_the_one_before_is_done_whoever_does_it(
    inbox: RedisInbox,
) -> None:
    await put(inbox, about("web/dev", "a"), about("acme/web/dev", "b"), about("web/prod", "c"))
    first, other = await take(inbox, "w1")
    assert names([first, other]) == ["a", "c"]
    assert await take(inbox, "w2") == []
    await inbox.done(first, "w1")
    assert names(await take(inbox, "w2")) == ["b"]


async def test_what_a_dead_worker_left_comes_before_what_waits_for_it(
    inbox: RedisInbox, redis: Redis
) -> None:
    await put(inbox, about("web/dev", "a"), about("web/dev", "b"))
    [first] = await take(inbox, "w1")
    await die(redis, first)
    [again] = await take(inbox, "w2")
    assert (again.command.id, again.attempt) == ("a", 2)
    await inbox.done(again, "w2")
    assert names(await take(inbox, "w2")) == ["b"]


async def test_a_stack_named_in_short_waits_for_all_of_that_name_and_they_for_it(inbox: RedisInbox) -> None:
    await put(inbox, about("web/dev", "a"), about("dev", "b"), about("api/dev", "c"), about("web/prod", "d"))
    first, other = await take(inbox)
    assert names([first, other]) == ["a", "d"]
    await inbox.done(first, "w1")
    [short] = await take(inbox)
    assert short.command.id == "b"
    await inbox.done(short, "w1")
    assert names(await take(inbox)) == ["c"]


async def test_a_pause_of_everything_waits_for_no_stack_and_every_stack_for_it(inbox: RedisInbox) -> None:
    await put(
        inbox,
        about("web/dev", "a"),
        about("", "everything", Verb.PAUSE_ORG),
        about("web/prod", "b"),
        about("web/prod", "log", Verb.LOGS),
        about("web/prod", "cancel", Verb.CANCEL, deployment_id="d-7"),
    )
    taken = await take(inbox)
    assert names(taken) == ["a", "everything", "log", "cancel"]
    await inbox.done(taken[1], "w1")
    assert names(await take(inbox)) == ["b"]


async def test_what_reads_waits_for_nobody(inbox: RedisInbox) -> None:
    await put(
        inbox, about("web/dev", "a"), *(about("web/dev", f"r{each}", Verb.HISTORY) for each in range(3))
    )
    assert names(await take(inbox)) == ["a", "r0", "r1", "r2"]


async def test_pages_and_commands_have_places_of_their_own_and_a_persons_page_is_drawn_in_order(
    inbox: RedisInbox,
) -> None:
    pages = [
        Command(f"h{each}", Verb.HOME, Origin("T1", "", f"U{each % 3}", Surface.HOME)) for each in range(6)
    ]
    await put(inbox, *pages, about("web/dev", "a"), about("web/prod", "b"))
    taken = await take(inbox, count=1, pages=2)
    assert names(taken) == ["h0", "h1", "a"]
    assert names(await take(inbox, count=0, pages=9)) == ["h2"]
    assert await take(inbox, count=0, pages=0) == []
    await inbox.done(taken[0], "w1")
    assert names(await take(inbox)) == ["h3", "b"]


async def test_who_asks_much_of_one_stack_holds_up_nobody_else(inbox: RedisInbox) -> None:
    await put(inbox, *(about("web/dev", f"c{each}") for each in range(250)), about("web/prod", "other"))
    assert names(await take(inbox)) == ["c0", "other"]


async def test_so_much_of_one_stack_that_a_look_does_not_reach_the_end_is_worked_off_in_order(
    inbox: RedisInbox, redis: Redis
) -> None:
    pipe = redis.pipeline(transaction=False)
    for each in range(DEEPEST):
        pipe.xadd(KEYS.inbox, {"c": COMMAND.encode(about("web/dev", f"c{each}")), "t": "/web/dev"})
    await pipe.execute()
    await put(inbox, about("web/prod", "behind"))
    [first] = await take(inbox)
    await inbox.done(first, "w1")
    assert names([first, *await take(inbox)]) == ["c0", "c1", "behind"]


@pytest.mark.parametrize("seed", range(12))
async def test_in_any_order_of_events_each_stack_is_served_in_order_and_everything_is_done(
    inbox: RedisInbox, redis: Redis, seed: int
) -> None:
    """Three workers take, finish, keep and die at random; what is at work at once never shares a turn."""
    random = Random(seed)  # noqa: S311  a run that can be repeated
    stacks = ("web/dev", "acme/web/dev", "dev", "api/dev", "web/prod")
    commands = [about(random.choice(stacks), f"c{each:02}") for each in range(40)]
    commands[15] = about("", "c15", Verb.PAUSE_ORG)
    coming, under_way, done = list(commands), list[tuple[Delivery, str]](), list[str]()
    while len(done) < len(commands):
        match random.choice(("put", "take", "done", "done", "keep", "die")):
            case "put" if coming:
                await put(inbox, coming.pop(0))
            case "take":
                worker = random.choice(("w1", "w2", "w3"))
                under_way += [
                    (each, worker) for each in await take(inbox, worker, count=random.randint(1, 4))
                ]
            case "done" if under_way:
                delivery, worker = under_way.pop(random.randrange(len(under_way)))
                await inbox.done(delivery, worker)
                done.append(delivery.command.id)
            case "keep" if under_way:
                await inbox.keep(*random.choice(under_way))
            case "die" if under_way:
                await die(redis, under_way.pop(random.randrange(len(under_way)))[0])
        at_work = [each.command for each, _ in under_way]
        assert not [(a.id, b.id) for a in at_work for b in at_work if a.id < b.id and share(a, b)]
    assert sorted(done) == [each.id for each in commands]
    for earlier in commands:
        later = [each for each in commands if each.id > earlier.id and share(earlier, each)]
        assert all(done.index(earlier.id) < done.index(each.id) for each in later)
    assert await redis.xlen(KEYS.inbox) == await redis.hlen(KEYS.claims) == 0


def share(earlier: Command, later: Command) -> bool:
    """Whether the later one has to wait for the earlier one, said in another way than the script does."""
    a, b = turn_of(earlier), turn_of(later)
    if "*" in (a, b):
        return a == "*"
    short = "/" in (a[:1], b[:1]) and 1 in (a.count("/"), b.count("/"))
    return a == b or (short and a.rsplit("/")[-1] == b.rsplit("/")[-1])
