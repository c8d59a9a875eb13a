"""One file per verb. Each takes a Command, acts, and answers None or a Refusal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.commands import Command, Verb
from bot.domain.refusals import Refusal
from bot.verbs.audit import audit
from bot.verbs.can import can
from bot.verbs.cancel import cancel
from bot.verbs.context import Context
from bot.verbs.history import history
from bot.verbs.home import home
from bot.verbs.link import link, whoami
from bot.verbs.locks import lock, unlock
from bot.verbs.logs import logs, send_log
from bot.verbs.org_pauses import pause_org
from bot.verbs.pauses import pause
from bot.verbs.settings import edit_settings, settings
from bot.verbs.settings_changes import review_settings, save_settings
from bot.verbs.settings_clear import clear_settings
from bot.verbs.start import start
from bot.verbs.status import status
from bot.verbs.unlink import unlink
from bot.verbs.vote import vote

Act = Callable[[Context, Command], Awaitable[Refusal | None]]

# `help`, and `status` from the last look, are answered before the inbox, in the acknowledgement itself.
ACTS: dict[Verb, Act] = {
    Verb.DEPLOY: start,
    Verb.PREVIEW: start,
    Verb.REFRESH: start,
    Verb.DESTROY: start,
    Verb.PAUSE: pause,
    Verb.RESUME: pause,
    Verb.PAUSE_ORG: pause_org,
    Verb.RESUME_ORG: pause_org,
    Verb.CANCEL: cancel,
    Verb.HISTORY: history,
    Verb.STATUS: status,
    Verb.LOGS: logs,
    Verb.SEND_LOG: send_log,
    Verb.APPROVE: vote,
    Verb.REJECT: vote,
    Verb.WITHDRAW: vote,
    Verb.LOCK: lock,
    Verb.UNLOCK: unlock,
    Verb.CAN: can,
    Verb.HOME: home,
    Verb.SETTINGS: settings,
    Verb.EDIT_SETTINGS: edit_settings,
    Verb.REVIEW_SETTINGS: review_settings,
    Verb.SAVE_SETTINGS: save_settings,
    Verb.CLEAR_SETTINGS: clear_settings,
    Verb.LINK: link,
    Verb.UNLINK: unlink,
    Verb.WHOAMI: whoami,
    Verb.AUDIT: audit,
}

__all__ = ["ACTS", "Act", "Context"]
