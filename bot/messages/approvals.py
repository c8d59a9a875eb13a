"""What is said around the votes on a request: its preview, reminders, votes that no longer count, glass that was broken."""

from __future__ import annotations

from bot.domain.approvals import approvers, missing
from bot.domain.plan_lines import DELETE, REPLACE, Change
from bot.domain.requests import Preview, Request, RequestState
from bot.messages.blocks import context, message, section
from bot.messages.message import Message
from bot.messages.mrkdwn import channel, code, date, link, person, phrase, plainly
from bot.messages.votes import refused, standing
from bot.messages.words import ALARM, HELD, counted, joined, operation, planned, source

_NAMES = 8


def about(request: Request) -> list[str]:
    """Under the title while it is open: what is asked for and why, and what it waits for."""
    if request.state is RequestState.PREVIEWING:
        return [void(request), reason(request), "People can approve it when its preview is done."]
    if request.state is RequestState.HELD:
        return [held(request), reason(request)]
    found = previewed(request.preview) if request.preview else []
    return [void(request), reason(request), *found, standing(request)]


def reason(request: Request) -> str:
    """Why it was asked for, as the requester says."""
    said = phrase(request.reason, 300)
    return f"Reason: {said}" if said else ""


def previewed(preview: Preview) -> list[str]:
    """What a preview found: counts, then what would go, by name."""
    name = link(preview.console_url, f"preview #{preview.version}")
    found = planned(preview.changes) or "what its page tells, but no counts"
    gone = [_listed("Deletes", DELETE, preview.risky), _listed("Replaces", REPLACE, preview.risky)]
    unread = "" if preview.named else "Its log could not be read, so what would be deleted is not named here."
    return [part for part in (f"The {name} found: {found}.", *gone, unread) if part]


def held(request: Request) -> str:
    """What keeps it from running, and until when."""
    hold = request.hold
    if hold is None:
        return ""
    by = f" by {person(hold.user)}" if hold.user else ""
    ends = f"until {date(hold.until)}" if hold.until else "until somebody unlocks it"
    what = phrase(request.stack.short, 240)
    return f"*{what}* is {phrase(hold.why, 300)}{by} {ends}. This goes on by itself then."


def broke(request: Request) -> str:
    """That the glass was broken, on the request's own card."""
    if not request.broke:
        return ""
    return f'{ALARM} Break-glass by {person(request.requester)}, past the rule "{phrase(request.broke, 200)}"'


def glass_broken(request: Request) -> Message:
    """For the channel, loudly and without waking everybody: who went past which rule, and why."""
    what = f"{operation(request.operation)} of *{phrase(request.stack.short, 240)}*"
    said = (
        f"{ALARM} *Break-glass*: {person(request.requester)} started the {what} in {channel(request.channel)} "
        f'past the rule "{phrase(request.broke, 200)}".'
    )
    why = f"*Why:* {phrase(request.reason, 300)}"
    return message(plainly(f"{said} {why}"), [section(f"{said}\n{why}"), *context("Nobody approved it.")])


def reminder(request: Request) -> Message:
    """Once, when most of the time is over."""
    left = counted(missing(request), "more approval")
    return _said(
        f"⏰ The {operation(request.operation)} of *{phrase(request.stack.short, 240)}* still takes {left}. "
        f"It expires {date(request.expires_at)}."
    )


def votes_void(request: Request) -> Message:
    """To somebody whose vote no longer counts: what changed, and what comes next."""
    what = f"{operation(request.operation)} of *{phrase(request.stack.short, 240)}*"
    again = (
        "It is being previewed again, then it needs your vote again."
        if request.state is RequestState.PREVIEWING
        else "Please look at it again, and vote anew if it is still right."
    )
    return _said(f"Your approval of the {what} no longer counts: {phrase(request.void, 200)}. {again}")


def not_counted(request: Request) -> Message:
    """To whoever voted when it turned out that something had changed."""
    what = f"{operation(request.operation)} of *{phrase(request.stack.short, 240)}*"
    return _said(
        f"Your vote on the {what} was not counted: {phrase(request.void, 200)} since it was asked for. "
        "Nothing was started; please look at its card again."
    )


def void(request: Request) -> str:
    """On the card: why the votes began anew."""
    return f"The votes began anew: {phrase(request.void, 200)}." if request.void else ""


def decided(request: Request) -> Message:
    """The card in a direct message once there is nothing to decide: how it was decided, and where it goes on."""
    title = joined(
        f"*{phrase(request.stack.short, 240)}*",
        operation(request.operation),
        source(request.branch, request.commit),
        f"by {person(request.requester)}",
    )
    return message(
        plainly(f"{title}: {_how(request)}"),
        [section(f"{title}\n{_how(request)}"), *context(f"More in {channel(request.channel)}")],
    )


def _how(request: Request) -> str:
    yes = ", ".join(person(user) for user in approvers(request))
    ways = {
        RequestState.PREVIEWING: "It is being previewed; nothing is to be decided now.",
        RequestState.HELD: f"Approved by {yes}. {HELD} {held(request)}" if yes else held(request),
        RequestState.REJECTED: f"{refused(request).rstrip('.')}. Nothing was started.",
        RequestState.EXPIRED: "It expired. Nothing was started.",
        RequestState.FAILED: f"It {'may have' if request.unsure else 'could not be'} started. {phrase(request.problem, 300)}",
    }
    return ways.get(request.state) or f"Approved by {yes or 'the policy'}: it was started."


def _listed(word: str, what: str, found: tuple[Change, ...]) -> str:
    named = [
        f"{code(change.name, 80)} ({phrase(change.kind, 80)})" for change in found if change.what == what
    ]
    more = len(named) - _NAMES
    shown = ", ".join(named[:_NAMES])
    return f"*{word}* {shown}{f' and {more} more' if more > 0 else ''}" if named else ""


def _said(sentence: str) -> Message:
    return message(plainly(sentence), [section(sentence)])
