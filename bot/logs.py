"""Logs: one line per event on standard error, JSON for machines or colours for a terminal, never with a secret in it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_HIDDEN = "[secret]"
# Libraries that say too much, or log whole requests, below this level. APScheduler warns of ticks that are left out,
# as a tick that still runs means them to be.
_QUIET = dict.fromkeys(
    ("uvicorn", "slack_bolt", "slack_sdk", "httpx", "httpcore", "asyncio", "aiohttp"), logging.WARNING
) | {"apscheduler": logging.ERROR}


def configure(
    *,
    secrets: Iterable[str] = (),
    level: str = "info",
    style: str = "",
    stream: TextIO | None = None,
) -> None:
    """Send structlog's and the standard library's logs to `stream` in one form.

    `style` is `json` or `console`; empty means console on a terminal and JSON elsewhere. `secrets` are values
    that must not appear, wherever in an event they are: message, field or traceback.
    """
    out = stream or sys.stderr
    threshold = logging.getLevelNamesMapping()[level.upper()]
    console = style == "console" or (not style and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = _last(console=console, secrets=secrets)
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    _route_standard_library(out, shared, last, threshold)


def _last(*, console: bool, secrets: Iterable[str]) -> list[Processor]:
    if console:
        # Not rich's traceback: it prints local variables, and its colours cut secrets into pieces that are not found.
        plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        return [redacting(plain, secrets)]
    return [structlog.processors.format_exc_info, redacting(structlog.processors.JSONRenderer(), secrets)]


def redacting(render: Processor, secrets: Iterable[str]) -> Processor:
    """Replace secrets in the finished line, where nothing can be added any more."""
    forms = sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)

    def redact(logger: WrappedLogger, name: str, event: EventDict) -> str:
        line = cast("str", render(logger, name, event))
        for form in forms:
            line = line.replace(form, _HIDDEN)
        return line

    return redact


def _forms(secret: str) -> set[str]:
    """As it is, and as JSON and `repr` write it."""
    return {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]} - {""}


def _route_standard_library(
    out: TextIO, shared: list[Processor], last: list[Processor], threshold: int
) -> None:
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(threshold, quiet))
