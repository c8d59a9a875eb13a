"""Deployment settings: merging them, reading what a run needs from them, and showing them without their secrets.

Source: REST API page, "Deployment Settings" and "Patch Settings". Settings are JSON objects and stay so.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.pulumi_cloud.secretness import NO_SALT, looks_secret, seal, unseal

__all__ = [
    "SETTINGS_KEYS",
    "Settings",
    "branch",
    "commit",
    "environment_variables",
    "has_oidc",
    "image",
    "merge",
    "one_spelling",
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

_NAMED = "environmentVariables"
"""An object whose keys are people's names, so that one called `secret` means nothing."""


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


def received(settings: Mapping[str, Any]) -> Settings:
    """What a client sent, in the one form that is kept: secrets in plain, `repoURL` in one spelling.

    Raises:
        ValueError: a ciphertext that this service never gave.
    """
    kept: Settings = _unsealed(one_spelling(settings))
    return kept


def one_spelling(settings: Mapping[str, Any]) -> Settings:
    """The repository's address under one name: the page writes `repoURL`, the OpenAPI document `repoUrl`."""
    git = _part(dict(settings), "sourceContext", "git")
    if not git:
        return dict(settings)
    spelled = {"repoURL" if name.lower() == "repourl" else name: value for name, value in git.items()}
    return {**settings, "sourceContext": {**settings["sourceContext"], "git": spelled}}


def _unsealed(value: Any, *, key: str = "") -> Any:
    if not isinstance(value, Mapping):
        return value
    secret = None if key == _NAMED else unseal(dict(value))
    if secret is not None:
        return {"secret": secret}
    return {name: _unsealed(item, key=name) for name, item in value.items()}


def shown(
    settings: Settings, *, repo_key: str = "repoURL", image_as_object: bool = False, salt: bytes = NO_SALT
) -> Settings:
    """Settings as clients get them: every secret sealed, also those that only look like one."""
    copy: Settings = _sealed(settings, salt)
    variables = _part(copy, "operationContext", _NAMED)
    for name, value in variables.items():
        if isinstance(value, str) and looks_secret(name, value):
            variables[name] = seal(value, salt)
    git = _part(copy, "sourceContext", "git")
    if "repoURL" in git:
        git[repo_key] = git.pop("repoURL")
    executor = _part(copy, "executorContext")
    if image_as_object and isinstance(executor.get("executorImage"), str):
        executor["executorImage"] = {"reference": executor["executorImage"]}
    return copy


def _sealed(value: Any, salt: bytes, *, key: str = "") -> Any:
    match value:
        case {"secret": str(plain), **more} if not more and key != _NAMED:
            return seal(plain, salt)
        case dict():
            return {name: _sealed(item, salt, key=name) for name, item in value.items()}
        case list():
            return list(value)
    return value


_SOURCE = ("branch", "repoDir", "commit")


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


def image(settings: Settings) -> tuple[str, str]:
    """The executor's own image and who pulls it; empty where there is none. It is a string or an object."""
    given = _part(settings, "executorContext").get("executorImage")
    if isinstance(given, dict):
        user = _part(given, "credentials").get("username")
        return str(given.get("reference") or ""), user if isinstance(user, str) else ""
    return (given if isinstance(given, str) else ""), ""


def has_oidc(settings: Settings) -> bool:
    """Whether credentials are fetched by OIDC."""
    clouds = _part(settings, "operationContext", "oidc")
    return any(clouds.get(cloud) for cloud in ("aws", "azure", "gcp"))


def repository(settings: Settings) -> str | None:
    """The repository's address, from the source or the GitHub block; None when there is no source."""
    address = _git(settings).get("repoURL")
    if isinstance(address, str) and address:
        return address
    name = _part(settings, "gitHub").get("repository")
    return f"https://github.com/{name}.git" if isinstance(name, str) and name else None


def branch(settings: Settings) -> str:
    """The branch to run from, as a full reference."""
    name = str(_git(settings).get("branch") or "main")
    return name if name.startswith("refs/") else f"refs/heads/{name}"


def commit(settings: Settings) -> str | None:
    """The commit that the settings pin."""
    pinned = _git(settings).get("commit")
    return pinned if isinstance(pinned, str) and pinned else None


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
    git = {key: value for key, value in _git(settings).items() if key in _SOURCE and value}
    return {"git": {"repoURL": address, **git}}
