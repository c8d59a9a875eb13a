"""The environment, read once and in one place; every problem is named at once, in words an operator can act upon.

Why not a settings library: docs/adr/0002-settings.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bot.errors import ConfigurationError


class Process(StrEnum):
    """Who reads the settings: each process asks only for what it uses, `STORE` for Redis alone, and `NONE` is content with what is there."""

    WEB = "web"
    WORKER = "worker"
    ALL = "all"
    DOCTOR = "doctor"
    STORE = "store"
    NONE = "none"


class Secret:
    """A value that prints as `***`, so that no log line, traceback or repr can hold it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself: for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


_UNSET = Secret("")
SHORTEST_SECRET = (
    8  # characters; a shorter one is guessed, and could not be taken out of a log without spoiling it
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decided. Empty where an optional thing was left out; times in seconds."""

    port: int = 3000
    slack_signing_secret: Secret = _UNSET
    slack_bot_token: Secret = _UNSET
    slack_app_token: Secret = _UNSET
    slack_api_url: str = "https://slack.com/api/"
    pulumi_access_token: Secret = _UNSET
    pulumi_backend_url: str = "https://api.pulumi.com"
    pulumi_org: tuple[str, ...] = ()
    pulumi_webhook_secret: Secret = _UNSET
    redis_url: Secret = _UNSET
    policy_file: Path | None = None
    encryption_key: Secret = _UNSET
    slash_command: str = "/pulumi"
    audit_days: int = 365
    audit_entries: int = 500_000
    log_level: str = "info"
    log_format: str = ""

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """The keys of `bot.vault`, newest first; none where nothing secret may be stored."""
        return tuple(key for key in self.encryption_key.reveal().split(",") if key)

    def secrets(self) -> frozenset[str]:
        """Every value that must never be printed, and the password inside the Redis address (unless it is shorter than 8)."""
        values = [getattr(self, field.name) for field in fields(self)]
        secrets = {value.reveal() for value in values if isinstance(value, Secret) and value}
        secrets |= set(self.encryption_keys)
        password = urlsplit(self.redis_url.reveal()).password or ""
        return frozenset(secrets | {password} if len(password) >= SHORTEST_SECRET else secrets)


class _MalformedError(ValueError):
    """Says what shape is right; never what was given, which may be a secret in the wrong place."""


def _secret(text: str) -> Secret:
    if len(text) < SHORTEST_SECRET:
        raise _MalformedError(f"must have at least {SHORTEST_SECRET} characters")
    return Secret(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:  # noqa: PLR2004  the range of TCP ports
        raise _MalformedError("must be a port number, 1 to 65535")
    return int(text)


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise _MalformedError(f"must be a number from {least:,} to {most:,}")
        return int(text)

    return read


def _token(prefix: str) -> Callable[[str], Secret]:
    def read(text: str) -> Secret:
        if not text.startswith(prefix) or len(text) == len(prefix):
            raise _MalformedError(f"must begin with {prefix}")
        return Secret(text)

    return read


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise _MalformedError("is not an address") from None  # the parser's own words quote what was given


def _web_url(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _MalformedError("must be an address like https://host or https://host/path")
    return text


def _slack_api_url(text: str) -> str:
    return _web_url(text).rstrip("/") + "/"


def _backend_url(text: str) -> str:
    return _web_url(text).rstrip("/")


def _redis_url(text: str) -> Secret:
    parts = _split(text)
    if parts.scheme not in {"redis", "rediss", "unix"} or not (parts.hostname or parts.path):
        raise _MalformedError("must be an address like redis://host:6379/0, rediss://… or unix:///path")
    return Secret(text)


def _orgs(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(re.split(r"[,\s]+", text.strip(", \t\n"))))
    if not all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) for name in names):
        raise _MalformedError("must be one organisation name, or several with commas or spaces between")
    return names


def _readable_file(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise _MalformedError("must name a file that this process can read")
    return path


def _encryption_keys(text: str) -> Secret:
    keys = text.replace(",", " ").split()
    if not keys or not all(re.fullmatch(r"[A-Za-z0-9_-]{43}=", key) for key in keys):
        raise _MalformedError(
            "must be a Fernet key, or several, newest first, with commas between; this makes one: "
            "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
        )
    return Secret(",".join(keys))


def _slash_command(text: str) -> str:
    if not re.fullmatch(r"/[a-z0-9_-]{1,31}", text):
        raise _MalformedError(
            "must be a slash and up to 31 of a-z 0-9 _ - (https://docs.slack.dev/interactivity/implementing-slash-commands)"
        )
    return text


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in choices:
            raise _MalformedError(f"must be one of {', '.join(choices)}")
        return text.lower()

    return read


_SERVICES = frozenset({Process.WEB, Process.WORKER, Process.DOCTOR})
_SLACK_PAGE = "https://api.slack.com/apps, your app"


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one variable is read, who cannot do without it (unless another one is set), and where an operator finds its value."""

    read: Callable[[str], object]
    needed_by: frozenset[Process] = frozenset()
    where: str = ""
    unless: str = ""


_RULES: dict[str, _Rule] = {
    "PORT": _Rule(_port),
    "SLACK_SIGNING_SECRET": _Rule(
        _secret,
        frozenset({Process.WEB, Process.DOCTOR}),
        f"{_SLACK_PAGE}, Basic Information, App Credentials; with SLACK_APP_TOKEN (Socket Mode) it is not needed",
        unless="SLACK_APP_TOKEN",
    ),
    "SLACK_BOT_TOKEN": _Rule(
        _token("xoxb-"), _SERVICES, f"{_SLACK_PAGE}, OAuth & Permissions, Bot User OAuth Token"
    ),
    "SLACK_APP_TOKEN": _Rule(_token("xapp-")),
    "SLACK_API_URL": _Rule(_slack_api_url),
    "PULUMI_ACCESS_TOKEN": _Rule(
        _secret,
        frozenset({Process.WORKER, Process.DOCTOR}),
        "https://app.pulumi.com/account/tokens, Create token",
    ),
    "PULUMI_BACKEND_URL": _Rule(_backend_url),
    "PULUMI_ORG": _Rule(
        _orgs, _SERVICES, "the first part of a stack's full name, org/project/stack, in Pulumi Cloud"
    ),
    "PULUMI_WEBHOOK_SECRET": _Rule(_secret),
    "REDIS_URL": _Rule(
        _redis_url,
        _SERVICES | {Process.STORE},
        "your Redis or Valkey provider; redis://127.0.0.1:6379 locally",
    ),
    "POLICY_FILE": _Rule(_readable_file),
    "ENCRYPTION_KEY": _Rule(_encryption_keys),
    "SLASH_COMMAND": _Rule(_slash_command),
    "AUDIT_DAYS": _Rule(_number(1, 3650)),
    "AUDIT_ENTRIES": _Rule(_number(1_000, 100_000_000)),
    "LOG_LEVEL": _Rule(_one_of("debug", "info", "warning", "error")),
    "LOG_FORMAT": _Rule(_one_of("json", "console")),
}


def load(env: Mapping[str, str] | None = None, *, process: Process = Process.ALL) -> Settings:
    """Read the settings of `process` from `env`, the process's own environment by default.

    `Process.ALL` needs everything but REDIS_URL, in whose place it starts an embedded server.
    Raises ConfigurationError that names every problem; what was given is never in it.
    """
    given = os.environ if env is None else env
    values: dict[str, object] = {}
    problems: list[str] = []
    for name, rule in _RULES.items():
        text = given.get(name, "").strip()
        if text:
            try:
                values[name.lower()] = rule.read(text)
            except _MalformedError as error:
                problems.append(f"{name} {error}.")
        elif _is_needed(name, rule, process) and not given.get(rule.unless, "").strip():
            problems.append(f"{name} is missing. Find it at: {rule.where}.")
    if problems:
        raise ConfigurationError(problems)
    return Settings(**values)  # type: ignore[arg-type]  # each rule reads its field's type: tests/bot/test_settings.py


def _is_needed(name: str, rule: _Rule, process: Process) -> bool:
    if process is Process.ALL:
        return bool(rule.needed_by) and name != "REDIS_URL"
    return process in rule.needed_by


def environment(**changes: str) -> dict[str, str]:
    """This process's environment with `changes`, to hand on to a child."""
    return {**os.environ, **changes}
