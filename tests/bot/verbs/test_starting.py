"""A create that takes long says "starting", and never after the end of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain.commands import Verb
from bot.domain.requests import RequestState
from bot.errors import (
    BadRequestError,
    StoreUnavailableError,
)
from bot.runner import Runner
from bot.verbs import Context, creation
from tests.bot.crew import Crew
from tests.builders import create_command

DEPLOY = create_command(Verb.DEPLOY)


async def test_a_slow_create_shows_a_card_before_it_is_done(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creation, "PATIENCE", 0.0)
    shown: list[str] = []

    async def look_at_the_channel() -> None:
        async with asyncio.timeout(5):
            while not (card := await crew.card(DEPLOY.id)):
                pass  # another task is on its way to say it
        shown.append(card)

    crew.pulumi.meanwhile["create"] = look_at_the_channel
    await crew.run(DEPLOY)
    assert "starting" in shown[0]
    assert "starting" not in await crew.card(DEPLOY.id)


async def slow_word(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A worker whose early "starting" is about to be saved when creation has already come to its end."""
    monkeypatch.setattr(creation, "PATIENCE", 0.0)
    context = crew.context
    over = asyncio.Event()

    class Late:
        """The store, reached by a slow connection when it is only a card that is said."""

        def __getattr__(self, name: str) -> object:
            return getattr(state, name)

        async def change_request(self, before, after, **said):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN003, ANN202
            if before == after:
                await over.wait()
                return await state.change_request(before, after, **said)
            try:
                return await state.change_request(before, after, **said)
            finally:
                over.set()

        async def say(self, **said):  # type: ignore[no-untyped-def]  # noqa: ANN003, ANN202
            await over.wait()
            await state.say(**said)

    state = context.state
    return replace(context, state=Late())  # type: ignore[arg-type]  # a stand-in for exactly these calls


async def test_an_early_word_that_comes_late_does_not_hide_a_failure(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew.pulumi.refuse("create", BadRequestError("no settings", status=400))
    await Runner(await slow_word(crew, monkeypatch)).run(DEPLOY)
    assert "no settings" in await crew.card(DEPLOY.id)


async def test_an_early_word_that_comes_late_does_not_hide_the_deployment(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Runner(await slow_word(crew, monkeypatch)).run(DEPLOY)
    assert "starting" not in await crew.card(DEPLOY.id)


async def test_an_early_word_that_cannot_be_said_stops_nothing(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given up here, the command would be delivered again while its first create is still on the way."""
    monkeypatch.setattr(creation, "PATIENCE", 0.0)
    context = crew.context
    state = context.state

    class Away:
        def __getattr__(self, name: str) -> object:
            return getattr(state, name)

        async def change_request(self, before, after, **said):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN003, ANN202
            if before == after:
                raise StoreUnavailableError("away")
            return await state.change_request(before, after, **said)

        async def say(self, **said):  # type: ignore[no-untyped-def]  # noqa: ANN003, ANN202
            raise StoreUnavailableError("away")

    await Runner(replace(context, state=Away())).run(DEPLOY)  # type: ignore[arg-type]  # a stand-in for exactly these calls
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED
