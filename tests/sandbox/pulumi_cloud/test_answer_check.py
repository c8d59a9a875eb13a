"""The check finds what breaks the description, and is really there when it is switched on."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from sandbox.pulumi_cloud.answer_check import REPORT_VARIABLE, Book, CheckedAnswers, load_check
from tests.conftest import CONTRACT

METADATA = "/api/orgs/acme/deployments/metadata"
ONE = "/api/stacks/acme/web/dev/deployments/d9b9eb2c-3a44-4f9e-9f77-0e6f3c1c6b1a"
NOT_FOUND = b'{"code":404,"message":"Not Found"}'


@pytest.mark.parametrize(
    ("request_line", "status", "body", "said"),
    [
        (f"GET {METADATA}", 200, b'{"paused":true}', "is a required property"),
        (f"GET {METADATA}", 418, NOT_FOUND, "undescribed status 418"),
        (f"GET {ONE}", 404, b'{"code":404,"message":"x","more":1}', "Additional properties"),
        (f"GET {ONE}", 404, b"<html>", "not JSON"),
        (f"POST {ONE}/cancel", 200, b"{}", "a body where none belongs"),
        (f"PATCH {ONE}", 200, b"{}", "undescribed: 200"),
        ("GET /api/nope", 200, b"{}", "undescribed: 200"),
    ],
)
def test_what_breaks_the_description_is_found(request_line: str, status: int, body: bytes, said: str) -> None:
    method, path = request_line.split()
    assert said in load_check(CONTRACT).violation(method, path, status, "application/json", body)


@pytest.mark.parametrize(
    ("request_line", "status"),
    [(f"GET {ONE}", 404), ("GET /api/nope", 404), (f"PATCH {ONE}", 405), ("POST /api/nope", 405)],
)
def test_refusals_are_as_described(request_line: str, status: int) -> None:
    method, path = request_line.split()
    body = json.dumps({"code": status, "message": "no"}).encode()
    assert load_check(CONTRACT).violation(method, path, status, "application/json", body) == ""


def test_fixed_words_come_before_ids() -> None:
    said = load_check(CONTRACT).violation(
        "GET", "/api/stacks/acme/web/dev/deployments/metadata", 200, "application/json", b"{}"
    )
    assert "paused" in said


def test_an_answer_under_another_content_type_is_found() -> None:
    assert "text/plain" in load_check(CONTRACT).violation("GET", ONE, 404, "text/plain", NOT_FOUND)


async def test_a_violation_is_kept_and_the_answer_goes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, book = tmp_path / "report.jsonl", Book()
    monkeypatch.setenv(REPORT_VARIABLE, str(report))

    async def wrong(scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]}
        )
        await send({"type": "http.response.body", "body": b"hello"})

    app = CheckedAnswers(wrong, check=load_check(CONTRACT), book=book)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        assert (await client.get(METADATA)).text == "hello"
        assert (await client.get("/sandbox/state")).text == "hello"
    assert book.checked == 1
    assert [violation["request"] for violation in book.violations] == [f"GET {METADATA}"]
    assert json.loads(report.read_text()) == book.violations[0]


def test_answers_are_checked_in_this_very_test_run(api: httpx.Client) -> None:
    api.get(METADATA)
    assert api.get("/sandbox/state").json()["answers_checked"] == 1


def test_the_process_checks_when_it_is_told_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "pulumi",
        "--port",
        str(port),
        "--check-answers",
        str(CONTRACT),
    ]
    server = subprocess.Popen(command)
    try:
        transport = httpx.HTTPTransport(retries=8)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport) as client:
            client.get(METADATA)
            state = client.get("/sandbox/state").json()
        assert (state["answers_checked"], state["contract_violations"]) == (1, [])
    finally:
        server.terminate()
        server.wait(timeout=20)
