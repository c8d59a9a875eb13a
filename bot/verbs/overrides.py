"""What a deployment does differently, as Pulumi is told it. The only place where a sealed value is opened."""

from __future__ import annotations

from typing import Any

from bot.domain.commands import Command
from bot.domain.options import NONE, SEALED_AS, Options, Variable
from bot.domain.refusals import Refusal
from bot.vault import Vault
from bot.verbs.context import Context

FORGOTTEN = Refusal(
    "What was to differ from the stack's settings is no longer on record, so nothing was started.",
    "Ask for it anew.",
)


async def options_of(context: Context, command: Command) -> Options | Refusal:
    """The command's own, or those of what it does again: a request's for this stack, or a question's that was answered with yes."""
    if command.options or not command.request_id:
        return command.options
    request = await context.state.request(command.request_id)
    if request is None:
        return await context.state.kept_options(command.request_id) or FORGOTTEN
    return request.options if command.stack in {str(request.stack), request.stack.short} else NONE


def overrides(options: Options, vault: Vault) -> dict[str, Any] | None:
    """Settings to merge over the stack's (seed, "OperationContext"); None where nothing differs.

    Raises SealedShutError when a secret can't be opened any more, NoKeyError when there is no key at all.
    """
    if options == NONE or not options.environment:
        return None
    variables = {variable.name: _value(variable, vault) for variable in options.environment}
    return {"operationContext": {"environmentVariables": variables}}


def _value(variable: Variable, vault: Vault) -> Any:
    if not variable.is_sealed:
        return variable.value
    return {"secret": vault.open(variable.value, purpose=SEALED_AS)}
