"""One file per verb. Each takes a Command, acts, and answers None or a Refusal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.commands import Command, Refusal, Verb
from bot.verbs.cancel import cancel
from bot.verbs.context import Context
from bot.verbs.home import home
from bot.verbs.logs import logs, send_log
from bot.verbs.pauses import pause
from bot.verbs.start import start
from bot.verbs.vote import vote

Act = Callable[[Context, Command], Awaitable[Refusal | None]]

# `status` and `help` are answered before the inbox, in the acknowledgement itself.
ACTS: dict[Verb, Act] = {
    Verb.DEPLOY: start,
    Verb.PREVIEW: start,
    Verb.REFRESH: start,
    Verb.DESTROY: start,
    Verb.PAUSE: pause,
    Verb.RESUME: pause,
    Verb.CANCEL: cancel,
    Verb.LOGS: logs,
    Verb.SEND_LOG: send_log,
    Verb.APPROVE: vote,
    Verb.REJECT: vote,
    Verb.HOME: home,
}

__all__ = ["ACTS", "Act", "Context"]
