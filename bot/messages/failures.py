"""What a failure leaves behind, verb by verb: what is certain, what may have happened, and where to look before a second try."""

from __future__ import annotations

from bot.domain.commands import OPERATION_OF, Verb

_PAUSED = "`status {stack}` tells whether it is paused."
_ALL_PAUSED = "`status` tells whether everything is paused."
_LOCKED = "`status {stack}` tells whether it is locked."
_LINKED = "`whoami` tells as whom your commands run."
_VOTE = "Its card tells whether your vote counts."
_SETTINGS = "Look at the settings again."
# What changes something: what is so where it surely failed, and where to look where nobody knows (`{stack}` is the stack's name).
_LEFT = {
    **dict.fromkeys(OPERATION_OF, ("Nothing was started.", "I keep looking and will tell.")),
    **dict.fromkeys((Verb.APPROVE, Verb.REJECT, Verb.WITHDRAW), (_VOTE, _VOTE)),
    Verb.PAUSE: ("Nothing was paused.", _PAUSED),
    Verb.RESUME: ("Nothing was resumed.", _PAUSED),
    Verb.PAUSE_ORG: ("Nothing was paused.", _ALL_PAUSED),
    Verb.RESUME_ORG: ("Nothing was resumed.", _ALL_PAUSED),
    Verb.CANCEL: ("Nothing was canceled.", "`status {stack}` tells whether it still runs."),
    Verb.LOCK: ("Nothing was locked.", _LOCKED),
    Verb.UNLOCK: ("Nothing was unlocked.", _LOCKED),
    Verb.LINK: ("Nothing was linked.", _LINKED),
    Verb.UNLINK: ("Nothing was unlinked.", _LINKED),
    Verb.SAVE_SETTINGS: ("Nothing was saved.", _SETTINGS),
    Verb.CLEAR_SETTINGS: ("Nothing was cleared.", _SETTINGS),
    Verb.SEND_LOG: ("Nothing was posted.", "Look into the thread before you try again."),
}


def failed(verb: Verb, problem: str, *, unsure: bool, stack: str = "") -> str:
    """`problem` is what broke; `unsure`: nobody knows whether the change was made. What only reads leaves nothing behind."""
    if verb not in _LEFT:
        return problem
    nothing, look = _LEFT[verb]
    problem = problem if problem.endswith((".", "!", "?")) else f"{problem}."
    if not unsure:
        return f"{problem} {nothing}"
    return f"{problem} I can't say whether this happened. {look.format(stack=stack)}"
