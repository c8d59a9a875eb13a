"""Faults on demand: what a network and a busy service do to a client, repeatable by a seed.

A rule says which requests it hits (`match`: a substring or a regular expression on `METHOD /path`, or on `SOCKET /kind` for
what Slack sends over a connection, see `slack_workspace/sockets.py`), what happens to them (`fault`), how often (`rate`, 0 to 1)
and how many times (`count`). The first rule that fires decides. Faults:

    status:503       answered with that status and the service's error body, the work is not done
    ratelimited      429 with Retry-After: 1 (`ratelimited:5` for five seconds)
    html             a proxy's HTML error page with 502 (`html:200` for a login page that says all is well)
    delay:SECONDS    the work is done, late
    reset            the connection is cut before the work
    drop             the work is done, the connection is cut before the answer
"""

import asyncio
import re
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["FaultMiddleware", "Faults", "Rule", "fault_routes", "parse_rule"]

ErrorBody = Callable[[int, str], Mapping[str, Any]]

_DEFAULT_ARGUMENTS: dict[str, float | None] = {
    "status": None,
    "ratelimited": 1,
    "html": HTTPStatus.BAD_GATEWAY,
    "delay": None,
    "reset": 0,
    "drop": 0,
}
_HTML_PAGE = "<!DOCTYPE html>\n<html><head><title>{status} {phrase}</title></head>\n<body><h1>{phrase}</h1></body></html>\n"


@dataclass(slots=True)
class Rule:
    """One fault and whom it hits; `left` counts down to zero, None never ends."""

    match: str
    kind: str
    argument: float
    rate: float
    left: int | None

    def hits(self, target: str) -> bool:
        """Whether this rule is about `target`, written as `METHOD /path`."""
        return self.left != 0 and (self.match in target or re.search(self.match, target) is not None)

    def described(self) -> dict[str, Any]:
        """The rule as JSON, for the controls."""
        return {
            "match": self.match,
            "fault": f"{self.kind}:{self.argument:g}",
            "rate": self.rate,
            "left": self.left,
        }


def parse_rule(raw: Mapping[str, Any]) -> Rule:
    """One rule as the controls get it.

    Raises:
        ValueError: unknown fault, a missing or impossible value; the message names it.
    """
    unknown = raw.keys() - {"match", "fault", "rate", "count"}
    if unknown:
        raise ValueError(f"unknown key: {', '.join(sorted(unknown))}")
    match, rate, count = raw.get("match"), raw.get("rate", 1.0), raw.get("count")
    if not isinstance(match, str):
        raise ValueError("match must be a string")  # noqa: TRY004 - one error type for all bad rules
    try:
        re.compile(match)
    except re.error as error:
        raise ValueError(f"match is no regular expression: {error}") from error
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise ValueError("rate must be a number from 0 to 1")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise ValueError("count must be a whole number above 0")
    kind, argument = _parse_fault(raw.get("fault"))
    return Rule(match=match, kind=kind, argument=argument, rate=rate, left=count)


def _parse_fault(fault: object) -> tuple[str, float]:
    kind, _, text = str(fault).partition(":")
    if kind not in _DEFAULT_ARGUMENTS:
        raise ValueError(f"unknown fault {fault!r}: one of {', '.join(_DEFAULT_ARGUMENTS)}")
    default = _DEFAULT_ARGUMENTS[kind]
    if not text:
        if default is None:
            raise ValueError(f"{kind} needs a value, as in {kind}:3")
        return kind, default
    try:
        argument = float(text)
    except ValueError:
        raise ValueError(f"{kind} needs a number, not {text!r}") from None
    is_status = kind in ("status", "html")
    if not (200 <= argument <= 599 if is_status else 0 <= argument <= 3600):  # noqa: PLR2004 - bounds said once
        raise ValueError(f"{kind}:{text} is out of range")
    return kind, argument


class Faults:
    """The rules in force and what they have done. The same seed and requests meet the same faults."""

    def __init__(self, seed: int) -> None:
        """Start without rules."""
        self._seed = seed
        self._random = Random(seed)
        self._rules: list[Rule] = []
        self.fired: Counter[str] = Counter()

    def add(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Append rules, all or none.

        Raises:
            ValueError: one of them is wrong.
        """
        self._rules.extend([parse_rule(rule) for rule in rules])

    def clear(self) -> None:
        """Forget all rules and start the randomness anew."""
        self._rules.clear()
        self._random = Random(self._seed)

    def described(self) -> list[dict[str, Any]]:
        """The rules in force, as JSON."""
        return [rule.described() for rule in self._rules]

    def take(self, target: str) -> Rule | None:
        """The fault that this request meets, counted; None when it meets none."""
        for rule in self._rules:
            if rule.hits(target) and self._random.random() < rule.rate:
                if rule.left is not None:
                    rule.left -= 1
                self.fired[rule.kind] += 1
                return rule
        return None


def _plain_error(status: int, message: str) -> Mapping[str, Any]:
    return {"code": status, "message": message}


class FaultMiddleware:
    """ASGI middleware that lets `faults` happen to everything outside `exempt_prefix`.

    Must be the outermost one: `reset` and `drop` reach the server's transport through `send`.
    `error_body(status, message)` writes the body that the service in question would.
    """

    def __init__(
        self,
        app: ASGIApp,
        faults: Faults,
        exempt_prefix: str = "/sandbox",
        *,
        error_body: ErrorBody = _plain_error,
    ) -> None:
        """Wrap `app`."""
        self._app = app
        self._faults = faults
        self._exempt_prefix = exempt_prefix
        self._error_body = error_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or spoil it."""
        rule = None
        if scope["type"] == "http" and not scope["path"].startswith(self._exempt_prefix):
            rule = self._faults.take(f"{scope['method']} {scope['path']}")
        match rule:
            case None:
                await self._app(scope, receive, send)
            case Rule(kind="delay", argument=seconds):
                request = await _read(receive)
                await asyncio.sleep(seconds)
                await self._app(scope, _again(request, receive), send)
            case Rule(kind="reset"):
                await _cut(receive, send)
            case Rule(kind="drop"):
                await self._app(scope, receive, _swallow)
                await _cut(receive, send)
            case _:
                await self._answer(rule)(scope, receive, send)

    def _answer(self, rule: Rule) -> Response:
        status = HTTPStatus.TOO_MANY_REQUESTS if rule.kind == "ratelimited" else int(rule.argument)
        phrase = _phrase(status)
        if rule.kind == "html":
            return HTMLResponse(_HTML_PAGE.format(status=status, phrase=phrase), status_code=status)
        headers = {"Retry-After": f"{rule.argument:.0f}"} if rule.kind == "ratelimited" else None
        return JSONResponse(self._error_body(status, phrase), status_code=status, headers=headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown Status"


async def _read(receive: Receive) -> list[Message]:
    """The whole request, so that the work is done even when nobody waits for the answer any more."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _again(messages: list[Message], receive: Receive) -> Receive:
    """A `receive` that begins with what was read already."""
    waiting = deque(messages)

    async def again() -> Message:
        return waiting.popleft() if waiting else await receive()

    return again


async def _swallow(_message: Message) -> None:
    """A `send` whose answers nobody gets."""


async def _cut(receive: Receive, send: Send) -> None:
    """Abort the TCP connection under the request and wait until the server has seen it.

    uvicorn's `send` is a bound method of the request cycle, which holds the transport.

    Raises:
        RuntimeError: another server, or another middleware stands between.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("reset and drop need uvicorn, with FaultMiddleware as the outermost middleware")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def fault_routes(faults: Faults) -> list[Route]:
    """`GET`, `POST` and `DELETE /sandbox/faults`: read, add and clear rules."""

    async def read(_request: Request) -> Response:
        return JSONResponse({"rules": faults.described(), "fired": dict(faults.fired)})

    async def add(request: Request) -> Response:
        try:
            rules = await request.json()
            if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
                raise ValueError("a list of rules is expected")  # noqa: TRY301 - one place answers all bad input
            faults.add(rules)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return await read(request)

    async def clear(request: Request) -> Response:
        faults.clear()
        return await read(request)

    return [
        Route("/sandbox/faults", read, methods=["GET"]),
        Route("/sandbox/faults", add, methods=["POST"]),
        Route("/sandbox/faults", clear, methods=["DELETE"]),
    ]
