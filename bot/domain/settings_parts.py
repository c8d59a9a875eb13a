"""The parts of deployment settings as people know them: what each is called, and what of its value may be read.

Settings are taken apart into *leaves*, one per thing that a person would call one thing. Nothing secret comes out of here: a
secret is "(hidden)", and what looks like one is as well. Names: seed, "Deployment Settings".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.deployment_settings import REPO_URL, VARIABLES, is_secret
from bot.domain.options import Typed, looks_secret
from bot.domain.redaction import redact
from bot.domain.refs import short_branch
from bot.domain.settings_tree import Path

HIDDEN, EMPTY = "(hidden)", "(empty)"
GIT: Path = ("sourceContext", "git")
AUTH: Path = (*GIT, "gitAuth")
GITHUB: Path = ("gitHub",)
OPERATION: Path = ("operationContext",)
ENVIRONMENT: Path = (*OPERATION, VARIABLES)
COMMANDS: Path = (*OPERATION, "preRunCommands")
SKIP_INSTALL: Path = (*OPERATION, "options", "skipInstallDependencies")
OIDC: Path = (*OPERATION, "oidc")
IMAGE: Path = ("executorContext", "executorImage")
# What the service says of the settings rather than in them (official OpenAPI).
_ABOUT = frozenset({"source", "version"})
_WHOLE = frozenset({AUTH, IMAGE})
_WAYS = {"sshAuth": "an SSH key", "basicAuth": "a password", "accessToken": "an access token"}

SOURCE_GROUP, GITHUB_GROUP, BEFORE_GROUP = "Source", "GitHub", "Before Pulumi runs"
VARIABLES_GROUP, OIDC_GROUP, EXECUTOR_GROUP = "Environment variables", "Cloud credentials by OIDC", "Executor"
ALSO = "Also set"
GROUPS = (
    SOURCE_GROUP,
    GITHUB_GROUP,
    BEFORE_GROUP,
    VARIABLES_GROUP,
    OIDC_GROUP,
    EXECUTOR_GROUP,
    ALSO,
)
NAMES: dict[Path, tuple[str, str]] = {
    (*GIT, REPO_URL): (SOURCE_GROUP, "repository address"),
    (*GIT, "branch"): (SOURCE_GROUP, "branch"),
    (*GIT, "commit"): (SOURCE_GROUP, "commit"),
    (*GIT, "repoDir"): (SOURCE_GROUP, "directory"),
    AUTH: (SOURCE_GROUP, "signs in with"),
    (*GITHUB, "repository"): (GITHUB_GROUP, "GitHub repository"),
    (*GITHUB, "deployCommits"): (GITHUB_GROUP, "deploy pushed commits"),
    (*GITHUB, "previewPullRequests"): (GITHUB_GROUP, "preview pull requests"),
    (*GITHUB, "pullRequestTemplate"): (GITHUB_GROUP, "template for review stacks"),
    (*GITHUB, "paths"): (GITHUB_GROUP, "path filters"),
    COMMANDS: (BEFORE_GROUP, "pre-run commands"),
    SKIP_INSTALL: (BEFORE_GROUP, "skip installing dependencies"),
    (*OIDC, "aws", "roleArn"): (OIDC_GROUP, "AWS role ARN"),
    (*OIDC, "aws", "sessionName"): (OIDC_GROUP, "AWS session name"),
    (*OIDC, "aws", "duration"): (OIDC_GROUP, "AWS session duration"),
    (*OIDC, "aws", "policyArns"): (OIDC_GROUP, "AWS policy ARNs"),
    (*OIDC, "azure", "clientId"): (OIDC_GROUP, "Azure client ID"),
    (*OIDC, "azure", "tenantId"): (OIDC_GROUP, "Azure tenant ID"),
    (*OIDC, "azure", "subscriptionId"): (OIDC_GROUP, "Azure subscription ID"),
    (*OIDC, "gcp", "projectId"): (OIDC_GROUP, "Google Cloud project number"),
    (*OIDC, "gcp", "workloadPoolId"): (OIDC_GROUP, "Google Cloud workload pool ID"),
    (*OIDC, "gcp", "providerId"): (OIDC_GROUP, "Google Cloud provider ID"),
    (*OIDC, "gcp", "serviceAccount"): (OIDC_GROUP, "Google Cloud service account"),
    (*OIDC, "gcp", "region"): (OIDC_GROUP, "Google Cloud region"),
    (*OIDC, "gcp", "tokenLifetime"): (OIDC_GROUP, "Google Cloud token lifetime"),
    IMAGE: (EXECUTOR_GROUP, "executor image"),
}
_ORDER = {path: number for number, path in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing that is set. `raw` may hold a secret about to be written, so it never shows in a traceback."""

    path: Path
    raw: Any

    def __repr__(self) -> str:
        return f"Leaf({'.'.join(self.path)})"

    @property
    def group(self) -> str:
        """Which of `GROUPS` it belongs to."""
        if self.is_variable:
            return VARIABLES_GROUP
        return NAMES[self.path][0] if self.path in NAMES else ALSO

    @property
    def name(self) -> str:
        """What it is called; a part that we have no name for goes by its path."""
        if self.is_variable:
            return self.path[-1]
        return NAMES[self.path][1] if self.path in NAMES else ".".join(self.path)

    @property
    def is_variable(self) -> bool:
        """Whether it is an environment variable."""
        return self.path[:-1] == ENVIRONMENT

    @property
    def is_hidden(self) -> bool:
        """Whether its whole value is a secret, or looks like one."""
        if is_secret("", self.raw):
            return True
        if self.is_variable:
            return not isinstance(self.raw, str) or looks_secret(
                Typed(self.path[-1], self.raw, is_secret=False)
            )
        return False

    @property
    def shown(self) -> tuple[str, ...]:
        """Its value in plain text, line by line, nothing secret in it."""
        if self.is_hidden:
            return (HIDDEN,)
        if self.raw == "":
            return (EMPTY,)
        if self.path == AUTH:
            return (_way(self.raw),)
        if self.path == IMAGE and isinstance(self.raw, dict):
            return (_image(self.raw),)
        if self.path == (*GIT, "branch") and isinstance(self.raw, str):
            return (redact(short_branch(self.raw)),)
        return tuple(redact(text) for text in _texts(self.raw))


def leaves(settings: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """Everything that is set, group by group, in the order of `NAMES`; variables by name, unknown parts last."""
    return tuple(sorted((leaf for leaf in _walk(settings, ()) if leaf.path[0] not in _ABOUT), key=place))


def place(leaf: Leaf) -> tuple[int, int, Path]:
    """Where it comes among the others."""
    return GROUPS.index(leaf.group), _ORDER.get(leaf.path, len(_ORDER)), leaf.path


def fingerprint(settings: Mapping[str, Any]) -> str:
    """16 characters that are the same for the same settings. Ciphertexts are left out: a service may write them anew at each look."""
    said = json.dumps(
        [[leaf.path, _without_ciphertext(leaf.raw)] for leaf in leaves(settings)], sort_keys=True
    )
    return hashlib.blake2b(said.encode(errors="replace"), digest_size=8).hexdigest()


def _walk(value: Mapping[str, Any], path: Path) -> Iterator[Leaf]:
    for key, item in value.items():
        here = (*path, key)
        if here in _WHOLE or not isinstance(item, Mapping) or path == ENVIRONMENT or is_secret(key, item):
            if item not in (None, {}, [], "") or (path == ENVIRONMENT and item == ""):
                yield Leaf(here, item)
        else:
            yield from _walk(item, here)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [value if isinstance(value, str) else json.dumps(value)]


def _way(auth: Any) -> str:
    """How the source is read: never with what."""
    ways = [name for name in auth if auth[name]] if isinstance(auth, dict) else []
    if not ways:
        return HIDDEN
    user = auth[ways[0]].get("userName") if isinstance(auth[ways[0]], dict) else ""
    who = f", as {user}" if isinstance(user, str) and user else ""
    return f"{_WAYS.get(ways[0], ways[0])}{who} {HIDDEN}"


def _image(image: Mapping[str, Any]) -> str:
    """Official OpenAPI, `DockerImage`: a reference and who pulls it."""
    credentials = image.get("credentials")
    user = credentials.get("username") if isinstance(credentials, dict) else ""
    reference = redact(str(image.get("reference") or ""))
    return f"{reference}, pulled by {user} (password hidden)" if user else reference


def _without_ciphertext(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_ciphertext(item) for key, item in value.items() if key != "ciphertext"}
    return value
