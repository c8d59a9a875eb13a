"""The page that "Open in Pulumi" leads to: one deployment with its steps and its log, for a person's eyes."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.pulumi_cloud import wire
from sandbox.pulumi_cloud.cloud import Cloud
from sandbox.pulumi_cloud.model import Deployment, Stack, StackRef

__all__ = ["console_routes", "readable"]

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MOST_ROWS = 5_000

_COLOUR = re.compile(r"\x1b\[([0-9;]*)m")
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)?|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]"
)
_CLASSES = {"38;5;9": "red", "38;5;2": "green", "38;5;3": "yellow", "38;5;12": "blue", "38;5;13": "magenta"}


def console_routes(cloud: Cloud) -> list[Route]:
    """`/`: all stacks. `/{org}/{project}/{stack}/deployments/{version}`: one deployment."""

    async def index(_request: Request) -> Response:
        now = cloud.now()
        rows = [
            {"stack": stack, "latest": [_row(cloud, d, now) for d in stack.deployments[:-6:-1]]}
            for stack in cloud.engine.stacks()
        ]
        return HTMLResponse(_TEMPLATES.get_template("index.html").render(rows=rows))

    async def deployment(request: Request) -> Response:
        return HTMLResponse(_page(cloud, _find(cloud, request.path_params)))

    return [
        Route("/", index, methods=["GET"]),
        Route("/{org}/{project}/{stack}/deployments/{version:int}", deployment, methods=["GET"]),
    ]


def _find(cloud: Cloud, path: dict[str, Any]) -> Deployment:
    stack: Stack | None = cloud.engine.stack(StackRef(path["org"], path["project"], path["stack"]))
    found = [d for d in stack.deployments if d.version == path["version"]] if stack else []
    if not found:
        raise HTTPException(404, "Not Found: no such deployment")
    return found[0]


def _row(cloud: Cloud, deployment: Deployment, now: int) -> dict[str, Any]:
    return {
        "url": f"/{deployment.ref}/deployments/{deployment.version}",
        "snapshot": wire.snapshot_json(deployment, now, cloud.engine.options),
    }


def _page(cloud: Cloud, deployment: Deployment) -> str:
    now = cloud.now()
    snapshot = wire.snapshot_json(deployment, now, cloud.engine.options)
    log = cloud.logs.stream(deployment, token="", limit=_MOST_ROWS, now=now)
    return _TEMPLATES.get_template("deployment.html").render(
        ref=deployment.ref,
        snapshot=snapshot,
        steps=(snapshot.get("jobs") or [{"steps": []}])[0]["steps"],
        rows=[{"header": row.is_header, "text": readable(row.text)} for row in log.rows],
        live=not deployment.is_over(now),
    )


def readable(line: str) -> Markup:
    """A line as a terminal would leave it: progress overwritten, colours as classes, everything else inert."""
    last = line.rstrip("\r\n").rpartition("\r")[2]
    parts = _COLOUR.split(last)
    html, colour = Markup(""), ""
    for index, part in enumerate(parts):
        if index % 2:
            colour = _CLASSES.get(part, colour if part == "1" else "")
            continue
        text = escape(_ESCAPE.sub("", part))
        html += Markup('<span class="{}">{}</span>').format(colour, text) if colour and text else text
    return html
