"""`rekey`: everything sealed that is kept for long, sealed anew under the newest key, so that older ones can be thrown away.

What is kept for minutes (a form under way, a command in the inbox) is left to run out: keep an old key for a day.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from redis.asyncio import Redis

from bot.domain.links import Link
from bot.domain.options import Options
from bot.domain.requests import Request
from bot.errors import ConfigurationError, StoreUnavailableError
from bot.settings import Settings
from bot.store.connect import connect
from bot.store.state import RedisState
from bot.store.teams import teams
from bot.vault import SealedShutError, Vault


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something that is kept. `texts` are its sealed parts; `keep` puts others in their place, False when it changed meanwhile."""

    name: str
    texts: tuple[str, ...]
    keep: Callable[[tuple[str, ...]], Awaitable[bool]]


async def everything(redis: Redis) -> AsyncIterator[Sealed]:
    """All that is sealed, of all workspaces. Raises StoreUnavailableError."""
    for team in await teams(redis):
        state = RedisState(redis, team)
        for link in await state.links():
            name = f"the token of {link.user} ({link.login}) in {team}"
            yield Sealed(name, (link.token,), _keeping_link(state, link))
        async for request in state.requests():  # also one that is over: it can be asked for again
            texts = tuple(each.value for each in request.options.environment if each.is_sealed)
            if texts:
                yield Sealed(
                    f"secrets of the request {request.id} in {team}", texts, _keeping(state, request)
                )


def _keeping_link(state: RedisState, link: Link) -> Callable[[tuple[str, ...]], Awaitable[bool]]:
    async def keep(texts: tuple[str, ...]) -> bool:
        return await state.reseal(link, replace(link, token=texts[0]))

    return keep


def _keeping(state: RedisState, request: Request) -> Callable[[tuple[str, ...]], Awaitable[bool]]:
    async def keep(texts: tuple[str, ...]) -> bool:
        return await state.change_request(
            request, replace(request, options=_with_sealed(request.options, texts))
        )

    return keep


def _with_sealed(options: Options, texts: tuple[str, ...]) -> Options:
    """In the order in which they stand there."""
    waiting = iter(texts)
    environment = tuple(
        replace(each, value=next(waiting)) if each.is_sealed else each for each in options.environment
    )
    return replace(options, environment=environment)


async def renew(redis: Redis, vault: Vault) -> tuple[int, tuple[str, ...]]:
    """How much is sealed anew, and what no key opens or was changed at the same moment."""
    renewed, left = 0, []
    async for sealed in everything(redis):
        try:
            anew = tuple(vault.renew(text) for text in sealed.texts)
        except SealedShutError:
            left.append(f"{sealed.name}: no key opens it")
            continue
        if await sealed.keep(anew):
            renewed += 1
        else:
            left.append(f"{sealed.name}: it was changed just now, run this again")
    return renewed, tuple(left)


async def shut(redis: Redis, vault: Vault) -> tuple[int, tuple[str, ...]]:
    """How much is sealed, and what of it no key opens."""
    count, closed = 0, []
    async for sealed in everything(redis):
        count += 1
        try:
            for text in sealed.texts:
                vault.renew(text)
        except SealedShutError:
            closed.append(sealed.name)
    return count, tuple(closed)


async def run(settings: Settings) -> int:
    """Seal anew and say what became of it: 0, or 1 when something is left under an old key or Redis is away."""
    if not settings.encryption_keys:
        raise ConfigurationError(["ENCRYPTION_KEY is missing: the newest key first, then the older ones."])
    redis = connect(settings.redis_url.reveal())
    try:
        renewed, left = await renew(redis, Vault(settings.encryption_keys))
    except StoreUnavailableError as error:
        print(f"sealing anew: {error}", file=sys.stderr)  # noqa: T201  an operator is at a terminal
        return 1
    finally:
        await redis.aclose()
    for problem in left:
        print(f"left: {problem}")  # noqa: T201
    done = "Older keys can go in a day." if not left else "Keep the older keys."
    print(f"{renewed} sealed under the newest key. {done}")  # noqa: T201
    return 1 if left else 0
