"""What is said of locks: in the channel, to the one who asks for a locked stack, and to the one whose lock was taken."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.commands import Verb
from bot.domain.locks import Lock
from bot.domain.stacks import StackRef
from bot.messages.actions import Press
from bot.messages.blocks import actions, confirm, message, section
from bot.messages.buttons import dismiss, press
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import date, person, phrase, plainly
from bot.messages.words import DONE, LOCKED

_ROWS = 8


def locked(lock: Lock, taken: Lock | None = None) -> Message:
    """For the channel: who, until when, why, from whom; and the way back."""
    name = f"*{phrase(lock.stack.short, 240)}*"
    whose = f", taken over from {person(taken.user)}" if taken and taken.user != lock.user else ""
    ends = f" until {date(lock.until)}" if lock.until else ""
    head = f"{LOCKED} {name} locked by {person(lock.user)}{ends}{whose}."
    means = f"Only {person(lock.user)} can change it; what others ask for waits or is refused, as the policy says."
    parts = [head, _why(lock), means]
    return _told(parts, _unlock(lock.stack))


def unlocked(stack: StackRef, user: str, before: Lock, *, reason: str = "") -> Message:
    """For the channel: who ended whose lock, and why."""
    name = f"*{phrase(stack.short, 240)}*"
    whose = f" It was {person(before.user)}'s." if before.user != user else ""
    why = f": {phrase(reason, 300)}." if reason else "."
    return _told([f"{DONE} {name} unlocked by {person(user)}{why}{whose} What was held goes on."])


def over(before: Lock, *, at: float, user: str = "", verb: Verb = Verb.UNLOCK) -> Message:
    """In place of `locked`: by whom it ended and when; without a `user` it ran out."""
    was = f"*{phrase(before.stack.short, 240)}* was locked by {person(before.user)}."
    return _told([f"{was} {_ended(before, user, verb)} {date(at)}.", _why(before)])


def ran_out(before: Lock) -> Message:
    """To whoever had it: it may have been too short."""
    again = Press(
        verb=Verb.LOCK, stack=str(before.stack), reason=before.reason, lasts=int(before.until - before.at)
    )
    said = f"Your lock of *{phrase(before.stack.short, 240)}* ran out {date(before.until)}. Others can change it again."
    return _told([said], press("Lock it again", again, spoken=f"Lock {before.stack.short} again"))


def take_over(before: Lock, *, reason: str = "", lasts: float = 0.0) -> Message:
    """Privately: somebody else has it."""
    asked = f"{standing(before)} Take it over? {person(before.user)} will be told."
    what = Press(verb=Verb.LOCK, stack=str(before.stack), reason=reason, lasts=int(lasts), confirmed=True)
    return _told([asked], press("Take it over", what, style="danger"), dismiss("Leave it"))


def unlock_anyway(before: Lock, *, reason: str = "") -> Message:
    """Privately: it is somebody else's."""
    asked = f"{standing(before)} Unlock it all the same? {person(before.user)} will be told."
    what = Press(verb=Verb.UNLOCK, stack=str(before.stack), reason=reason, confirmed=True)
    return _told([asked], press("Unlock it", what, style="danger"), dismiss("Leave it"))


def taken(before: Lock, user: str, *, ended: bool, reason: str = "") -> Message:
    """To the one whose lock it was."""
    name = f"*{phrase(before.stack.short, 240)}*"
    what = f"ended your lock of {name}" if ended else f"took over your lock of {name}"
    said = f": {phrase(reason, 300)}" if reason else "."
    return _told([f"{person(user)} {what}{said}"])


def unlock(lock: Lock, *, user: str, suffix: str) -> Block | None:
    """For a page, where no question can be asked later: somebody else's lock is asked about at once."""
    others = lock.user != user
    what = Press(verb=Verb.UNLOCK, stack=str(lock.stack), confirmed=others)
    ask = confirm(
        title="Unlock it?",
        text=f"{standing(lock)} {person(lock.user)} will be told.",
        yes="Unlock",
        no="Leave it",
        style="danger",
    )
    spoken = f"Unlock {lock.stack.short}"
    return press("Unlock", what, suffix=suffix, ask=ask if others else None, spoken=spoken)


def standing(lock: Lock) -> str:
    """Which stack, by whom, until when, and why: one line."""
    ends = f" until {date(lock.until)}" if lock.until else f" since {date(lock.at)}"
    why = f": {phrase(lock.reason, 300)}" if lock.reason else ""
    return f"{LOCKED} *{phrase(lock.stack.short, 240)}* is locked by {person(lock.user)}{ends}{why}."


def listed(locks: Sequence[Lock]) -> str:
    """For a status: one line each, as many as one reads."""
    more = len(locks) - _ROWS
    lines = [*(standing(lock) for lock in locks[:_ROWS]), *([f"and {more} more locked"] if more > 0 else [])]
    return "\n".join(lines)


def _ended(before: Lock, user: str, verb: Verb) -> str:
    if not user:
        return "It ran out"
    if verb is Verb.UNLOCK:
        return f"{person(user)} unlocked it"
    return "Locked anew" if user == before.user else f"{person(user)} took it over"


def _why(lock: Lock) -> str:
    return f"Reason: {phrase(lock.reason, 300)}" if lock.reason else ""


def _unlock(stack: StackRef) -> Block | None:
    return press("Unlock", Press(verb=Verb.UNLOCK, stack=str(stack)), spoken=f"Unlock {stack.short}")


def _told(parts: Sequence[str], *row: Block | None) -> Message:
    said = [part for part in parts if part]
    return message(plainly(" ".join(said)), [section("\n".join(said)), *actions(*row)])
