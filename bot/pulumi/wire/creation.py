"""What a create call says: an operation, the id of the request it comes from, and what differs from the stack's settings.

The service merges this with the stack's settings by the rules of "Patch Settings" (seed, "Create Deployment").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.deployment_settings import VARIABLES, merge, overlay, patch_between
from bot.domain.deployments import APPROVED_BY_VARIABLE, REQUEST_VARIABLE, REQUESTED_BY_VARIABLE
from bot.domain.refs import full_branch, short_branch

__all__ = ["creation", "full_branch", "removes_a_part", "short_branch"]

# The API has no field for a message: it travels as a variable, so that Pulumi's own page shows it.
MESSAGE_VARIABLE = "QUARTERDECK_MESSAGE"
LONGEST_MESSAGE = 500
_SLACK_ID = re.compile(r"[A-Z0-9]{2,30}")


def creation(
    *,
    operation: str,
    request_id: str,
    branch: str = "",
    commit: str = "",
    message: str = "",
    requested_by: str = "",
    approved_by: Sequence[str] = (),
    settings: Mapping[str, object] | None = None,
    inherit: bool = True,
    inherited: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """The body of a create call.

    `requested_by` and `approved_by` are Slack ids, which become names of variables: values may be hidden.

    `settings` differ from the stack's (a null removes what would be inherited), or are all there is when `inherit` is False.
    `inherited` are the stack's, needed where `settings` remove a whole part (`removes_a_part`). `inheritSettings` is always said: its
    default changed once (seed, "Migrating from the Preview API").
    """
    variables = {
        **_people(REQUESTED_BY_VARIABLE, [requested_by]),
        **_people(APPROVED_BY_VARIABLE, approved_by),
        **_variables(request_id, message),
    }
    own = {"operationContext": {VARIABLES: variables}, **_source(branch=branch, commit=commit)}
    if not inherit:
        changes = merge({}, overlay(settings or {}, own))
    elif inherited is None:
        changes = overlay(settings or {}, own)
    else:
        changes = patch_between(inherited, merge(merge(inherited, settings or {}), own))
    return {**changes, "operation": operation, "inheritSettings": inherit}


def removes_a_part(settings: Mapping[str, object]) -> bool:
    """Whether they remove a part to which a create call adds its own: no single patch says "remove, then add"."""
    return any(
        settings.get(part, {}) is None
        or (isinstance(inner := settings.get(part), Mapping) and inner.get(name, {}) is None)
        for part, name in (("operationContext", VARIABLES), ("sourceContext", "git"))
    )


def _variables(request_id: str, message: str) -> dict[str, object]:
    variables: dict[str, object] = {f"{REQUEST_VARIABLE}{request_id}": "1"}
    if message:
        variables[MESSAGE_VARIABLE] = message[:LONGEST_MESSAGE]
    return variables


def _people(prefix: str, users: Iterable[str]) -> dict[str, object]:
    return {f"{prefix}{user}": "1" for user in users if _SLACK_ID.fullmatch(user)}


def _source(*, branch: str, commit: str) -> dict[str, object]:
    """A commit and a branch exclude each other (seed, "SourceContext"), so naming one must remove the inherited other.

    A commit given together with a branch is that branch pinned: the commit decides.
    """
    if commit:
        return {"sourceContext": {"git": {"commit": commit, "branch": None}}}
    if branch:
        return {"sourceContext": {"git": {"branch": full_branch(branch), "commit": None}}}
    return {}
