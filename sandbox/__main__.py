"""`python -m sandbox`: a Pulumi Cloud and a Slack workspace on this machine, alone or with the bot between them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand and answer its exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="everything, with the bot, to try in a browser")
    demo.add_argument("--once", action="store_true", help="one scripted tour without a browser; exits 0 or 1")
    demo.add_argument("--socket", action="store_true", help="the bot connects to Slack, as in Socket Mode")
    demo.add_argument("--free-ports", action="store_true", help="any ports, instead of 8181, 8182 and 3000")
    demo.add_argument("--speed", type=float, default=None, help="how much faster than life deployments run")
    demo.add_argument(
        "--data", type=Path, default=Path(".data"), help="where Valkey and the logs live (%(default)s)"
    )
    demo.set_defaults(command=_demo)

    pulumi = commands.add_parser("pulumi", help="the Pulumi Cloud alone")
    pulumi.add_argument("--port", type=int, default=8181)
    pulumi.add_argument("--speed", type=float, default=1.0)
    pulumi.add_argument("--seed", type=int, default=1, help="what makes a run repeatable (%(default)s)")
    pulumi.add_argument("--webhook", default=None, metavar="URL", help="where to tell of changes, signed")
    pulumi.add_argument(
        "--check-answers", type=Path, metavar="OPENAPI", help="hold every answer against this document"
    )
    pulumi.set_defaults(command=_pulumi)

    slack = commands.add_parser("slack", help="the Slack workspace alone")
    slack.add_argument("--port", type=int, default=8182)
    slack.add_argument(
        "--app", default="http://127.0.0.1:3000/slack/events", metavar="URL", help="(%(default)s)"
    )
    slack.add_argument(
        "--socket", dest="app", action="store_const", const="", help="no URL: the app connects (Socket Mode)"
    )
    slack.add_argument("--manifest", type=Path, default=ROOT / "manifest.yml", help="what the app may do")
    slack.add_argument("--seed", type=int, default=1, help="what makes a run repeatable (%(default)s)")
    slack.set_defaults(command=_slack)
    return parser


def _demo(options: argparse.Namespace) -> int:
    from sandbox import demo  # noqa: PLC0415  each command loads only its own libraries

    if options.once:
        return demo.once(
            data=options.data, speed=options.speed or demo.TOUR_SPEED, socket_mode=options.socket
        )
    return demo.live(
        data=options.data,
        speed=options.speed or 1.0,
        socket_mode=options.socket,
        free_ports=options.free_ports,
    )


def _pulumi(options: argparse.Namespace) -> int:
    from sandbox import pulumi_cloud  # noqa: PLC0415

    pulumi_cloud.serve(
        port=options.port,
        speed=options.speed,
        seed=options.seed,
        webhook_url=options.webhook,
        check_answers=options.check_answers,
    )
    return 0


def _slack(options: argparse.Namespace) -> int:
    import yaml  # noqa: PLC0415

    from sandbox import slack_workspace  # noqa: PLC0415

    manifest = slack_workspace.Manifest.from_dict(yaml.safe_load(options.manifest.read_text()))
    slack_workspace.serve(manifest=manifest, port=options.port, app_url=options.app, seed=options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
