"""Path filters of the GitHub block: does a change of these files start a deployment? REST API page, "GitHub", `paths`.

`*` stands for one path component or a part of one, `**` for any number of components, none included. A filter that
begins with `!` excludes; when all do, everything else is included. The order of filters does not matter.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["MOST_FILES", "first_match", "matches"]

MOST_FILES = 300
"""Only so many changed files are looked at: GitHub's answer ends there."""


def first_match(filters: Sequence[str], files: Sequence[str]) -> str | None:
    """The first of the first 300 `files` that the filters let through, None when there is none."""
    includes = [pattern for pattern in filters if not pattern.startswith("!")] or ["**"]
    excludes = [pattern[1:] for pattern in filters if pattern.startswith("!")]
    for file in files[:MOST_FILES]:
        if _any(includes, file) and not _any(excludes, file):
            return file
    return None


def _any(patterns: Sequence[str], file: str) -> bool:
    return any(matches(pattern, file) for pattern in patterns)


def matches(pattern: str, file: str) -> bool:
    """Whether one filter, without its `!`, covers the whole path of a file."""
    return _compiled(pattern).fullmatch(f"/{file}") is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Every component carries the slash before it, so that `**` can take none."""
    return re.compile("".join(_component(part) for part in pattern.split("/")), re.DOTALL)


def _component(part: str) -> str:
    match part:
        case "**":
            return "(?:/[^/]+)*"
        case "*":
            return "/[^/]+"
    return "/" + "[^/]*".join(re.escape(text) for text in re.split(r"\*+", part))
