"""How long a call to Pulumi may take, and how much it may bring."""

from __future__ import annotations

from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, and bytes. `total` bounds a call with all its retries and waits; `longest_wait` one wait between two tries.

    `largest` bounds one answer, unpacked: a page of 100 deployments has a few hundred thousand bytes, a page of a log as a rule far less.
    """

    connect: float = 5.0
    read: float = 20.0
    total: float = 30.0
    first_wait: float = 0.2
    longest_wait: float = 5.0
    largest: int = 32 * 2**20

    def for_httpx(self) -> httpx.Timeout:
        """The limits of one try."""
        return httpx.Timeout(self.read, connect=self.connect, pool=self.connect)
