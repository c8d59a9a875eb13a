"""One script for every change: a guard, writes, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import uuid4

from bot import audit_log
from bot.domain.audit import Entry
from bot.messages.message import Message, Post, Reply, Say
from bot.store.codec import Codec, pack
from bot.store.database import Argument, Database
from bot.store.keys import AUDITED_TTL, DAY, LANE_TTL, REPLY_TTL

Command = tuple[Argument, ...]

MESSAGE = Codec(Message)
POST = Codec(Post)
REPLY = Codec(Reply)
ENTRY = Codec(Entry)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the audit is kept, in days, and how many records at most: whichever comes first."""

    days: int = 365
    entries: int = 500_000


@dataclass(frozen=True, slots=True)
class Guard:
    """The hash `key` must hold `expected` in `field`; None: must not hold it yet."""

    key: str
    field: str
    expected: bytes | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done`, or what was there instead."""

    done: bool
    there: bytes | None = None


def digest_of(message: Message) -> str:
    """The name of a look: the same message has the same."""
    return blake2b(MESSAGE.encode(message).encode(), digest_size=12).hexdigest()


class Commit:
    """Runs `scripts/commit.lua`. Safe to send twice: each call carries its own `op`."""

    def __init__(self, database: Database, retention: Retention = Retention()) -> None:
        self._database = database
        self._retention = retention
        self._script = database.script("commit")

    async def __call__(
        self,
        *,
        guard: Guard | None = None,
        writes: Sequence[Command] = (),
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> Outcome:
        """All of it or nothing; a record of the audit that is there already is left as it is. Raises StoreUnavailableError."""
        keys = self._database.keys
        says = [self._say(each) for each in say]
        answers = [(keys.reply(each.key), each.key, REPLY.encode(each)) for each in replies]
        entries = [each if each.team else replace(each, team=keys.team) for each in audit]
        records = [(keys.audited(each.id), keys.audit, ENTRY.encode(each)) for each in entries]
        plan = {
            "guard": guard and (guard.key, guard.field, _expected(guard), uuid4().hex),
            "writes": writes,
            "says": says,
            "replies": answers,
            "audit": records,
            "lane_ttl": LANE_TTL,
            "reply_ttl": REPLY_TTL,
            "audit_seen": AUDITED_TTL,
            "audit_most": self._retention.entries,
            "audit_ms": self._retention.days * DAY * 1000,
        }
        touched = [
            *_touched(guard, writes, says, answers),
            *(key for record in records for key in record[:2]),
        ]
        answer = await self._script([*keys.due, keys.replies, *dict.fromkeys(touched)], pack(plan))
        if answer[0] != 1:
            return Outcome(done=False, there=answer[1] if len(answer) > 1 else None)
        for fresh in answer[1]:
            audit_log.write(entries[fresh])
        return Outcome(done=True)

    def _say(self, say: Say) -> tuple[object, ...]:
        keys = self._database.keys
        return (
            keys.lane(say.lane),
            keys.posts(say.lane),
            keys.said(say.lane),
            say.lane,
            say.channel,
            MESSAGE.encode(say.root) if say.root else "",
            digest_of(say.root) if say.root else "",
            int(say.rank),
            say.on_refused,
            [(post.key, int(post.rank), POST.encode(post)) for post in say.posts],
        )


def _expected(guard: Guard) -> str | bool:
    return False if guard.expected is None else guard.expected.decode()


def _touched(
    guard: Guard | None,
    writes: Iterable[Command],
    says: Iterable[tuple[object, ...]],
    answers: Iterable[tuple[str, str, str]],
) -> list[str]:
    """Redis Cluster wants every key named; the guard's key, each write's second word, a lane's three, a reply's one."""
    found = [guard.key] if guard else []
    found += [str(command[1]) for command in writes]
    found += [str(key) for say in says for key in say[:3]]
    return list(dict.fromkeys([*found, *(key for key, _, _ in answers)]))
