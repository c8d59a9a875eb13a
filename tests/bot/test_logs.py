"""Logs: one form for all, and no secret in any of them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs

SECRET = 'xoxb-"quoted"-token'


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = root.handlers[:]
    yield io.StringIO()
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_line_of_json(out: io.StringIO) -> None:
    logs.configure(stream=out)
    structlog.get_logger("x").info("recorded", verb="deploy")
    (line,) = lines(out)
    assert (line["event"], line["verb"], line["level"]) == ("recorded", "deploy", "info")
    assert line["timestamp"].endswith("Z")


def test_the_standard_library_writes_the_same_form(out: io.StringIO) -> None:
    logs.configure(stream=out)
    logging.getLogger("some.library").warning("slow %s", "answer")
    (line,) = lines(out)
    assert (line["event"], line["level"], line["logger"]) == ("slow answer", "warning", "some.library")


def test_chatty_libraries_are_quiet_below_warning(out: io.StringIO) -> None:
    logs.configure(stream=out, level="debug")
    logging.getLogger("slack_bolt").info("the whole request")
    logging.getLogger("uvicorn.access").info("GET /")
    assert out.getvalue() == ""


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_secret_is_hidden_in_message_field_and_traceback(out: io.StringIO, style: str) -> None:
    logs.configure(stream=out, secrets=[SECRET], style=style)
    log = structlog.get_logger("x")
    message = f"message {SECRET}"
    log.info(message, field=SECRET, nested={"deep": [SECRET]})
    try:
        int(SECRET)
    except ValueError:
        log.exception("broke")
        logging.getLogger("library").exception("broke with %s", SECRET)
    assert SECRET not in out.getvalue()
    assert json.dumps(SECRET)[1:-1] not in out.getvalue()
    assert out.getvalue().count("[secret]") >= 5
    assert "ValueError" in out.getvalue()


def test_what_is_below_the_level_costs_no_line(out: io.StringIO) -> None:
    logs.configure(stream=out, level="warning")
    structlog.get_logger("x").info("chatter")
    logging.getLogger("x").info("chatter")
    assert out.getvalue() == ""
