"""`python -m bot audit`: everything or what was asked for, in forms that other programs read without harm."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.errors import ConfigurationError
from bot.operator import audit_export
from bot.settings import Process, Settings, load
from bot.store.state import RedisState
from sandbox.fleet import free_port
from tests.builders import ADA, BEN

NOW = 1_800_000_000.0


def settings_of(redis_url: str) -> Settings:
    return load({"REDIS_URL": redis_url}, process=Process.STORE)


def query(**options: str) -> Query:
    return audit_export.query(**{"since": "", "until": "", "stack": "", "person": "", **options}, now=NOW)


async def export(redis_url: str, wanted: Query = Query(), *, form: str = "jsonl") -> str:  # noqa: B008  frozen
    out = io.StringIO()
    assert await audit_export.run(settings_of(redis_url), wanted, form=form, out=out) == 0
    return out.getvalue()


async def remember(redis: Redis, team: str, number: int, *, user: str = ADA, reason: str = "") -> None:
    told = Entry(
        id=f"c{number}", at=float(number), team="", user=user, verb="deploy", outcome="done", reason=reason
    )
    await RedisState(redis, team).record(told)


async def test_json_lines_hold_every_field_and_every_workspace(redis: Redis, redis_url: str) -> None:
    await remember(redis, "T2", 2, user=BEN, reason="naïve, “quoted”")
    await remember(redis, "T1", 1)
    rows = [json.loads(line) for line in (await export(redis_url)).splitlines()]
    assert [(row["team"], row["user"], row["at"]) for row in rows] == [
        ("T1", ADA, "1970-01-01T00:00:01.000+00:00"),
        ("T2", BEN, "1970-01-01T00:00:02.000+00:00"),
    ]
    assert list(rows[0]) == list(audit_export.COLUMNS)
    assert rows[1]["reason"] == "naïve, “quoted”"


async def test_csv_reads_back(redis: Redis, redis_url: str) -> None:
    await remember(redis, "T1", 1, reason='a "quoted", reason')
    [row] = csv.DictReader(io.StringIO(await export(redis_url, form="csv")))
    assert (row["id"], row["reason"], row["version"]) == ("c1", 'a "quoted", reason', "0")


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(formula: str) -> None:
    assert audit_export.harmless(formula) == f"'{formula}"


@given(text=st.text())
def test_any_cell_is_harmless_and_complete(text: str) -> None:
    cell = str(audit_export.harmless(text))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_several_people_stand_in_one_cell() -> None:
    assert audit_export.harmless((ADA, BEN)) == f"{ADA} {BEN}"


async def test_only_what_was_asked_for(redis: Redis, redis_url: str) -> None:
    await remember(redis, "T1", 1)
    await remember(redis, "T1", 2, user=BEN)
    rows = (await export(redis_url, query(person=BEN, since="1d", until="2099-01-01"))).splitlines()
    assert [json.loads(row)["user"] for row in rows] == []  # the records are of now, the query's day is not
    assert len((await export(redis_url, Query(user=BEN))).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01", 1767225600.0),
        ("2026-01-01T14:00", 1767276000.0),
        ("2026-01-01T14:00+02:00", 1767268800.0),
        ("7d", NOW - 7 * 86_400),
        ("90m", NOW - 5400),
    ],
)
def test_times_are_days_moments_or_how_long_ago(text: str, moment: float) -> None:
    assert query(since=text).since == moment


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        query(since="soon", until="never", stack="web/dev", person="ana")
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "--since",
        "--until",
        "--person",
        "--stack",
    ]


async def test_without_redis_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    silent = settings_of(f"redis://127.0.0.1:{free_port()}/0")
    assert await audit_export.run(silent, Query(), form="csv", out=io.StringIO()) == 1
    assert capsys.readouterr().err.startswith("reading the audit: ")
