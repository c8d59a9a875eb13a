"""A stack's deployment settings (seed, "Deployment Settings"): the service's own JSON, with names for its parts.

The JSON is kept whole, so that a part we have no name for survives a round trip. A change is a *patch*: it is merged by the
rules of "Patch Settings" (null removes, objects merge, everything else replaces), here as well as in the service, so a
person can be shown what a patch will do. A secret is one value, whatever the service adds to it when it is read
(`{"secret": "[secret]", "ciphertext": "…"}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The seed and the service's own `configuration` write it so; OpenAPI and SDK write `repoUrl`. Both are read, this one is kept.
REPO_URL = "repoURL"
VARIABLES = "environmentVariables"


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable. A secret's value is never known: it can only be written."""

    name: str
    value: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class GitHub:
    """Seed, "GitHub": which pushes start what."""

    repository: str
    deploy_commits: bool = False
    preview_pull_requests: bool = False
    pull_request_template: bool = False
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeploymentSettings:
    """What the stack's deployments inherit. `raw` may hold secrets about to be written, so it is not shown."""

    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def git(self) -> dict[str, Any]:
        """Where the program comes from; the authentication stays in here."""
        return _at(self.raw, "sourceContext", "git")

    @property
    def repo_url(self) -> str:
        """Empty where a GitHub block names the repository."""
        return _text(self.git.get(REPO_URL))

    @property
    def branch(self) -> str:
        """A full ref, as it is stored."""
        return _text(self.git.get("branch"))

    @property
    def commit(self) -> str:
        """Set instead of a branch."""
        return _text(self.git.get("commit"))

    @property
    def repo_dir(self) -> str:
        """Where Pulumi.yaml is, from the root of the repository."""
        return _text(self.git.get("repoDir"))

    @property
    def git_auth(self) -> str:
        """`sshAuth`, `basicAuth`, or empty for a public repository."""
        return next(iter(_at(self.git, "gitAuth")), "")

    @property
    def pre_run_commands(self) -> tuple[str, ...]:
        """Each runs in its own shell, before Pulumi."""
        return _texts(self._operation.get("preRunCommands"))

    @property
    def variables(self) -> tuple[Variable, ...]:
        """By name."""
        raw = _at(self._operation, VARIABLES)
        return tuple(_variable(name, raw[name]) for name in sorted(raw))

    @property
    def skip_install_dependencies(self) -> bool:
        """Whether installing dependencies is left to the pre-run commands."""
        return _at(self._operation, "options").get("skipInstallDependencies") is True

    @property
    def oidc(self) -> dict[str, dict[str, Any]]:
        """Short-term credentials by cloud: `aws`, `azure`, `gcp`."""
        return {cloud: part for cloud, part in _at(self._operation, "oidc").items() if isinstance(part, dict)}

    @property
    def executor_image(self) -> str:
        """A string in the seed; an object with `reference` and `credentials` in OpenAPI."""
        image = _at(self.raw, "executorContext").get("executorImage")
        return _text(image.get("reference")) if isinstance(image, dict) else _text(image)

    @property
    def github(self) -> GitHub | None:
        """None where pushes start nothing and the source is named by `repo_url`."""
        raw = _at(self.raw, "gitHub")
        if not raw:
            return None
        return GitHub(
            repository=_text(raw.get("repository")),
            deploy_commits=raw.get("deployCommits") is True,
            preview_pull_requests=raw.get("previewPullRequests") is True,
            pull_request_template=raw.get("pullRequestTemplate") is True,
            paths=_texts(raw.get("paths")),
        )

    @property
    def _operation(self) -> dict[str, Any]:
        return _at(self.raw, "operationContext")

    def patched(self, patch: Mapping[str, Any]) -> DeploymentSettings:
        """What the service will hold after `patch`."""
        return DeploymentSettings(merge(self.raw, one_spelling(patch)))


def read_settings(raw: Mapping[str, Any]) -> DeploymentSettings:
    """Settings as the service answers them."""
    return DeploymentSettings(one_spelling(raw))


def one_spelling(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the repository's address under one name, however it was written (never two)."""
    source = raw.get("sourceContext")
    git = source.get("git") if isinstance(source, dict) else None
    if not isinstance(source, dict) or not isinstance(git, dict):
        return dict(raw)
    spelled = {(REPO_URL if key.lower() == REPO_URL.lower() else key): value for key, value in git.items()}
    return {**raw, "sourceContext": {**source, "git": spelled}}


def merge(current: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of "Patch Settings": a null removes, objects merge, everything else replaces."""
    merged = dict(current)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and not is_secret(key, value):
            before = merged.get(key)
            merged[key] = merge(before if isinstance(before, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def overlay(patch: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """One patch that does what `patch` and then `later` do: nulls stay, since they still have something to remove."""
    combined = dict(patch)
    for key, value in later.items():
        before = combined.get(key)
        both = isinstance(before, Mapping) and isinstance(value, Mapping) and not is_secret(key, value)
        combined[key] = overlay(before, value) if both else value  # type: ignore[arg-type]  # both are mappings
    return combined


def patch_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The smallest patch that makes `after` out of `before`; empty when nothing changes.

    A secret that was read and not touched is the same on both sides, so it is not sent back.
    """
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        was = before.get(key)
        if isinstance(was, Mapping) and isinstance(value, Mapping) and not is_secret(key, value):
            if inner := patch_between(was, value):
                patch[key] = inner
        elif key not in before or was != value:
            patch[key] = value
    return patch


def is_secret(key: str, value: object) -> bool:
    """Whether `value` is a secret; the names in `environmentVariables` are people's own, so that one may be called `secret`."""
    return (
        key != VARIABLES
        and isinstance(value, Mapping)
        and "secret" in value
        and value.keys() <= {"secret", "ciphertext"}
    )


def _at(raw: Mapping[str, Any], *path: str) -> dict[str, Any]:
    found: Any = raw
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _variable(name: str, value: Any) -> Variable:
    """A string is plain; `{"secret": …}` is not (seed, "OperationContext")."""
    if isinstance(value, str):
        return Variable(name, value)
    return Variable(name, "", secret=True)
