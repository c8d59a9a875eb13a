"""Deployment settings: merging them, reading what a run needs from them, and showing them without their secrets.

Source: REST API page, "Deployment Settings" and "Patch Settings". Settings are JSON objects and stay so.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.pulumi_cloud.secretness import looks_secret, seal, unseal

__all__ = [
    "SETTINGS_KEYS",
    "Settings",
    "branch",
    "commit",
    "environment_variables",
    "has_oidc",
    "merge",
    "option",
    "pre_run_commands",
    "received",
    "repository",
    "shown",
    "source",
]

Settings = dict[str, Any]

SETTINGS_KEYS = frozenset(
    {
        "agentPoolID",
        "cacheOptions",
        "executorContext",
        "gitHub",
        "operationContext",
        "sourceContext",
        "tag",
        "vcs",
    }
)
"""The parts of settings; a create request holds these beside its own fields."""


def merge(current: Any, patch: Any) -> Any:
    """`current` after `patch`, by the rules of "Patch Settings".

    An object is merged into a copy of the current one, a null removes, everything else replaces.
    """
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(current) if isinstance(current, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def received(value: Any) -> Any:
    """What a client sent, in the one form that is kept: secrets in plain, `repoURL` in one spelling."""
    if isinstance(value, list):
        return [received(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    secret = unseal(dict(value))
    if secret is not None:
        return {"secret": secret}
    return {"repoURL" if key.lower() == "repourl" else key: received(item) for key, item in value.items()}


def shown(settings: Settings, *, repo_key: str = "repoURL") -> Settings:
    """Settings as clients get them: every secret sealed, also those that only look like one."""
    copy: Settings = _sealed(settings, repo_key)
    variables = copy.get("operationContext", {}).get("environmentVariables", {})
    for name, value in variables.items():
        if isinstance(value, str) and looks_secret(name, value):
            variables[name] = seal(value)
    return copy


def _sealed(value: Any, repo_key: str) -> Any:
    match value:
        case {"secret": str(plain), **more} if not more:
            return seal(plain)
        case dict():
            return {repo_key if k == "repoURL" else k: _sealed(v, repo_key) for k, v in value.items()}
        case list():
            return [_sealed(item, repo_key) for item in value]
    return value


def _part(settings: Settings, *path: str) -> dict[str, Any]:
    value: Any = settings
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _git(settings: Settings) -> dict[str, Any]:
    return _part(settings, "sourceContext", "git")


def pre_run_commands(settings: Settings) -> list[str]:
    """The commands before the operation, in order."""
    commands = _part(settings, "operationContext").get("preRunCommands")
    return [str(command) for command in commands] if isinstance(commands, list) else []


def option(settings: Settings, name: str) -> bool:
    """Whether `operationContext.options` switches `name` on."""
    return _part(settings, "operationContext", "options").get(name) is True


def has_oidc(settings: Settings) -> bool:
    """Whether credentials are fetched by OIDC."""
    return bool(_part(settings, "operationContext", "oidc"))


def repository(settings: Settings) -> str | None:
    """The repository's address, from the source or the GitHub block; None when there is no source."""
    address = _git(settings).get("repoURL")
    if isinstance(address, str):
        return address
    name = _part(settings, "gitHub").get("repository")
    return f"https://github.com/{name}.git" if isinstance(name, str) else None


def branch(settings: Settings) -> str:
    """The branch to run from, as a full reference."""
    name = str(_git(settings).get("branch", "main"))
    return name if name.startswith("refs/") else f"refs/heads/{name}"


def commit(settings: Settings) -> str | None:
    """The commit that the settings pin."""
    pinned = _git(settings).get("commit")
    return pinned if isinstance(pinned, str) else None


def environment_variables(settings: Settings, internal: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Variables of a run as the deployment shows them; the service's own overwrite.

    A secret one has no value; a None in `internal` is a secret of the service itself.
    """
    given = _part(settings, "operationContext", "environmentVariables")
    plain = {name: _value(name, value) for name, value in given.items()} | dict(internal)
    return [
        {"name": name, "secret": True} if value is None else {"name": name, "value": value, "secret": False}
        for name, value in sorted(plain.items())
    ]


def _value(name: str, value: Any) -> str | None:
    return value if isinstance(value, str) and not looks_secret(name, value) else None


def source(settings: Settings) -> dict[str, Any] | None:
    """The source of a run as the deployment shows it: no credentials."""
    address = repository(settings)
    if address is None:
        return None
    git = {key: value for key, value in _git(settings).items() if key in ("branch", "repoDir", "commit")}
    return {"git": {"repoURL": address, **git}}
