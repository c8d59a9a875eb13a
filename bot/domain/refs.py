"""What a deployment can run: a branch, or one commit. What git would not take is refused before anything is asked of it."""

from __future__ import annotations

import re

from bot.domain.refusals import shown

_COMMIT = re.compile(r"[0-9a-fA-F]{7,40}")
_BRANCH = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{))[^\s~^:?*\[\\\\]+(?<![/.])")
_BRANCH_BYTES = 250  # git keeps a branch as a file name


def branch_problem(name: str) -> str:
    """Why `name` can't be a branch; empty when it can."""
    if _BRANCH.fullmatch(name) and len(name.encode(errors="replace")) <= _BRANCH_BYTES:
        return ""
    return f'"{shown(name)}" can\'t be the name of a branch.'


def commit_problem(name: str) -> str:
    """Why `name` can't be a commit; empty when it can."""
    if _COMMIT.fullmatch(name):
        return ""
    return f'"{shown(name)}" is not a commit: that is 7 to 40 digits and letters from a to f.'


def full_branch(branch: str) -> str:
    """`main` → `refs/heads/main`; a full ref stays as it is."""
    return branch if branch.startswith("refs/") else f"refs/heads/{branch}"


def short_branch(ref: str) -> str:
    """`refs/heads/main` → `main`; any other ref stays as it is."""
    return ref.removeprefix("refs/heads/")
