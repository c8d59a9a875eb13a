"""What a deployment does differently from its stack's settings, as its card says it. A sealed value is only named."""

from __future__ import annotations

from bot.domain.options import Options, Variable
from bot.domain.redaction import redact
from bot.messages.mrkdwn import code, phrase
from bot.messages.words import joined

SHOWN = 6


def why(options: Options) -> str:
    """The message of whoever started it; empty where there is none."""
    words = phrase(redact(options.message), 300)
    return f"“{words}”" if words else ""


def differs(options: Options) -> str:
    """`With REGION=eu-west-1, TOKEN (secret) · without the stack's settings`; empty where nothing differs."""
    named = [_variable(variable) for variable in options.environment[:SHOWN]]
    more = len(options.environment) - len(named)
    listed = ", ".join([*named, *([f"{more} more"] if more else [])])
    return joined(
        f"with {listed}" if listed else "",
        "" if options.inherit else "without the stack's own settings",
    )


def _variable(variable: Variable) -> str:
    if variable.is_sealed:
        return f"{code(variable.name)} (secret)"
    return code(redact(f"{variable.name}={variable.value}"), 60)
