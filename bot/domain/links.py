"""A person's own Pulumi token, linked to who they are in Slack, so that Pulumi's permissions hold for what they ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a token belongs to at Pulumi Cloud, and the organisations that they are in."""

    login: str
    name: str = ""
    organizations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """`token` is sealed for this person and workspace only (`purpose`); empty while the link is being removed.

    `at` is Unix seconds. `claim` is the name under which the login is held, so that nobody else links it.
    """

    team: str
    user: str
    login: str
    token: str
    at: float
    name: str = ""
    claim: str = ""


def same_login(one: str, other: str) -> bool:
    """Pulumi tells no two logins apart by their case."""
    return one.casefold() == other.casefold()


def purpose(team: str, user: str) -> str:
    """What a token is sealed for: moved to somebody else's record, it does not open."""
    return f"pulumi token of {user} in {team}"
