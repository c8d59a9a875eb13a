"""However one cuts the log, every line comes once and in order."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.pulumi_cloud.engine import Engine
from sandbox.pulumi_cloud.log_facts import facts_for_logs
from sandbox.pulumi_cloud.logs import FIRST_TOKEN, LogBook, Row
from sandbox.pulumi_cloud.model import Account, Deployment, StackRef
from sandbox.pulumi_cloud.scenario import load_scenarios
from sandbox.pulumi_cloud.times import SECOND, seconds

SCENARIOS = load_scenarios()
SETTINGS: dict[str, Any] = {
    "sourceContext": {"git": {"repoURL": "https://github.com/acme/web.git"}},
    "operationContext": {"preRunCommands": ["npm run build"]},
}
START = 1_767_614_400 * SECOND
HOUR = seconds(3600)

CUTS = st.lists(st.tuples(st.integers(1, 60), st.floats(0, 9)), min_size=1, max_size=8)
"""Rounds of (most lines, seconds until the next look), repeated until the log ends."""


def begin(scenario: str) -> tuple[Engine, Deployment, LogBook]:
    engine = Engine(seed=1, scenarios=SCENARIOS)
    stack = engine.put_stack(StackRef("acme", "web", "dev"), scenario=scenario, settings=SETTINGS)
    ada = Account("Ada", "ada")
    deployment = engine.create(
        stack, operation="update", settings=SETTINGS, requested_by=ada, initiator="api", now=START
    )
    return engine, deployment, LogBook(facts_for_logs("http://cloud"))


def whole(deployment: Deployment, book: LogBook) -> list[Row]:
    return book.stream(deployment, token="", limit=100_000, now=START + HOUR).rows


@settings(max_examples=40, deadline=None)
@given(scenario=st.sampled_from(["quick-success", "slow-success", "failing-pre-run"]), cuts=CUTS)
def test_streaming_in_any_cut_gives_every_row_once(scenario: str, cuts: list[tuple[int, float]]) -> None:
    _, deployment, book = begin(scenario)
    rows: list[Row] = []
    token: str | None = FIRST_TOKEN
    now, turn = START, 0
    while token is not None:
        limit, pause = cuts[turn % len(cuts)]
        page = book.stream(deployment, token=token, limit=limit, now=now)
        assert len(page.rows) <= limit
        assert all(row.moment is None or row.moment <= now for row in page.rows)
        rows += page.rows
        token, now, turn = page.next_token, now + seconds(pause + 0.05), turn + 1
    assert rows == whole(deployment, book)


@settings(max_examples=40, deadline=None)
@given(scenario=st.sampled_from(["quick-success", "slow-success", "failing-pre-run"]), cuts=CUTS)
def test_offsets_of_any_size_give_every_line_once(scenario: str, cuts: list[tuple[int, float]]) -> None:
    _, deployment, book = begin(scenario)
    assert deployment.schedule is not None
    lines: list[Row] = []
    now, turn = START, 0
    for step in range(len(deployment.schedule.spans)):
        offset: int | None = 0
        while offset is not None:
            count, pause = cuts[turn % len(cuts)]
            page = book.step(deployment, step=step, offset=offset, count=count, now=now)
            assert page is not None
            lines += page.rows
            offset, now, turn = page.next_offset, now + seconds(pause + 0.05), turn + 1
    assert lines == [row for row in whole(deployment, book) if not row.is_header]


def test_a_queued_deployment_answers_a_token_and_no_rows() -> None:
    engine, _, book = begin("quick-success")
    stack = next(iter(engine.stacks()))
    queued = engine.create(
        stack,
        operation="update",
        settings=SETTINGS,
        requested_by=Account("A", "a"),
        initiator="api",
        now=START,
    )
    page = book.stream(queued, token="", limit=10, now=START)
    assert (page.rows, page.next_token) == ([], FIRST_TOKEN)
    engine.cancel(queued, now=START)
    assert book.stream(queued, token="", limit=10, now=START).next_token is None


def test_the_same_token_comes_back_while_nothing_is_printed() -> None:
    _, deployment, book = begin("quick-success")
    now = START + seconds(1.3)
    token = book.stream(deployment, token="", limit=1_000, now=now).next_token
    assert token is not None
    again = book.stream(deployment, token=token, limit=1_000, now=now)
    assert (again.rows, again.next_token) == ([], token)


def test_a_canceled_deployment_prints_nothing_more() -> None:
    engine, deployment, book = begin("quick-success")
    now = START + seconds(3)
    engine.cancel(deployment, now=now)
    rows = whole(deployment, book)
    assert rows
    assert all(row.moment is None or row.moment <= now for row in rows)


def test_every_line_ends_with_a_newline_and_headers_have_no_moment() -> None:
    _, deployment, book = begin("slow-success")
    rows = whole(deployment, book)
    assert [row.text for row in rows if row.is_header][:2] == ["Setup", "Download deployment executor"]
    assert all(row.text.endswith("\n") for row in rows if not row.is_header)
    assert any("\r" in row.text for row in rows)
    assert any("\x1b[" in row.text for row in rows)
    assert any(row.text == "+ npm run build\n" for row in rows)
    assert not any("{" in row.text for row in rows)


def test_a_step_that_does_not_exist_is_none() -> None:
    _, deployment, book = begin("quick-success")
    for step in (-1, 99):
        assert book.step(deployment, step=step, offset=0, count=10, now=START) is None


@pytest.mark.parametrize("token", ["x", "1.2", "0.1.-2", "a.b.c", "1.2.3.4"])
def test_a_made_up_token_is_refused(token: str) -> None:
    _, deployment, book = begin("quick-success")
    with pytest.raises(ValueError, match="token"):
        book.stream(deployment, token=token, limit=10, now=START)
