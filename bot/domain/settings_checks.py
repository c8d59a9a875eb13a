"""What is wrong with a form of settings, field by field. Nothing that was not changed is complained about.

Rules: seed, "SourceContext", "OperationContext", "GitHub".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from bot.domain import settings_credentials
from bot.domain.options import LONGEST_VALUE, Typed, looks_secret, name_problem
from bot.domain.redaction import redact
from bot.domain.refs import branch_problem, commit_problem, short_branch
from bot.domain.refusals import is_hidden, shown
from bot.domain.settings_form import (
    FIELDS,
    ON,
    SECRET_LINES,
    VARIABLE_LINES,
    Kind,
    Values,
    read_lines,
    tidy,
)

NO_KEY = "I can't keep secrets here: whoever runs the bot must set ENCRYPTION_KEY first."
_DURATION = re.compile(r"(?=[0-9])(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,576}")
_SESSION = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_IMAGE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._:/@-]{0,400}")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_ADDRESS = re.compile(r"(?:https?://|ssh://|git@)\S{3,500}")
_ID = re.compile(r"[\w.-]{1,200}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,30}")
_ACCOUNT = re.compile(r"[^\s@]{1,100}@[^\s@]{3,200}")


def problems(before: Values, after: Values, *, can_seal: bool) -> dict[str, str]:
    """By the name of a field, for people; empty when all is well. `can_seal`: a secret can be kept safe."""
    found: dict[str, str] = {}
    for name, problem in (
        *_of_fields(before, after),
        *_together(before, after),
        *_of_variables(before, after, can_seal=can_seal),
        *_of_secrets(after, can_seal=can_seal),
        *_of_credentials(before, after, can_seal=can_seal),
    ):
        if problem:
            found.setdefault(name, problem)
    return found


def _of_fields(before: Values, after: Values) -> Iterator[tuple[str, str]]:
    for name, each in FIELDS.items():
        text = tidy(each.kind, after.get(name, ""))
        if each.kind is Kind.SWITCH or not text or not _is_changed(name, before, after):
            continue
        yield name, _of_any(text) or _CHECKS.get(name, _fine)(text)


def _of_any(text: str) -> str:
    if any(is_hidden(letter) for letter in text if letter != "\n"):
        return "There is an invisible character in it: type it by hand instead of pasting it."
    if "[redacted" in text:
        return "A part of this is hidden from me as well, so I can't keep it: write the whole of it anew."
    if redact(text) != text:
        return "This looks as if a secret stood in it. Make it a secret variable instead, and name it here as $NAME."
    return ""


def _fine(_: str) -> str:
    return ""


def _matches(pattern: re.Pattern[str], problem: str) -> Callable[[str], str]:
    return lambda text: "" if pattern.fullmatch(text) else problem


def _branch(text: str) -> str:
    return branch_problem(short_branch(text))


def _directory(text: str) -> str:
    return "Name it from the root of the repository, like infra/network." if ".." in text.split("/") else ""


_DURATION_PROBLEM = "Write a time like 1h30m, 45m or 3600s."
_CHECKS: dict[str, Callable[[str], str]] = {
    "repo_url": _matches(_ADDRESS, "Write an address like https://github.com/acme/web.git."),
    "branch": _branch,
    "commit": commit_problem,
    "directory": _directory,
    "github": _matches(_REPOSITORY, "Write it as owner/name, like acme/web."),
    "aws_role": _matches(_ROLE, "Write a role's ARN, like arn:aws:iam::123456789012:role/deploy."),
    "aws_session": _matches(_SESSION, "2 to 64 letters, digits and +=,.@-"),
    "aws_duration": _matches(_DURATION, _DURATION_PROBLEM),
    "azure_client": _matches(_ID, "Write the ID: letters, digits and dashes."),
    "azure_tenant": _matches(_ID, "Write the ID: letters, digits and dashes."),
    "azure_subscription": _matches(_ID, "Write the ID: letters, digits and dashes."),
    "gcp_project": _matches(_NUMBER, "Write the project's number, not its name."),
    "gcp_pool": _matches(_ID, "Write the pool's ID: letters, digits and dashes."),
    "gcp_provider": _matches(_ID, "Write the provider's ID: letters, digits and dashes."),
    "gcp_account": _matches(
        _ACCOUNT, "Write its email address, like deploy@project.iam.gserviceaccount.com."
    ),
    "image": _matches(_IMAGE, "Write an image like pulumi/pulumi-nodejs:latest."),
}
_NEEDED = {
    ("aws_role", "aws_session", "aws_duration"): ("aws_role", "aws_session"),
    ("azure_client", "azure_tenant", "azure_subscription"): (
        "azure_client",
        "azure_tenant",
        "azure_subscription",
    ),
    ("gcp_project", "gcp_pool", "gcp_provider", "gcp_account"): (
        "gcp_project",
        "gcp_pool",
        "gcp_provider",
        "gcp_account",
    ),
}


def _together(before: Values, after: Values) -> Iterator[tuple[str, str]]:
    """What excludes or needs each other, where one of them was changed."""

    def has(name: str) -> bool:
        return bool(after.get(name, "").strip())

    def touched(*names: str) -> bool:
        return any(_is_changed(name, before, after) for name in names)

    if touched("branch", "commit") and has("branch") and has("commit"):
        yield "commit", "A branch or a commit, not both: empty one of them."
    if touched("repo_url", "branch", "commit") and has("repo_url") and not (has("branch") or has("commit")):
        yield "branch", "Say which branch, or which commit."
    if touched("repo_url", "github") and has("repo_url") and has("github"):
        yield (
            "github",
            "The source is a repository address or a GitHub repository, not both: empty one of them.",
        )
    switches = ("github_deploy", "github_preview", "github_template")
    if touched("github", "github_paths", *switches) and not has("github"):
        on = touched(*switches) and any(after.get(name) == ON for name in switches)
        if on or (touched("github_paths") and has("github_paths")):
            yield "github", "Name the GitHub repository that this is about."
    for fields, needed in _NEEDED.items():
        if touched(*fields) and any(map(has, fields)):
            yield from ((name, "This is needed as well.") for name in needed if not has(name))


def _of_variables(before: Values, after: Values, *, can_seal: bool) -> Iterator[tuple[str, str]]:
    was = dict(read_lines(before.get(VARIABLE_LINES, "")))
    seen: set[str] = set()
    for name, value in read_lines(after.get(VARIABLE_LINES, "")):
        if name in seen:
            yield VARIABLE_LINES, f"{name} stands there twice."
        seen.add(name)
        if value is None and name not in was:
            yield VARIABLE_LINES, f"{_called(name)} has no hidden value yet. {_where(can_seal=can_seal)}"
        elif value is not None and (name not in was or was[name] != value):
            yield VARIABLE_LINES, _of_variable(name, value, can_seal=can_seal)


def _of_variable(name: str, value: str, *, can_seal: bool) -> str:
    problem = _of_pair(name, value)
    if problem:
        return problem
    if "[redacted" in value or looks_secret(Typed(name, value, is_secret=False)):
        return f"The value of {name} looks like a secret. {_where(can_seal=can_seal)}"
    return ""


def _of_secrets(after: Values, *, can_seal: bool) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for name, value in read_lines(after.get(SECRET_LINES, "")):
        if not can_seal:
            yield SECRET_LINES, NO_KEY
        if name in seen:
            yield SECRET_LINES, f"{name} stands there twice."
        seen.add(name)
        if not value:
            yield SECRET_LINES, f"{_called(name)} has no value: write NAME=value."
        yield SECRET_LINES, _of_pair(name, value or "")


def _of_credentials(before: Values, after: Values, *, can_seal: bool) -> Iterator[tuple[str, str]]:
    typed = settings_credentials.written(before, after)
    for name in settings_credentials.WRITE_ONLY & typed.keys():
        yield name, "" if can_seal else NO_KEY
    yield from settings_credentials.problems(before, after)


def _of_pair(name: str, value: str) -> str:
    """Never with the value."""
    if not name:
        return "A line has no name: write NAME=value, one a line."
    if problem := name_problem(name):
        return problem
    if len(value) > LONGEST_VALUE:
        return f"The value of {name} is too long: at most {LONGEST_VALUE:,} characters."
    if any(is_hidden(letter) for letter in value):
        return f"There is an invisible character in the value of {name}."
    return ""


def _where(*, can_seal: bool) -> str:
    return "Write it under Secrets below, which nobody can read back." if can_seal else NO_KEY


def _called(name: str) -> str:
    return shown(name, limit=40) or "A line"


def _is_changed(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    kind = FIELDS[name].kind
    return name in after and tidy(kind, after[name]) != tidy(kind, before.get(name, ""))
