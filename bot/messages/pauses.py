"""The channel's word on a pause and its end: of a stack, or of a whole organisation; and the question before the latter."""

from __future__ import annotations

from bot.domain.commands import Verb
from bot.domain.redaction import redact
from bot.domain.stacks import StackRef
from bot.messages import buttons
from bot.messages.actions import Press
from bot.messages.blocks import actions, message, section
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import person, phrase, plainly
from bot.messages.questions import are_you_sure
from bot.messages.words import DONE, HELD, counted

_WAITS = "New deployments wait until it is resumed; one that runs goes on."
_RUNS = "Deployments run again, those that waited first."


def paused(stack: StackRef, user: str, reason: str = "") -> Message:
    """For the channel: who paused and why, what that means, and the way back."""
    return _told(
        HELD,
        f"*{phrase(stack.short, 240)}* paused",
        user=user,
        reason=reason,
        means=_WAITS,
        button=buttons.resume(stack),
    )


def resumed(stack: StackRef, user: str, reason: str = "") -> Message:
    """For the channel: who resumed, what that means, and the way back."""
    return _told(
        DONE,
        f"*{phrase(stack.short, 240)}* resumed",
        user=user,
        reason=reason,
        means=_RUNS,
        button=buttons.pause(stack),
    )


def paused_org(org: str, user: str, reason: str = "") -> Message:
    """The same for every stack of an organisation."""
    back = buttons.press("Resume all", Press(verb=Verb.RESUME_ORG, stack=org), spoken=f"Resume {org}")
    return _told(
        HELD,
        f"*Everything of {phrase(org, 80)}* paused",
        user=user,
        reason=reason,
        means=_WAITS,
        button=back,
    )


def resumed_org(org: str, user: str, reason: str = "") -> Message:
    """The same for every stack of an organisation; a stack that is paused by itself stays so."""
    means = f"{_RUNS} A stack that is paused by itself still waits."
    return _told(
        DONE,
        f"*Everything of {phrase(org, 80)}* resumed",
        user=user,
        reason=reason,
        means=means,
        button=None,
    )


def confirm_org(
    verb: Verb, org: str, *, stacks: int, under_way: int, waiting: int, reason: str = ""
) -> Message:
    """Are you sure: what it will do to whom."""
    pauses = verb is Verb.PAUSE_ORG
    name = phrase(org, 80)
    reach = (
        f"every stack of *{name}* ({counted(stacks, 'stack')} known)"
        if stacks
        else f"every stack of *{name}*"
    )
    if pauses:
        risk = (
            f"New deployments of {reach} will wait, also those that pushes, schedules and the Pulumi console start. "
            f"{_running(under_way)}"
        )
    else:
        risk = f"Deployments of {reach} run again; {waiting or 'none'} of them wait{'s' if waiting == 1 else ''} now."
    sure = Press(verb=verb, stack=org, confirmed=True, reason=reason)
    label = f"{'Pause' if pauses else 'Resume'} {org}"
    return are_you_sure(
        f"{'Pause' if pauses else 'Resume'} the whole organisation *{name}*?",
        risk,
        buttons.press(label, sure, style="danger" if pauses else "primary"),
        "Never mind",
    )


def _running(under_way: int) -> str:
    if not under_way:
        return "Nothing runs now."
    return f"{counted(under_way, 'deployment')} that run{'s' if under_way == 1 else ''} now go{'es' if under_way == 1 else ''} on."


def _told(mark: str, said: str, *, user: str, reason: str, means: str, button: Block | None) -> Message:
    why = phrase(redact(reason), 300)
    said = f"{said} by {person(user)}{f': “{why}”' if why else ''}."
    return message(plainly(f"{said} {means}"), [section(f"{mark} {said} {means}"), *actions(button)])
