"""Sudden death, at any moment that a test names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Killed(BaseException):
    """kill -9: nothing catches it, nothing cleans up after it."""


@dataclass(slots=True)
class Life:
    """Ends at its nth breath: there is one before and one after whatever is done through a mortal port."""

    breaths: int
    taken: int = 0

    def breathe(self) -> None:
        """Raises Killed when it was the last one, and for whoever tries after it."""
        self.taken += 1
        if self.taken >= self.breaths:
            raise Killed


def mortal(port: T, life: Life) -> T:
    """The same port, through which a process can die before and after every effect."""
    return cast("T", _Mortal(port, life))


class _Mortal:
    def __init__(self, port: object, life: Life) -> None:
        self._port = port
        self._life = life

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if not asyncio.iscoroutinefunction(method):
            return method

        async def call(*args: Any, **options: Any) -> Any:
            self._life.breathe()
            answer = await method(*args, **options)
            self._life.breathe()
            return answer

        return call


@contextmanager
def killed_at(breath: int) -> Iterator[Life]:
    """Within it a process may die; that it did is `life.taken >= breath`."""
    life = Life(breath)
    try:
        yield life
    except Killed:
        return
