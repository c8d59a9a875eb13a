"""The form in which settings are edited: what it holds of them, and what somebody changed in it. Pure.

Only what was changed counts: each field is compared with what it held when it was shown, so that a part that the form can't hold
(a secret, a part we have no name for) and whatever somebody else changed meanwhile stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from bot.domain.deployment_settings import REPO_URL
from bot.domain.refs import full_branch
from bot.domain.settings_credentials import held, signed_in, written
from bot.domain.settings_parts import (
    COMMANDS,
    ENVIRONMENT,
    GIT,
    GITHUB,
    HIDDEN,
    IMAGE,
    OIDC,
    SKIP_INSTALL,
    Leaf,
    leaves,
)
from bot.domain.settings_tree import Path, get, put

__all__ = [
    "FIELDS",
    "ON",
    "Edits",
    "Field",
    "Kind",
    "Values",
    "edited",
    "edits_between",
    "form_of",
    "purpose",
    "read_lines",
    "tidy",
]

Values = Mapping[str, str]
"""What a form holds: text by the name of a field; a switch is `ON` or empty, lists have a line an item."""

ON = "yes"
VARIABLE_LINES, SECRET_LINES = "variables", "secrets"


class Kind(Enum):
    """How a field is filled in."""

    LINE = auto()
    LINES = auto()
    SWITCH = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that the form edits, and where it stands in the settings."""

    name: str
    path: Path
    kind: Kind = Kind.LINE


FIELDS = {
    each.name: each
    for each in (
        Field("repo_url", (*GIT, REPO_URL)),
        Field("branch", (*GIT, "branch")),
        Field("commit", (*GIT, "commit")),
        Field("directory", (*GIT, "repoDir")),
        Field("github", (*GITHUB, "repository")),
        Field("github_deploy", (*GITHUB, "deployCommits"), Kind.SWITCH),
        Field("github_preview", (*GITHUB, "previewPullRequests"), Kind.SWITCH),
        Field("github_template", (*GITHUB, "pullRequestTemplate"), Kind.SWITCH),
        Field("github_paths", (*GITHUB, "paths"), Kind.LINES),
        Field("commands", COMMANDS, Kind.LINES),
        Field("skip_install", SKIP_INSTALL, Kind.SWITCH),
        Field("aws_role", (*OIDC, "aws", "roleArn")),
        Field("aws_session", (*OIDC, "aws", "sessionName")),
        Field("aws_duration", (*OIDC, "aws", "duration")),
        Field("azure_client", (*OIDC, "azure", "clientId")),
        Field("azure_tenant", (*OIDC, "azure", "tenantId")),
        Field("azure_subscription", (*OIDC, "azure", "subscriptionId")),
        Field("gcp_project", (*OIDC, "gcp", "projectId")),
        Field("gcp_pool", (*OIDC, "gcp", "workloadPoolId")),
        Field("gcp_provider", (*OIDC, "gcp", "providerId")),
        Field("gcp_account", (*OIDC, "gcp", "serviceAccount")),
        Field("image", IMAGE),
    )
}
# What stands and falls with the fields of the form in it: a cloud without any of its own, a block without its repository.
_WHOLES: dict[Path, tuple[str, ...]] = {
    (*OIDC, "aws"): ("aws_role", "aws_session", "aws_duration"),
    (*OIDC, "azure"): ("azure_client", "azure_tenant", "azure_subscription"),
    (*OIDC, "gcp"): ("gcp_project", "gcp_pool", "gcp_provider", "gcp_account"),
    GITHUB: ("github",),
}


@dataclass(frozen=True, slots=True)
class Edits:
    """What somebody wants changed. `fields` are texts by name, empty to remove; a variable that is None is removed.

    `secrets` (variables) and `credentials` (`bot.domain.settings_credentials`) are in the clear: to be sealed before they are written
    anywhere, and never shown.
    """

    fields: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str | None] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    credentials: dict[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.fields or self.variables or self.secrets or self.credentials)

    def encode(self) -> str:
        """As text, secrets and all."""
        return json.dumps([self.fields, self.variables, self.secrets, self.credentials])

    @staticmethod
    def decode(text: str) -> Edits:
        """What `encode` wrote."""
        return Edits(*json.loads(text))


def purpose(team: str, user: str, stack: str) -> str:
    """What a form is sealed as: one person's, for one stack."""
    return f"settings:{team}:{user}:{stack}"


def form_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """What the form holds of these settings: nothing secret."""
    found = {leaf.path: leaf for leaf in leaves(settings)}
    values = {each.name: _held(each, found.get(each.path)) for each in FIELDS.values()}
    variables = [_line(leaf) for leaf in found.values() if leaf.is_variable]
    return {**values, **held(settings), VARIABLE_LINES: "\n".join(variables)}


def edits_between(before: Values, after: Values) -> Edits:
    """What was changed; `after` must be without problems (`bot.domain.settings_checks`)."""
    changed = {
        name: tidy(each.kind, after[name])
        for name, each in FIELDS.items()
        if name in after and tidy(each.kind, after[name]) != tidy(each.kind, before.get(name, ""))
    }
    secrets = {name: value or "" for name, value in read_lines(after.get(SECRET_LINES, ""))}
    variables = (
        _changed_variables(
            dict(read_lines(before.get(VARIABLE_LINES, ""))), dict(read_lines(after[VARIABLE_LINES]))
        )
        if VARIABLE_LINES in after
        else {}
    )
    kept = {name: value for name, value in variables.items() if name not in secrets}
    return Edits(changed, kept, secrets, written(before, after))


def edited(settings: Mapping[str, Any], edits: Edits) -> dict[str, Any]:
    """The settings as they are wanted."""
    after = dict(settings)
    for name, text in edits.fields.items():
        each = FIELDS[name]
        after = put(after, each.path, _value(each, text, get(after, each.path)))
    for name, plain in edits.variables.items():
        after = put(after, (*ENVIRONMENT, name), plain)
    for name, secret in edits.secrets.items():
        after = put(after, (*ENVIRONMENT, name), {"secret": secret})
    for path, names in _WHOLES.items():
        if any(name in edits.fields for name in names) and not any(
            get(after, FIELDS[name].path) for name in names
        ):
            after = put(after, path, None)
    return signed_in(after, edits.credentials)


def read_lines(text: str) -> list[tuple[str, str | None]]:
    """`NAME=value` a line; a value that is `(hidden)` is None: it stays what it is. A line without `=` is a name with an empty name."""
    found: list[tuple[str, str | None]] = []
    for line in text.splitlines():
        if line.strip():
            name, equals, value = line.partition("=")
            found.append((name.strip() if equals else "", _plain(value.strip() if equals else line.strip())))
    return found


def tidy(kind: Kind, text: str) -> str:
    """What counts of what was typed."""
    if kind is Kind.LINES:
        return "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return text.strip()


def _plain(value: str) -> str | None:
    return None if value == HIDDEN else value


def _changed_variables(
    before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> dict[str, str | None]:
    changed: dict[str, str | None] = {name: None for name in before if name not in after}
    changed |= {
        name: value
        for name, value in after.items()
        if value is not None and (name not in before or before[name] != value)
    }
    return changed


def _held(each: Field, leaf: Leaf | None) -> str:
    if leaf is None:
        return ""
    if each.kind is Kind.SWITCH:
        return ON if leaf.raw is True else ""
    if each.path == IMAGE and isinstance(leaf.raw, dict):
        return Leaf(IMAGE, leaf.raw.get("reference") or "").shown[0] if leaf.raw.get("reference") else ""
    return "\n".join(leaf.shown)


def _line(leaf: Leaf) -> str:
    if leaf.is_hidden or "\n" in leaf.raw or "\r" in leaf.raw:
        return f"{leaf.name} = {HIDDEN}"
    return f"{leaf.name}={leaf.raw}"


def _value(each: Field, text: str, before: Any) -> Any:
    """What is written for what was typed; None removes. A switch that was on is off, not gone."""
    if each.kind is Kind.SWITCH:
        return text == ON
    if not text:
        return None
    if each.kind is Kind.LINES:
        return text.splitlines()
    if each.path == (*GIT, "branch"):
        return full_branch(text)
    if each.path == IMAGE and isinstance(before, Mapping):
        return {**before, "reference": text}
    return text
