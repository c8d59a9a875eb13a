"""Scenario files say what they mean, and those that ship are whole."""

import re

import pytest

from sandbox.pulumi_cloud.scenario import (
    OPERATIONS,
    Line,
    Scenario,
    Script,
    fill,
    load_scenarios,
    parse_scenario,
)

SHIPPED = load_scenarios()
RUNS = {
    f"{name} {operation}": script
    for name, scenario in SHIPPED.items()
    if name != "hostile-names"
    for operation, script in scenario.operations.items()
}
COUNT = re.compile(r"    (?:\+-|[-+~] |\d+ changes?\. )?(\d+) (?:to )?(creat|updat|delet|replac|unchanged)")
COUNTED = {"creat": "create", "updat": "update", "delet": "delete", "replac": "replace", "unchanged": "same"}
ROW = re.compile(
    r" (?:\+-|\+\+|--|[-+~ ] ) (\S+:\S+ \S+) (?:\*\*)?(creat|updat|delet|replac)(ing|ed)( failed)?"
)


def printed(script: Script) -> list[str]:
    facts = {"project": "web", "stack": "dev", "org": "acme"}
    filled = (fill(line.text, facts) or "" for line in script.lines)
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in filled]


def one_step(log: str, duration: float = 5) -> tuple[Line, ...]:
    raw = {"summary": "s", "steps": {"setup": {"duration": duration, "log": log}}}
    return parse_scenario("x", raw).steps["setup"].lines


def test_the_six_named_scenarios_ship() -> None:
    assert {
        "quick-success",
        "slow-success",
        "failing-update",
        "failing-pre-run",
        "failing-dependencies",
        "preview-changes",
    } <= SHIPPED.keys()


@pytest.mark.parametrize("scenario", SHIPPED.values(), ids=SHIPPED.keys())
def test_every_scenario_can_run_every_operation(scenario: Scenario) -> None:
    assert scenario.operations.keys() == set(OPERATIONS)
    assert scenario.summary


@pytest.mark.parametrize("script", RUNS.values(), ids=RUNS.keys())
def test_the_resources_a_run_counts_are_those_it_changes(script: Script) -> None:
    counts = [found for line in printed(script) if (found := COUNT.match(line))]
    assert {COUNTED[found[2]]: int(found[1]) for found in counts} == script.changes


@pytest.mark.parametrize("script", RUNS.values(), ids=RUNS.keys())
def test_whatever_begins_to_change_is_seen_to_end(script: Script) -> None:
    rows = [found for line in printed(script) if (found := ROW.match(line))]
    begun = {(found[1], found[2]) for found in rows if found[3] == "ing" and not found[4]}
    ended = {(found[1], found[2]) for found in rows if found[3] == "ed" or found[4]}
    assert begun == ended


def test_a_line_without_seconds_follows_at_once() -> None:
    assert one_step("0.5 | a\n | b\n2 | c\n") == (Line(0.5, "a"), Line(0.5, "b"), Line(2, "c"))


def test_an_empty_line_is_printed() -> None:
    assert one_step("1 |\n | x") == (Line(1, ""), Line(1, "x"))


def test_a_spread_prints_numbered_lines_over_a_time() -> None:
    assert one_step("1.0..3.0 *4 | n {n}") == (
        Line(1, "n 1"),
        Line(1.5, "n 2"),
        Line(2, "n 3"),
        Line(2.5, "n 4"),
    )


@pytest.mark.parametrize("log", ["no bar", "1..2 | no count", "6 | too late"])
def test_a_wrong_log_is_refused(log: str) -> None:
    with pytest.raises(ValueError, match=r"text|outlast"):
        one_step(log)


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown outcome"):
        parse_scenario("x", {"summary": "s", "steps": {"setup": {"duration": 1, "outcome": "meh"}}})


def test_placeholders_are_filled_and_other_braces_stay() -> None:
    text = fill("{green}{stack}{reset} {u+202e} {cr} {unknown} { x } {}", {"stack": "dev"})
    assert text == "\x1b[38;5;2mdev\x1b[0m \u202e \r {unknown} { x } {}"
