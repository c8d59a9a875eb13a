"""How long Slack waits for the ack of a command that is durably recorded, next to a bare Bolt app in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from statistics import median, quantiles

from benchmarks.servers import baseline, free_port, product, running, wait_until_ready

ROUNDS = 7
REQUESTS = {1: 1_500, 16: 4_000}  # by connections
FEW = 150  # Bolt's default takes 11 ms each
WARM_UP = 400
OURS, BARE, DEFAULT = "quarterdeck", "bare Bolt, same flags", "Bolt's default"


@dataclass(slots=True)
class Series:
    """Rounds of one server at one number of connections; latencies in microseconds."""

    server: str
    connections: int
    rounds: list[list[int]] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median over the rounds of each round's median: one disturbed round does not count."""
        return median(median(each) for each in self.rounds)

    @property
    def p99(self) -> float:
        """The median over the rounds of each round's 99th percentile."""
        return median(quantiles(each, n=100)[98] for each in self.rounds)


def measure(redis_url: str) -> list[Series]:
    """Rounds interleaved, A B A B, so that what else the machine does hits all alike."""
    ports = {name: free_port() for name in (OURS, BARE, DEFAULT)}
    processes = [
        product(ports[OURS], redis_url),
        baseline("before", ports[BARE], redis_url),
        baseline("default", ports[DEFAULT], redis_url),
    ]
    with running(processes):
        for process, port in zip(processes, ports.values(), strict=True):
            wait_until_ready(process, port)
        for name in (OURS, BARE):
            load(ports[name], connections=4, count=WARM_UP, name="warm")
        return [
            *interleaved({name: ports[name] for name in (OURS, BARE)}, connections=1),
            *interleaved({name: ports[name] for name in (OURS, BARE)}, connections=16),
            *interleaved({DEFAULT: ports[DEFAULT]}, connections=1, count=FEW, rounds=2),
        ]


def interleaved(
    ports: dict[str, int], *, connections: int, count: int = 0, rounds: int = ROUNDS
) -> list[Series]:
    """One series per server; the order turns around each round."""
    series = {name: Series(name, connections) for name in ports}
    for number in range(rounds):
        for name in list(ports)[:: 1 if number % 2 else -1]:
            run = load(
                ports[name],
                connections=connections,
                count=count or REQUESTS[connections],
                name=f"{connections}.{number}",
            )
            series[name].rounds.append(run)
    return list(series.values())


def load(port: int, *, connections: int, count: int, name: str) -> list[int]:
    """Latencies in microseconds, from a generator in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", str(port), str(connections), str(count), name],
        check=True,
        stdout=subprocess.PIPE,
    )
    latencies: list[int] = json.loads(done.stdout)
    return latencies
