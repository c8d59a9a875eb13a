"""Deployments out of JSON (seed, "Get Deployment", "List Stack Deployments", "Create Deployment")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.deployments import Deployment, Job, Step
from bot.domain.stacks import StackRef
from bot.ports import Created, Page
from bot.pulumi.wire.creation import short_branch
from bot.pulumi.wire.fields import counts, mapping, number, objects, text, time, unix_time


@dataclass(frozen=True, slots=True)
class Update:
    """A Pulumi update that a deployment made. `environment` holds facts of the run, for example `git.head`."""

    version: int
    kind: str
    result: str
    message: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    changes: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


def read_created(raw: Mapping[str, Any]) -> Created | None:
    """The answer to create; None without an id and a version."""
    identifier, version = text(raw, "id"), number(raw, "version")
    if not identifier or version is None:
        return None
    return Created(id=identifier, version=version, console_url=text(raw, "consoleUrl"))


def read_page(raw: Mapping[str, Any], *, org: str, stack: StackRef | None = None, status: str = "") -> Page:
    """A page of a list. What has no id, version or stack is left out: it could not be acted upon.

    The filter by `status` is repeated here: the seed has it, the official OpenAPI does not, so a server may ignore it.
    """
    found = (read_deployment(item, stack=stack or _stack(item, org)) for item in objects(raw, "deployments"))
    deployments = tuple(one for one in found if one is not None and status in {"", one.status})
    total = number(raw, "total")
    return Page(deployments=deployments, total=len(deployments) if total is None else total)


def _stack(raw: Mapping[str, Any], org: str) -> StackRef | None:
    project, stack = text(raw, "projectName"), text(raw, "stackName")
    return StackRef(org=org, project=project, stack=stack) if project and stack else None


def read_deployment(raw: Mapping[str, Any], *, stack: StackRef | None) -> Deployment | None:
    """A deployment, from a list or by itself; None when it lacks what names it."""
    identifier, version = text(raw, "id"), number(raw, "version")
    if stack is None or not identifier or version is None:
        return None
    configuration = mapping(raw, "configuration")
    git = mapping(mapping(configuration, "source"), "git")
    facts = _facts(raw)
    return Deployment(
        id=identifier,
        stack=stack,
        version=version,
        status=text(raw, "status"),
        operation=text(raw, "pulumiOperation"),
        created=time(raw, "created"),
        modified=time(raw, "modified"),
        initiator=text(raw, "initiator"),
        requested_by=_person(mapping(raw, "requestedBy")),
        jobs=tuple(_job(job) for job in objects(raw, "jobs")),
        commit=facts.get("git.head") or text(git, "commit"),
        branch=short_branch(text(git, "branch") or facts.get("git.headName", "")),
        environment=_names(configuration),
        changes=_changes(raw),
    )


def _person(raw: Mapping[str, Any]) -> str:
    return text(raw, "name") or text(raw, "githubLogin")


def _job(raw: Mapping[str, Any]) -> Job:
    return Job(
        status=text(raw, "status"),
        started=time(raw, "started"),
        last_updated=time(raw, "lastUpdated"),
        steps=tuple(_step(step) for step in objects(raw, "steps")),
    )


def _step(raw: Mapping[str, Any]) -> Step:
    return Step(
        name=text(raw, "name"),
        status=text(raw, "status"),
        started=time(raw, "started"),
        last_updated=time(raw, "lastUpdated"),
    )


def _names(configuration: Mapping[str, Any]) -> frozenset[str]:
    """The seed has a list of `{name, value?, secret}`; the settings have an object."""
    listed = (text(item, "name") for item in objects(configuration, "environmentVariables"))
    keyed = mapping(configuration, "environmentVariables")
    return frozenset(name for name in (*listed, *keyed) if name)


def _facts(raw: Mapping[str, Any]) -> dict[str, str]:
    """What the runs say of their source; a later update overrides an earlier one."""
    facts: dict[str, str] = {}
    for update in objects(raw, "updates"):
        facts |= _environment(update)
    return facts


def _environment(raw: Mapping[str, Any]) -> dict[str, str]:
    values = mapping(raw, "environment")
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _changes(raw: Mapping[str, Any]) -> dict[str, int]:
    said = [counts(update, "resourceChanges") for update in objects(raw, "updates")]
    return next((changes for changes in reversed(said) if changes), {})


def read_updates(raw: list[Any]) -> tuple[Update, ...]:
    """The answer to `/updates`: version and, under `info`, what the Pulumi CLI reported."""
    return tuple(_update(item) for item in raw if isinstance(item, dict))


def _update(raw: Mapping[str, Any]) -> Update:
    info = mapping(raw, "info") or raw
    return Update(
        version=number(raw, "version") or number(info, "version") or 0,
        kind=text(info, "kind"),
        result=text(info, "result"),
        message=text(info, "message"),
        started=unix_time(info, "startTime"),
        ended=unix_time(info, "endTime"),
        changes=counts(info, "resourceChanges"),
        environment=_environment(info),
    )
