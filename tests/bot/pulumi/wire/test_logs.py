"""Pages of a log."""

from collections.abc import Callable
from typing import Any

from bot.ports import LogLine
from bot.pulumi.wire.logs import read_log, read_step_log

Seed = Callable[[str], Any]


def test_headers_and_lines_come_in_order_without_their_line_breaks(seed: Seed) -> None:
    page = read_log(seed("log_first"))
    assert page.next_token == "0.2.1"
    progress = page.lines[3].text
    assert progress.count("\r") == 3
    assert progress.endswith("17.6M")
    assert page.lines == (
        LogLine(header="Download deployment executor"),
        LogLine(text="  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current"),
        LogLine(text="                                 Dload  Upload   Total   Spent    Left  Speed"),
        LogLine(text=progress),
        LogLine(header="Get Source"),
        LogLine(text="Successfully cloned: https://github.com/pulumi/examples.git"),
        LogLine(header="Download Dependencies"),
    )


def test_the_last_page_names_no_token(seed: Seed) -> None:
    page = read_log(seed("log_second"))
    assert page.next_token == ""
    assert page.lines[2] == LogLine(text="")


def test_a_row_with_both_is_a_header_and_then_a_line() -> None:
    rows = [{"header": "Setup", "line": "x\r\n"}, {"header": "Get source", "line": ""}, {"timestamp": "t"}]
    assert read_log({"lines": rows}).lines == (
        LogLine(header="Setup"),
        LogLine(text="x"),
        LogLine(header="Get source"),
    )


def test_a_steps_page_has_one_line_per_row_so_that_offsets_hold(seed: Seed) -> None:
    page = read_step_log(seed("step_log"))
    assert page.next_offset == len(page.lines) == 10
    assert [line.text for line in page.lines][::7] == ["Updating (k8s/dev)", "Diagnostics:"]
    assert page.lines[3].text == "    pulumi:pulumi:Stack resource-test-dev running "
    assert len(read_step_log({"lines": [{"header": "x"}, {}]}).lines) == 2


def test_a_steps_end_names_no_offset() -> None:
    assert read_step_log({"lines": None}).next_offset is None
