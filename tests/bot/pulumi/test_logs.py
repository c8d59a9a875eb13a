"""Walking through a log: every line once, however it is cut and wherever one stops."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import LogLine
from bot.pulumi.logs import START, Cursor, Read, read_on, read_step
from bot.pulumi.wire.logs import LogPage, StepPage

Fetch = Callable[[str], Awaitable[LogPage]]


def lines(*texts: str) -> tuple[LogLine, ...]:
    return tuple(LogLine(text=text) for text in texts)


def served(pages: dict[str, LogPage], asked: list[str] | None = None) -> Fetch:
    async def fetch(token: str) -> LogPage:
        if asked is not None:
            asked.append(token)
        return pages[token]

    return fetch


async def walked(fetch: Fetch, cursor: Cursor = START) -> list[Read]:
    return [read async for read in read_on(fetch, cursor)]


async def test_pages_are_one_log() -> None:
    pages = {"": LogPage(lines("a", "b"), "t1"), "t1": LogPage((), "t2"), "t2": LogPage(lines("c"), "")}
    assert [read.line.text for read in await walked(served(pages))] == ["a", "b", "c"]


async def test_the_same_token_again_is_the_present_end() -> None:
    asked: list[str] = []
    pages = {"": LogPage(lines("a"), "t1"), "t1": LogPage((), "t1")}
    assert len(await walked(served(pages, asked))) == 1
    assert asked == ["", "t1"]


async def test_a_page_that_names_itself_and_has_lines_is_told_once() -> None:
    growing = {"": LogPage(lines("a"), "t1"), "t1": LogPage(lines("b"), "t1")}
    reads = await walked(served(growing))
    assert [read.line.text for read in reads] == ["a", "b"]
    growing["t1"] = LogPage(lines("b", "c"), "")
    assert [read.line.text for read in await walked(served(growing), reads[-1].cursor)] == ["c"]


async def test_tokens_that_go_in_circles_come_to_an_end() -> None:
    pages = {"": LogPage((), "t1"), "t1": LogPage((), "t2"), "t2": LogPage((), "t1")}
    assert await walked(served(pages)) == []


async def test_a_log_can_be_taken_up_behind_any_of_its_lines() -> None:
    pages = {"": LogPage(lines("a", "b", "c"), "t1"), "t1": LogPage(lines("d", "e"), "")}
    reads = await walked(served(pages))
    for number, read in enumerate(reads, start=1):
        assert await walked(served(pages), read.cursor) == reads[number:]


async def test_whoever_waits_hears_what_comes_later() -> None:
    answers = iter([LogPage(lines("a"), "t1"), LogPage((), "t1"), LogPage((), "t1"), LogPage(lines("b"), "")])

    async def fetch(token: str) -> LogPage:
        return next(answers)

    assert [read.line.text async for read in read_on(fetch, wait=0)] == ["a", "b"]


async def test_a_log_that_is_over_does_not_grow_by_being_read_again() -> None:
    pages = {"": LogPage(lines("a", "b"), "")}
    reads = await walked(served(pages))
    assert await walked(served(pages), reads[-1].cursor) == []


@given(st.integers(0, 12), st.sets(st.integers(0, 12)), st.integers(0, 12))
def test_any_cut_by_tokens_and_any_restart_gives_each_line_once(
    total: int, cuts: set[int], stop: int
) -> None:
    bounds = sorted({0, total, *(cut for cut in cuts if cut < total)})
    names = {bound: str(bound) if bound else "" for bound in bounds}
    pages = {
        names[begin]: LogPage(lines(*map(str, range(begin, end))), names[end] if end < total else "")
        for begin, end in pairwise(bounds)
    } or {"": LogPage((), "")}

    async def in_two_walks() -> list[Read]:
        first = (await walked(served(pages)))[:stop]
        return [*first, *await walked(served(pages), first[-1].cursor if first else START)]

    assert [read.line.text for read in asyncio.run(in_two_walks())] == [str(line) for line in range(total)]


@pytest.mark.parametrize("offset", [0, 1, 4, 5])
async def test_a_step_is_read_from_any_offset_to_its_end(offset: int) -> None:
    async def fetch(start: int) -> StepPage:
        end = min(start + 2, 5)
        return StepPage(lines(*map(str, range(start, end))), end if end < 5 else None)

    assert [line.text async for line in read_step(fetch, offset)] == [str(line) for line in range(offset, 5)]


async def test_a_step_whose_offset_does_not_move_is_at_its_present_end() -> None:
    async def fetch(start: int) -> StepPage:
        return StepPage(lines("a") if start == 0 else (), 1)

    assert [line.text async for line in read_step(fetch)] == ["a"]
