"""Whose turn it is: what is asked of one stack is done in the order in which it was asked."""

from __future__ import annotations

from bot.domain.commands import Command, Verb

# They change nothing, so that their order among others does not matter: nobody waits behind a slow create to read a log.
READS = frozenset(
    {
        Verb.STATUS,
        Verb.LOGS,
        Verb.SEND_LOG,
        Verb.HISTORY,
        Verb.CAN,
        Verb.AUDIT,
        Verb.WHOAMI,
        Verb.SETTINGS,
        Verb.EDIT_SETTINGS,
    }
)
_SHORT = 2  # parts of a stack's name


def turn_of(command: Command) -> str:
    """What a command waits for: earlier ones of the same turn that are not done.

    `/web/dev` is a stack, `/dev` one that was named in short: it waits for all of that name, and they for it. `*` is everything,
    which every stack waits for and which waits for no stack: a pause of all is urgent. `@U1` is a person's page. Anything else is an
    id: of a deployment (a cancel does not wait behind a create), of a request, or the command's own, which nobody shares.
    """
    if command.verb is Verb.HOME:
        return f"@{command.origin.user}"
    if command.verb in READS:
        return command.id
    if command.verb in {Verb.PAUSE_ORG, Verb.RESUME_ORG}:
        return "*"
    if command.deployment_id or not command.stack:
        return command.deployment_id or command.request_id or command.id
    return "/" + "/".join(command.stack.split("/")[-_SHORT:])
