"""The board of each channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.boards import Board
from bot.messages.message import Say
from bot.store.codec import Codec
from bot.store.commit import Commit, Guard
from bot.store.database import Database
from bot.store.keys import BOARD_TTL

BOARD = Codec(Board)


class Boards:
    """The part of `State` about boards."""

    def __init__(self, database: Database, commit: Commit) -> None:
        self._database = database
        self._keys = database.keys
        self._commit = commit

    async def all(self) -> tuple[Board, ...]:
        """Every channel's last one."""
        redis, ask = self._database.redis, self._database.ask
        channels = sorted(each.decode() for each in await ask(redis.smembers(self._keys.boarded)))
        if not channels:
            return ()
        pipe = redis.pipeline(transaction=False)
        for channel in channels:
            pipe.hget(self._keys.board(channel), "body")
        return tuple(BOARD.decode(raw) for raw in await ask(pipe.execute()) if raw)

    async def save(self, board: Board, *, say: Sequence[Say]) -> bool:
        """Save as the next revision, unless somebody else did."""
        key = self._keys.board(board.channel)
        expected = str(board.revision).encode() if board.revision else None
        saved = replace(board, revision=board.revision + 1)
        outcome = await self._commit(
            guard=Guard(key, "revision", expected),
            writes=[
                ("HSET", key, "body", BOARD.encode(saved), "revision", saved.revision),
                ("EXPIRE", key, BOARD_TTL),
                ("SADD", self._keys.boarded, board.channel),
            ],
            say=say,
        )
        return outcome.done
