"""The shape of deployment settings: which fields there are and of which kind. REST API page, "Deployment Settings".

What a client sends is read through it: a value of the wrong kind is refused by name, a field that nobody knows is left
out, as a service with typed requests does. Fields that the page does not have are from the official OpenAPI document.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.pulumi_cloud.scenario import OPERATIONS

__all__ = ["SETTINGS", "Problem", "read_shape"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field. `attribute` is its path; `kind` is the error's `errorType`."""

    attribute: str
    kind: str
    reason: str

    def __str__(self) -> str:
        """As the message says it."""
        return f"{self.attribute} {self.reason}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: its name with an article, and how to tell."""

    name: str
    fits: Callable[[Any], bool]


Shape = Mapping[str, "Kind | Shape"]


def _is_secret(value: Any) -> bool:
    """The official SDK writes nulls beside the secret."""
    if not isinstance(value, dict):
        return False
    said = {name: item for name, item in value.items() if item is not None}
    return "secret" in said and said.keys() <= {"secret", "ciphertext"} and _all_text(said)


def _all_text(value: dict[str, Any]) -> bool:
    return all(isinstance(item, str) for item in value.values())


def _is_variables(value: Any) -> bool:
    return isinstance(value, dict) and all(
        item is None or isinstance(item, str) or _is_secret(item) for item in value.values()
    )


def _is_image(value: Any) -> bool:
    if isinstance(value, str):
        return True
    return isinstance(value, dict) and not list(_problems(value, _IMAGE, ""))


TEXT = Kind("a string", lambda value: isinstance(value, str))
FLAG = Kind("a boolean", lambda value: isinstance(value, bool))
NUMBER = Kind("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool))
TEXTS = Kind(
    "a list of strings",
    lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
)
SECRET = Kind('a secret, {"secret": "…"}', _is_secret)
TEXT_OR_SECRET = Kind("a string or a secret", lambda value: isinstance(value, str) or _is_secret(value))
VARIABLES = Kind("an object of strings and secrets", _is_variables)
IMAGE = Kind("a string, or an object with a reference and credentials", _is_image)
OPERATION = Kind(f"one of {', '.join(OPERATIONS)}", lambda value: value in OPERATIONS)

_IMAGE: Shape = {"reference": TEXT, "credentials": {"username": TEXT, "password": SECRET}}

_GIT_AUTH: Shape = {
    "accessToken": SECRET,
    "basicAuth": {"userName": TEXT_OR_SECRET, "password": SECRET},
    "sshAuth": {"sshPrivateKey": SECRET, "password": SECRET},
}
_REPOSITORY: Shape = {
    "repository": TEXT,
    "deployCommits": FLAG,
    "previewPullRequests": FLAG,
    "pullRequestTemplate": FLAG,
    "deployPullRequest": NUMBER,
    "installationId": TEXT,
    "paths": TEXTS,
}
_OIDC: Shape = {
    "aws": {"roleArn": TEXT, "sessionName": TEXT, "duration": TEXT, "policyArns": TEXTS},
    "azure": {"clientId": TEXT, "tenantId": TEXT, "subscriptionId": TEXT},
    "gcp": {
        "projectId": TEXT,
        "region": TEXT,
        "workloadPoolId": TEXT,
        "providerId": TEXT,
        "serviceAccount": TEXT,
        "tokenLifetime": TEXT,
    },
}
SETTINGS: Shape = {
    "agentPoolID": TEXT,
    "cacheOptions": {"enable": FLAG},
    "executorContext": {"executorImage": IMAGE, "executorRootPath": TEXT},
    "gitHub": {**_REPOSITORY, "reviewStackLabels": TEXTS},
    "operationContext": {
        "preRunCommands": TEXTS,
        "environmentVariables": VARIABLES,
        "operation": OPERATION,
        "options": {
            "skipInstallDependencies": FLAG,
            "skipIntermediateDeployments": FLAG,
            "deleteAfterDestroy": FLAG,
            "remediateIfDriftDetected": FLAG,
            "shell": TEXT,
        },
        "oidc": _OIDC,
        "role": {"id": TEXT, "name": TEXT, "defaultIdentifier": TEXT},
    },
    "sourceContext": {
        "git": {"repoURL": TEXT, "branch": TEXT, "commit": TEXT, "repoDir": TEXT, "gitAuth": _GIT_AUTH}
    },
    "tag": TEXT,
    "vcs": {**_REPOSITORY, "provider": TEXT},
}
"""Every field, by name."""


def read_shape(value: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """What is known of `value`, and what is wrong with it. A null stands for removal and fits everywhere."""
    return _known(value, SETTINGS), list(_problems(value, SETTINGS, ""))


def _known(value: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, item in value.items():
        kind = shape.get(name)
        if isinstance(kind, Kind):
            known[name] = item
        elif kind is not None:
            known[name] = _known(item, kind) if isinstance(item, Mapping) else item
    return known


def _problems(value: Mapping[str, Any], shape: Shape, path: str) -> Iterator[Problem]:
    for name, item in value.items():
        kind, where = shape.get(name), f"{path}{name}"
        if kind is None or item is None:
            continue
        if isinstance(kind, Kind):
            if not kind.fits(item):
                yield Problem(where, "invalid", f"must be {kind.name}")
        elif isinstance(item, Mapping):
            yield from _problems(item, kind, f"{where}.")
        else:
            yield Problem(where, "invalid", "must be an object")
