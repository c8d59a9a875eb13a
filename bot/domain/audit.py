"""The audit's records: who did what from where, what came of it, by which rule, and as whom. Never a secret."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.domain.approvals import approvers
from bot.domain.commands import OPERATION_OF, Command
from bot.domain.redaction import redact
from bot.domain.refusals import shown
from bot.domain.requests import Request

__all__ = ["ASKED", "COMMAND", "SERVICE", "Entry", "of_command", "of_request", "safe"]

SERVICE = "service"  # the identity of what ran with the bot's own token
ASKED = "asked"  # the outcome of a command that was answered with "are you sure?"
COMMAND = "command"  # the kind of the one record that every command has
LONGEST = 500  # characters of a reason
_LONGEST_NAME = 200
_VERBS = {operation: verb.value for verb, operation in OPERATION_OF.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. `id` is its identity for ever: the id of a command (or request) and what of it this tells.

    `at` is Unix seconds (UTC). `outcome` is a word: done, refused, failed, awaiting, allowed, approved, rejected, withdrawn, expired,
    started… `identity` is `service`, or the Pulumi login whose token was used; empty where Pulumi was not asked. `surface` is
    empty for what followed by itself, such as an expiry. `team` may be left empty: it is the workspace where the record is kept.
    """

    id: str
    at: float
    team: str
    user: str
    verb: str
    outcome: str
    surface: str = ""
    channel: str = ""
    stack: str = ""
    rule: str = ""
    reason: str = ""
    request_id: str = ""
    deployment_id: str = ""
    version: int = 0
    identity: str = ""
    approvers: tuple[str, ...] = ()


def id_of(command: Command, kind: str = COMMAND) -> str:
    """Of the record that a command leaves, the same however often it is delivered."""
    return f"{command.id}:{kind}"


def of_command(
    command: Command,
    outcome: str,
    *,
    at: float,
    rule: str = "",
    reason: str = "",
    identity: str = "",
    secrets: Collection[str] = (),
    kind: str = COMMAND,
) -> Entry:
    """What came of a command; `reason` is the person's or the refusal's. `secrets` are hidden wherever they stand."""
    origin = command.origin
    return safe(
        Entry(
            id=id_of(command, kind),
            at=at,
            team=origin.team,
            user=origin.user,
            verb=command.verb.value,
            outcome=outcome,
            surface=origin.surface.value,
            channel=origin.channel,
            stack=command.stack,
            rule=rule,
            reason=reason or command.reason,
            request_id=command.request_id,
            deployment_id=command.deployment_id,
            version=command.version or 0,
            identity=identity,
        ),
        secrets,
    )


def of_request(
    request: Request, outcome: str, *, at: float, reason: str = "", secrets: Collection[str] = ()
) -> Entry:
    """What became of a request, whoever saw to it: started, failed, expired… Once each."""
    return safe(
        Entry(
            id=f"{request.id}:{outcome}",
            at=at,
            team="",
            user=request.requester,
            verb=_VERBS.get(request.operation, request.operation),
            outcome=outcome,
            channel=request.channel,
            stack=str(request.stack),
            rule=request.rule,
            reason=reason,
            approvers=approvers(request),
            request_id=request.id,
            deployment_id=request.deployment_id,
            version=request.version,
            identity=request.identity or SERVICE,
        ),
        secrets,
    )


def safe(entry: Entry, secrets: Collection[str] = ()) -> Entry:
    """What people typed and what services said: on one line, bounded, and without what looks like a credential."""
    return replace(
        entry,
        stack=shown(redact(entry.stack, secrets), limit=_LONGEST_NAME),
        rule=shown(entry.rule, limit=_LONGEST_NAME),
        reason=shown(redact(entry.reason, secrets), limit=LONGEST),
        deployment_id=shown(redact(entry.deployment_id, secrets), limit=_LONGEST_NAME),
        request_id=shown(redact(entry.request_id, secrets), limit=_LONGEST_NAME),
    )
