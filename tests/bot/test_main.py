"""The command line, as an operator meets it: real processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.__main__ import main
from sandbox.fleet import free_port

COMPLETE = {
    "SLACK_SIGNING_SECRET": "0123456789abcdef",
    "SLACK_BOT_TOKEN": "xoxb-sandbox",
    "PULUMI_ACCESS_TOKEN": "pul-0123456789",
    "PULUMI_BACKEND_URL": f"http://127.0.0.1:{free_port()}",
    "PULUMI_ORG": "acme",
    "LOG_FORMAT": "json",
}
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if name not in {*COMPLETE, "SLACK_API_URL", "REDIS_URL", "PORT"}
}


@pytest.fixture(scope="module")
def slack() -> Iterator[str]:
    """The address of a sandbox Slack's API."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "sandbox", "slack", "--port", str(port)])
    until_answers(process, f"http://127.0.0.1:{port}/sandbox/state")
    yield f"http://127.0.0.1:{port}/api/"
    process.terminate()
    process.wait(15)


def start(*arguments: str, cwd: Path, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env=CLEAN | env,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until_answers(process: subprocess.Popen[str] | subprocess.Popen[bytes], url: str) -> None:
    for _ in range(300):
        assert process.poll() is None
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url).is_success:
                return
        time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def until_ready(process: subprocess.Popen[str], port: int) -> None:
    until_answers(process, f"http://127.0.0.1:{port}/readyz")


@pytest.mark.parametrize("process", ["web", "worker", "all", "doctor"])
def test_wrong_settings_are_named_all_at_once_and_nothing_starts(process: str, tmp_path: Path) -> None:
    running = start(process, cwd=tmp_path, PULUMI_ORG="a/b", PORT="x")
    _, told = running.communicate(timeout=30)
    assert running.returncode == 2
    assert told.startswith("Quarterdeck cannot start:\n")
    for name in ("PULUMI_ORG", "PORT", "SLACK_BOT_TOKEN"):
        assert f"  - {name} " in told
    assert "Traceback" not in told


def test_web_answers_and_ends_cleanly_on_sigterm(slack: str, redis_url: str, tmp_path: Path) -> None:
    port = free_port()
    running = start("web", cwd=tmp_path, REDIS_URL=redis_url, PORT=str(port), SLACK_API_URL=slack, **COMPLETE)
    until_ready(running, port)
    running.send_signal(signal.SIGTERM)
    _, told = running.communicate(timeout=15)
    assert running.returncode in {0, -signal.SIGTERM}
    assert "Traceback" not in told


def test_all_brings_its_own_redis_and_a_ctrl_c_ends_everything_cleanly(slack: str, tmp_path: Path) -> None:
    port = free_port()
    running = start("all", cwd=tmp_path, PORT=str(port), SLACK_API_URL=slack, **COMPLETE)
    until_ready(running, port)
    assert (tmp_path / ".data" / "valkey").is_dir()
    os.killpg(running.pid, signal.SIGINT)  # what a terminal sends, to the whole group
    _, told = running.communicate(timeout=40)
    assert running.returncode == 0
    assert "Traceback" not in told
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/healthz")


def test_all_ends_with_1_when_one_of_its_processes_cannot_live(
    slack: str, redis_url: str, tmp_path: Path
) -> None:
    port = free_port()
    web = start("web", cwd=tmp_path, REDIS_URL=redis_url, PORT=str(port), SLACK_API_URL=slack, **COMPLETE)
    until_ready(web, port)
    other = start("all", cwd=tmp_path, REDIS_URL=redis_url, PORT=str(port), SLACK_API_URL=slack, **COMPLETE)
    _, told = other.communicate(timeout=40)
    assert other.returncode == 1
    assert "address already in use" in told
    web.terminate()
    web.communicate(timeout=15)


def test_the_manifest_is_printed_for_this_installation(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*COMPLETE, "SLACK_API_URL", "REDIS_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLASH_COMMAND", "/infra")
    assert main(["manifest", "--url", "https://bot.acme.example"]) == 0
    printed = capsys.readouterr().out
    assert "command: /infra" in printed
    assert "https://bot.acme.example/slack/events" in printed
    assert main(["manifest", "--socket"]) == 0
    printed = capsys.readouterr().out
    assert "command: /infra" in printed
    assert "socket_mode_enabled: true" in printed


@pytest.mark.parametrize("arguments", [["--help"], ["web", "--help"], ["manifest", "--help"]])
def test_help_is_there(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    assert "usage: python -m bot" in capsys.readouterr().out
