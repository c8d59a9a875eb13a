"""What settings must keep to beyond their shape: what excludes what, what belongs together, how durations are written.

Source: REST API page, "SourceContext", "OperationContext" and "GitHub". Reserved environment variables are accepted and
overwritten when the deployment runs, since the page says that they "will be overwritten".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.pulumi_cloud.deployment_settings import SETTINGS_KEYS, Settings, one_spelling, received
from sandbox.pulumi_cloud.settings_shape import Problem, read_shape

__all__ = ["SettingsError", "accept", "check_run", "check_settings"]

_DURATION = re.compile(r"(?=\d)(?:\d+h)?(?:\d+m)?(?:\d+s)?", re.ASCII)
"""The page's "XhYmZs" format: `1h`, `1h30m`, `90s`."""

_GIT = "sourceContext.git"
_OIDC = "operationContext.oidc"
_VARIABLES = "operationContext.environmentVariables"
_NEEDED = {
    f"{_GIT}.gitAuth.sshAuth": ("sshPrivateKey",),
    f"{_GIT}.gitAuth.basicAuth": ("userName", "password"),
    f"{_OIDC}.aws": ("roleArn", "sessionName"),
    f"{_OIDC}.azure": ("clientId", "tenantId", "subscriptionId"),
    f"{_OIDC}.gcp": ("projectId", "workloadPoolId", "providerId", "serviceAccount"),
    "executorContext.executorImage": ("reference",),
    "executorContext.executorImage.credentials": ("username", "password"),
    "operationContext.role": ("id",),
    "cacheOptions": ("enable",),
    "gitHub": ("repository",),
    "vcs": ("provider",),
}
"""Fields that the object beside them cannot do without."""

_DURATIONS = (f"{_OIDC}.aws.duration", f"{_OIDC}.gcp.tokenLifetime")
_ABSENT: tuple[Any, ...] = (None, "", {})


class SettingsError(ValueError):
    """Settings that the service refuses, with every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        """Say them all."""
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def accept(raw: Mapping[str, Any]) -> Settings:
    """The settings in a request's body, in the form that is kept; nulls stay, they are to be merged.

    Raises:
        SettingsError: a value of the wrong kind, a secret whose ciphertext this service never gave.
    """
    parts = {key: value for key, value in raw.items() if key in SETTINGS_KEYS}
    known, problems = read_shape(one_spelling(parts))
    _refuse(problems)
    try:
        settings: Settings = received(known)
    except ValueError as error:
        problem = Problem("ciphertext", "invalid", "of a secret cannot be read")
        raise SettingsError([problem]) from error
    return settings


def check_settings(settings: Settings) -> Settings:
    """`settings`, when a stack may have them, without parts that are empty and say nothing.

    Raises:
        SettingsError: they break a rule.
    """
    pruned: Settings = _pruned(settings, "")
    _refuse(list(_broken(pruned)))
    return pruned


def check_run(settings: Settings) -> Settings:
    """`settings`, when a deployment may run with them: a repository by address needs a branch or a commit as well.

    Raises:
        SettingsError: they break a rule.
    """
    pruned: Settings = _pruned(settings, "")
    git, problems = _at(pruned, _GIT) or {}, list(_broken(pruned))
    if git.get("repoURL") and not (git.get("branch") or git.get("commit")):
        problems.append(Problem(f"{_GIT}.branch", "missing", "or commit must be specified"))
    _refuse(problems)
    return pruned


def _pruned(value: Any, path: str) -> Any:
    """Without what says nothing: an empty text, and an object that needs something and holds nothing.

    `{"aws": {}}` is as good as no `aws`. People's own variables may be empty, and so may secrets.
    """
    if not isinstance(value, dict) or path == _VARIABLES or value.keys() == {"secret"}:
        return value
    inner = {name: (f"{path}.{name}".lstrip("."), item) for name, item in value.items()}
    pruned = {name: (where, _pruned(item, where)) for name, (where, item) in inner.items()}
    return {
        name: item
        for name, (where, item) in pruned.items()
        if item != "" and not (item == {} and where in _NEEDED)
    }


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise SettingsError(problems)


def _broken(settings: Settings) -> Iterator[Problem]:
    yield from _exclusions(settings)
    for path, names in _NEEDED.items():
        value = _at(settings, path)
        if isinstance(value, dict) and value:
            for name in names:
                if value.get(name) in _ABSENT:
                    yield Problem(f"{path}.{name}", "missing", "must be specified")
    for path in _DURATIONS:
        value = _at(settings, path)
        if value not in _ABSENT and not _DURATION.fullmatch(value):
            yield Problem(path, "invalid", "must be a duration like 1h30m")


def _exclusions(settings: Settings) -> Iterator[Problem]:
    git = _at(settings, _GIT) or {}
    if git.get("branch") and git.get("commit"):
        yield Problem(f"{_GIT}.commit", "invalid", "and branch are mutually exclusive")
    ways = [name for name, value in (git.get("gitAuth") or {}).items() if value not in _ABSENT]
    if len(ways) > 1:
        reason = f"must have one type only, has {', '.join(sorted(ways))}"
        yield Problem(f"{_GIT}.gitAuth", "invalid", reason)
    if git.get("repoURL") and settings.get("gitHub"):
        yield Problem(f"{_GIT}.repoURL", "invalid", "must not be specified beside a gitHub block")


def _at(settings: Settings, path: str) -> Any:
    value: Any = settings
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
