"""Deployments as the service writes them: the JSON of both lists, of one deployment, of its updates and logs."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sandbox.pulumi_cloud import deployment_settings
from sandbox.pulumi_cloud.logs import Page, Row, StepPage
from sandbox.pulumi_cloud.model import Account, Deployment, Organization, Stack
from sandbox.pulumi_cloud.options import Options
from sandbox.pulumi_cloud.schedule import Span
from sandbox.pulumi_cloud.times import SECOND, ZERO_TIME, compact, rfc3339

__all__ = [
    "SnapshotCache",
    "account_json",
    "console_url",
    "created_json",
    "deployment_json",
    "logs_json",
    "organization_metadata",
    "snapshot_json",
    "step_logs_json",
    "update_info",
]

_KINDS = {"detect-drift": "Prefresh", "remediate-drift": "update"}
"""Kind of update where it differs from the operation's name."""

_COUNT_NAMES = {"not-started": "notStarted"}


def account_json(account: Account) -> dict[str, Any]:
    """`requestedBy`."""
    return {
        "name": account.name,
        "githubLogin": account.login,
        "avatarUrl": f"https://api.pulumi.com/static/avatars/{account.login}.png",
        "email": f"{account.login}@acme.example",
    }


def console_url(public_url: str, deployment: Deployment) -> str:
    """Where a person looks at it."""
    return f"{public_url}/{deployment.ref}/deployments/{deployment.version}"


def created_json(public_url: str, deployment: Deployment) -> dict[str, Any]:
    """What a create call answers."""
    return {
        "id": deployment.id,
        "version": deployment.version,
        "consoleUrl": console_url(public_url, deployment),
    }


def _step_json(span: Span, status: str, now: int) -> dict[str, Any]:
    over = span.ended is not None and span.ended <= now
    last = span.ended if over else min(now, span.started or now)
    waits = span.started is None or span.started > now
    return {
        "name": span.step.name,
        "status": status,
        "started": rfc3339(None if waits else span.started),
        "lastUpdated": rfc3339(None if waits else last),
    }


def _jobs(deployment: Deployment, now: int) -> list[dict[str, Any]] | None:
    """The one job with its steps; None before the deployment left the queue."""
    schedule = deployment.schedule
    if schedule is None:
        return None
    canceled = deployment.ended_at is not None
    horizon = deployment.horizon(now)
    begun = schedule.started <= horizon
    steps = []
    for span in schedule.spans:
        status = span.status(horizon)
        if canceled and status == "running":
            span_end = Span(span.step, span.started, deployment.ended_at)
            steps.append(_step_json(span_end, "failed", horizon))
        else:
            steps.append(_step_json(span, status, horizon))
    return [
        {
            "status": deployment.status(now),
            "started": rfc3339(schedule.started if begun else None),
            "lastUpdated": rfc3339(deployment.modified(now) if begun else None),
            "steps": steps,
        }
    ]


def _common(deployment: Deployment, now: int, options: Options) -> dict[str, Any]:
    common: dict[str, Any] = {
        "id": deployment.id,
        "created": compact(deployment.created),
        "modified": compact(deployment.modified(now)),
        "status": deployment.status(now),
        "version": deployment.version,
        "requestedBy": account_json(deployment.requested_by),
        "pulumiOperation": deployment.operation,
        "initiator": deployment.initiator,
    }
    jobs = _jobs(deployment, now)
    if jobs is not None or options.jobs_before_start == "empty":
        common["jobs"] = jobs or []
    return common


def snapshot_json(deployment: Deployment, now: int, options: Options) -> dict[str, Any]:
    """One deployment of a list. Unlike by itself, it carries `jobs` while it waits too: the OpenAPI document needs them."""
    return {
        "jobs": [],
        **_common(deployment, now, options),
        "projectName": deployment.ref.project,
        "stackName": deployment.ref.stack,
        "updates": [{"id": deployment.nested_id, **update} for update in _updates(deployment, now)],
    }


class SnapshotCache:
    """Snapshots of what is over never change: they are written once, so that lists of many are cheap."""

    def __init__(self, size: int = 2_000) -> None:
        """Keep at most `size`."""
        self._size = size
        self._kept: OrderedDict[tuple[str, Options], dict[str, Any]] = OrderedDict()

    def get(self, deployment: Deployment, now: int, options: Options) -> dict[str, Any]:
        """The snapshot at `now`."""
        if not deployment.is_over(now):
            return snapshot_json(deployment, now, options)
        key = (deployment.id, options)
        if key not in self._kept:
            self._kept[key] = snapshot_json(deployment, now, options)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return self._kept[key]


def deployment_json(
    deployment: Deployment, now: int, options: Options, *, stack: Stack, public_url: str
) -> dict[str, Any]:
    """One deployment in full, with its configuration."""
    internal = {
        "PULUMI_CI_BUILD_URL": console_url(public_url, deployment),
        "PULUMI_CI_SYSTEM": "Pulumi Deploy",
        "PULUMI_CI_BUILD_NUMBER": str(deployment.version),
        "PULUMI_CI_BUILD_ID": deployment.id,
        "PULUMI_ACCESS_TOKEN": None,
        "PULUMI_BACKEND_URL": f"{public_url}/",
    }
    configuration: dict[str, Any] = {
        "environmentVariables": deployment_settings.environment_variables(deployment.settings, internal)
    }
    source = deployment_settings.source(deployment.settings)
    if source is not None:
        configuration["source"] = source
    return {
        **_common(deployment, now, options),
        "latestVersion": stack.created_deployments,
        "configuration": configuration,
    }


def _updates(deployment: Deployment, now: int) -> list[dict[str, Any]]:
    """The run of Pulumi inside, once it began."""
    span = _operation_span(deployment, now)
    if span is None or span.started is None or span.ended is None:
        return []
    ended = min(span.ended, deployment.end)
    is_over = ended <= now
    outcome = span.step.script.outcome if ended == span.ended else "failed"
    return [
        {
            "updateID": deployment.update_id,
            "version": deployment.update_version,
            "startTime": span.started // SECOND,
            "endTime": ended // SECOND if is_over else 0,
            "result": outcome if is_over else "in-progress",
            "kind": _KINDS.get(deployment.operation, deployment.operation),
            "message": "",
            "environment": _environment(deployment),
        }
    ]


def _operation_span(deployment: Deployment, now: int) -> Span | None:
    if deployment.schedule is None:
        return None
    span = deployment.schedule.spans[-1]
    return None if span.status(deployment.horizon(now)) == "not-started" else span


def _environment(deployment: Deployment) -> dict[str, str]:
    """What the CLI notes about the checkout and the build it ran in."""
    environment = {
        "ci.build.id": deployment.id,
        "ci.build.number": str(deployment.version),
        "ci.system": "Pulumi Deploy",
        "exec.kind": "cli",
        "pulumi.version": "v3.142.0",
    }
    address = deployment_settings.repository(deployment.settings)
    if address is not None:
        owner, _, repo = urlsplit(address).path.strip("/").removesuffix(".git").rpartition("/")
        environment |= {
            "git.head": deployment.commit,
            "git.headName": deployment_settings.branch(deployment.settings),
            "git.dirty": "false",
            "vcs.kind": urlsplit(address).hostname or "",
            "vcs.owner": owner,
            "vcs.repo": repo,
        }
    return environment


def update_info(deployment: Deployment, now: int, *, latest: int) -> list[dict[str, Any]]:
    """`/updates`: the same runs in the shape of a stack's history."""
    return [
        {
            "info": {
                **{key: value for key, value in update.items() if key != "updateID"},
                "config": {},
                **_changes(deployment, update),
            },
            "updateID": update["updateID"],
            "version": update["version"],
            "latestVersion": latest,
            "requestedBy": account_json(deployment.requested_by),
        }
        for update in _updates(deployment, now)
    ]


def _changes(deployment: Deployment, update: dict[str, Any]) -> dict[str, Any]:
    if update["result"] == "in-progress" or deployment.schedule is None or deployment.ended_at is not None:
        return {}
    changes = dict(deployment.schedule.spans[-1].step.script.changes)
    return {"resourceChanges": changes, "resourceCount": sum(changes.values())} if changes else {}


def organization_metadata(org: Organization, now: int, options: Options) -> dict[str, Any]:
    """Pauses, concurrency and counts of an organisation."""
    counts = dict.fromkeys(("notStarted", "accepted", "running", "failed", "succeeded", "skipped"), 0)
    for deployment in org.deployments:
        status = deployment.status(now)
        name = _COUNT_NAMES.get(status, status)
        counts[name] = counts.get(name, 0) + 1
    paused = sorted(f"{s.ref.project}/{s.ref.stack}" for s in org.stacks.values() if s.paused)
    return {
        "paused": org.paused,
        **({"pausedStacks": paused} if options.paused_stacks else {}),
        "concurrency": org.concurrency,
        "deploymentCounts": counts | {"total": len(org.deployments)},
    }


def _row_json(row: Row) -> dict[str, str]:
    if row.is_header:
        return {"header": row.text, "timestamp": ZERO_TIME}
    return {"timestamp": rfc3339(row.moment), "line": row.text}


def _rows_json(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [_row_json(row) for row in rows]


def logs_json(page: Page) -> dict[str, Any]:
    """One answer of streaming logs."""
    token = {} if page.next_token is None else {"nextToken": page.next_token}
    return {"__type": "DeploymentLogs", "lines": _rows_json(page.rows), **token}


def step_logs_json(page: StepPage) -> dict[str, Any]:
    """One answer of step logs."""
    offset = {} if page.next_offset is None else {"nextOffset": page.next_offset}
    return {"__type": "DeploymentLogsStep", "name": page.name, "lines": _rows_json(page.rows), **offset}
