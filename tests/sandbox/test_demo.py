"""Starting and stopping the demo: a port that is taken is named with the way out, and Ctrl-C ends it at any moment."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from sandbox import demo
from sandbox.fleet import free_port
from sandbox.world import Ports

ENOUGH = 60.0


def test_a_port_that_is_taken_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        monkeypatch.setattr(demo, "Ports", lambda: Ports(slack=port, pulumi=free_port(), web=free_port()))
        assert demo.live(data=tmp_path, speed=1.0) == 1
    said = capsys.readouterr().err
    assert f"port {port}" in said
    assert "--free-ports" in said


@asynccontextmanager
async def demonstrated(data: Path, *, until: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A demo of its own, and what it said until then."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "sandbox", "demo", "--free-ports", "--data", str(data)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        said = await asyncio.wait_for(process.stdout.readuntil(until.encode()), ENOUGH)
        yield process, said.decode()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def interrupted(process: asyncio.subprocess.Process) -> str:
    """What it still says after Ctrl-C."""
    assert process.stdout is not None
    process.send_signal(signal.SIGINT)
    said = await asyncio.wait_for(process.stdout.read(), ENOUGH)
    assert await process.wait() == 0, said
    return said.decode()


async def test_it_says_where_to_look_and_what_to_type_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    async with demonstrated(tmp_path, until="Ctrl-C") as (process, said):
        assert "/pulumi deploy web/dev" in said
        (address,) = re.findall(r"Open +(http://127\.0\.0\.1:\d+/)", said)
        async with httpx.AsyncClient(follow_redirects=True) as http:
            assert "#deploys" in (await http.get(address)).text
            rest = await interrupted(process)
            with pytest.raises(httpx.ConnectError):
                await http.get(address)
    assert "Traceback" not in rest
    assert (tmp_path / "logs" / "web.log").exists()


async def test_ctrl_c_ends_it_while_it_starts(tmp_path: Path) -> None:
    async with demonstrated(tmp_path, until="starting") as (process, _):
        while not (tmp_path / "logs").exists():  # noqa: ASYNC110  another process makes it
            await asyncio.sleep(0.01)
        rest = await interrupted(process)
    assert "Open" not in rest
    assert "Traceback" not in rest


async def test_a_second_start_begins_anew_beside_what_the_first_left(tmp_path: Path) -> None:
    for _ in range(2):
        async with demonstrated(tmp_path, until="Ctrl-C") as (process, _said):
            await interrupted(process)
