"""Checks every answer of the API against an OpenAPI document: status, kind of content and body.

Switched on in tests, also in processes: `python -m sandbox pulumi --check-answers DOCUMENT`, or the environment variable
`SANDBOX_CHECK_ANSWERS`. What breaks the description is listed in `GET /sandbox/state` and, one JSON object a line, in the file
that `SANDBOX_CHECK_REPORT` names. Answers that a fault replaced are not the service's and are not looked at.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["DOCUMENT_VARIABLE", "REPORT_VARIABLE", "AnswerCheck", "Book", "CheckedAnswers", "load_check"]

DOCUMENT_VARIABLE = "SANDBOX_CHECK_ANSWERS"
REPORT_VARIABLE = "SANDBOX_CHECK_REPORT"

_JSON = "application/json"
_NOT_OURS = (404, 405)
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class _Operation:
    """One method of one path, with a validator for each status it may answer; None where there is no body."""

    path: re.Pattern[str]
    method: str
    validators: Mapping[int, Any]


class AnswerCheck:
    """An OpenAPI 3.1 document, ready to judge answers. Raises ImportError without jsonschema-rs, a tool for development."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._components = document["components"]
        paths = sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
        self._operations = [
            _Operation(_pattern(path), method.upper(), self._validators(operation["responses"]))
            for path, methods in paths
            for method, operation in methods.items()
            if method != "parameters"
        ]
        self._error = self._validator({"$ref": "#/components/schemas/Error"})

    def _validators(self, responses: Mapping[str, Any]) -> dict[int, Any]:
        content = {int(status): answer.get("content", {}).get(_JSON) for status, answer in responses.items()}
        return {status: said and self._validator(said["schema"]) for status, said in content.items()}

    def _validator(self, schema: Mapping[str, Any]) -> Any:
        import jsonschema_rs  # noqa: PLC0415  only where answers are checked

        whole = {**schema, "components": self._components}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def violation(self, method: str, path: str, status: int, content_type: str, body: bytes) -> str:
        """What is wrong with an answer; empty when nothing is."""
        found = next((one for one in self._operations if one.path.fullmatch(path)), None)
        ours = [one for one in self._operations if one.path.fullmatch(path) and one.method == method]
        if not ours:
            status_fits = status in _NOT_OURS if found is None else status == _NOT_OURS[1]
            return self._body(self._error, content_type, body) if status_fits else f"undescribed: {status}"
        if status not in ours[0].validators:
            return f"undescribed status {status}"
        return self._body(ours[0].validators[status], content_type, body)

    @staticmethod
    def _body(validator: Any, content_type: str, body: bytes) -> str:
        if validator is None:
            return f"a body where none belongs: {body[:80]!r}" if body else ""
        if content_type != _JSON:
            return f"content type {content_type!r}"
        try:
            error = next(validator.iter_errors(json.loads(body)), None)
        except ValueError as problem:
            return f"not JSON: {problem}"
        return "" if error is None else f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), re.DOTALL)


@lru_cache(maxsize=2)
def load_check(document: Path) -> AnswerCheck:
    """The check that a document in JSON or YAML describes."""
    import yaml  # noqa: PLC0415  only where answers are checked

    return AnswerCheck(yaml.safe_load(document.read_text(encoding="utf-8")))


@dataclass(slots=True)
class Book:
    """What was checked, and what was wrong."""

    checked: int = 0
    violations: list[dict[str, Any]] = field(default_factory=list)

    def note(self, violation: dict[str, Any]) -> None:
        """Keep it for `/sandbox/state`, and for the file that is read when the tests end."""
        if len(self.violations) < _MOST_KEPT:
            self.violations.append(violation)
        if report := os.environ.get(REPORT_VARIABLE):
            with Path(report).open("a", encoding="utf-8") as file:
                file.write(json.dumps(violation) + "\n")


class CheckedAnswers:
    """ASGI middleware: looks at what goes out under `/api/` and changes nothing."""

    def __init__(self, app: ASGIApp, *, check: AnswerCheck, book: Book) -> None:
        self._app = app
        self._check = check
        self._book = book

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, then judge."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer)
        finally:
            self._judge(scope["method"], scope["path"].rstrip("/"), answer)

    def _judge(self, method: str, path: str, answer: "_Answer") -> None:
        self._book.checked += 1
        if method == "HEAD":
            return
        said = self._check.violation(method, path, answer.status, answer.content_type, answer.body)
        if said:
            self._book.note({"request": f"{method} {path}", "status": answer.status, "violation": said})


class _Answer:
    """A `send` that remembers."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status, self.content_type, self.body = 0, "", b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.content_type = next(_values(message["headers"], b"content-type"), b"").decode("latin-1")
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
        await self._send(message)


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> Iterator[bytes]:
    return (value for key, value in headers if key.lower() == name)
