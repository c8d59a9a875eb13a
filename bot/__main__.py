"""`python -m bot`: the processes, and what an operator asks before and after starting them."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable

from bot import logs
from bot.errors import ConfigurationError
from bot.operator import manifest
from bot.settings import Process, Settings, load

LOOPBACK = "127.0.0.1"


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; its exit code is 0, 1 when it could not do its part, 2 when the settings are wrong."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except ConfigurationError as error:
        problems = "\n".join(f"  - {problem}" for problem in error.problems)
        print(f"Quarterdeck cannot start:\n{problems}", file=sys.stderr)  # noqa: T201  an operator is at a terminal
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Quarterdeck: commands Pulumi Deployments from Slack."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, about in (
        ("web", _web, "answer Slack, over HTTP or Socket Mode, and Pulumi"),
        ("worker", _worker, "carry out commands, watch deployments, speak in Slack; any number of them"),
        ("all", _all, "web and a worker, with an embedded Valkey where REDIS_URL is not set"),
        ("doctor", _doctor, "check settings, Redis, Slack, Pulumi and the policy, and say what is wrong"),
        ("audit", _audit, "export who did what, as JSON lines or CSV, on standard output"),
        ("rekey", _rekey, "seal what is kept secret under the newest ENCRYPTION_KEY"),
        ("manifest", _manifest, "print the Slack app manifest for this installation"),
    ):
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(command=run)
        if name in {"web", "all"}:
            command.add_argument(
                "--host", default=LOOPBACK, help="address to listen on (default: %(default)s)"
            )
        if name == "doctor":
            command.add_argument(
                "--can",
                nargs="+",
                default=[],
                metavar="WORD",
                help="only tell which rule decides, and why: --can @ana deploy web/prod [#channel]",
            )
        if name == "audit":
            _audit_options(command)
        if name == "manifest":
            where = command.add_mutually_exclusive_group()
            where.add_argument(
                "--url", default="", help="where Slack reaches web, e.g. https://bot.example.com"
            )
            where.add_argument(
                "--socket", action="store_true", help="for Socket Mode: web connects to Slack, no address"
            )
    return parser


def _audit_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--since", default="", metavar="WHEN", help="2026-01-01, 2026-01-01T14:00 (UTC), or 7d"
    )
    command.add_argument("--until", default="", metavar="WHEN", help="the same; not included")
    command.add_argument("--stack", default="", help="org/project/stack")
    command.add_argument("--person", default="", help="a Slack user's id, e.g. U0123ABCD")
    command.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="(default: %(default)s)")


def _start(process: Process) -> Settings:
    loaded = load(process=process)
    logs.configure(secrets=loaded.secrets(), level=loaded.log_level, style=loaded.log_format)
    return loaded


def _web(options: argparse.Namespace) -> int:
    from bot.web import app  # noqa: PLC0415  web's libraries are no other command's
    from bot.wiring.web import web_app  # noqa: PLC0415  the same

    settings = _start(Process.WEB)
    app.serve(web_app(settings), host=options.host, port=settings.port)
    return 0


def _worker(_: argparse.Namespace) -> int:
    import uvloop  # noqa: PLC0415  not on Windows, where `manifest` and `audit` run all the same

    from bot.wiring import worker  # noqa: PLC0415  the worker's libraries are no other command's

    uvloop.run(worker.run(_start(Process.WORKER)))
    return 0


def _all(options: argparse.Namespace) -> int:
    from bot import together  # noqa: PLC0415  web's and the worker's libraries, only here

    return together.run(_start(Process.ALL), host=options.host)


def _doctor(options: argparse.Namespace) -> int:
    from bot.operator import doctor  # noqa: PLC0415  only `doctor` asks everything

    loaded = _start(Process.DOCTOR)
    return asyncio.run(doctor.can(loaded, options.can) if options.can else doctor.run(loaded))


def _audit(options: argparse.Namespace) -> int:
    from bot.operator import audit_export  # noqa: PLC0415  spares web's start what only this command does

    settings = _start(Process.STORE)
    query = audit_export.query(
        since=options.since, until=options.until, stack=options.stack, person=options.person
    )
    return asyncio.run(audit_export.run(settings, query, form=options.format, out=sys.stdout))


def _rekey(_: argparse.Namespace) -> int:
    from bot.operator import rekey  # noqa: PLC0415  spares web's start what only this command does

    return asyncio.run(rekey.run(_start(Process.STORE)))


def _manifest(options: argparse.Namespace) -> int:
    command = load(process=Process.NONE).slash_command
    sys.stdout.write(manifest.render(url=options.url, command=command, socket_mode=options.socket))
    return 0


if __name__ == "__main__":
    sys.exit(main())
