"""Push-to-deploy: what a push or a pull request starts, by the GitHub blocks of all stacks. REST API page, "GitHub"."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.pulumi_cloud import deployment_settings
from sandbox.pulumi_cloud.deployment_settings import Settings
from sandbox.pulumi_cloud.model import Stack
from sandbox.pulumi_cloud.path_filters import MOST_FILES, first_match

__all__ = ["Decision", "Push", "decide", "settings_of_run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Commits pushed to `branch`, or a pull request into it. `paths` are the changed files, in GitHub's order."""

    repository: str
    branch: str
    paths: Sequence[str] = field(default=())
    pull_request: int | None = None

    @property
    def full_branch(self) -> str:
        """The branch as a full reference."""
        return self.branch if self.branch.startswith("refs/") else f"refs/heads/{self.branch}"


@dataclass(frozen=True, slots=True)
class Decision:
    """The operation that a push starts on a stack; empty when it starts none. `reason` says why, either way."""

    operation: str
    reason: str


def decide(push: Push, stack: Stack) -> Decision | None:
    """What `push` means to `stack`; None when the stack has nothing to do with the repository."""
    block = (stack.settings or {}).get("gitHub") or {}
    if str(block.get("repository", "")).lower() != push.repository.lower():
        return None
    assert stack.settings is not None, "a GitHub block is part of the settings"  # noqa: S101
    configured = deployment_settings.branch(stack.settings)
    if configured != push.full_branch:
        return Decision("", f"the stack follows {configured}")
    switch, operation = ("deployCommits", "update")
    if push.pull_request is not None:
        switch, operation = ("previewPullRequests", "preview")
    if block.get(switch) is not True:
        return Decision("", f"{switch} is off")
    return _by_paths(block.get("paths") or (), push.paths, operation)


def _by_paths(filters: Sequence[str], paths: Sequence[str], operation: str) -> Decision:
    if not filters:
        return Decision(operation, "there are no path filters")
    found = first_match(filters, paths)
    if found is not None:
        return Decision(operation, f"the path filters let {found} through")
    if len(paths) > MOST_FILES:
        return Decision("", f"the path filters let none of the first {MOST_FILES} changed files through")
    return Decision("", "the path filters let no changed file through")


def settings_of_run(stack: Stack, push: Push) -> Settings:
    """The stack's settings; for a pull request on its own branch."""
    settings: Settings = dict(stack.settings or {})
    if push.pull_request is None:
        return settings
    patch: dict[str, Any] = {
        "sourceContext": {"git": {"branch": f"refs/pull/{push.pull_request}/head", "commit": None}}
    }
    merged: Settings = deployment_settings.merge(settings, patch)
    return merged
