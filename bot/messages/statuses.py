"""The answer to `status`: everything, or one stack with its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.commands import Verb
from bot.domain.locks import Lock
from bot.domain.overview import Overview
from bot.domain.stacks import StackRef
from bot.messages import buttons
from bot.messages.blocks import actions, context, message, paragraphs, section
from bot.messages.locks import listed
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import phrase, plainly
from bot.messages.overviews import freshness, only, parts, summary


def status(
    overviews: Sequence[Overview],
    *,
    stack: StackRef | None = None,
    locks: Sequence[Lock] = (),
    now: float,
) -> Message:
    """What runs, waits, is paused and how it last went, and as of when. `now` is Unix seconds."""
    if stack is not None:
        overviews = [only(overview, stack) for overview in overviews if overview.org == stack.org]
    if not overviews:
        return message(_NOT_YET, [section(_NOT_YET)])
    about = f"{phrase(stack.short, 240)}: " if stack else ""
    several = len(overviews) > 1
    said: list[str] = []
    shown: list[Block] = []
    for overview in overviews:
        name = f"{phrase(overview.org, 80)}: " if several else about
        said.append(
            plainly(f"{name}{summary(overview)}. {' '.join(_sentences(overview))} {freshness(overview, now)}")
        )
        shown += _blocks(overview, title=f"*{name.removesuffix(': ')}*: " if name else "", now=now)
    held = listed([lock for lock in locks if lock.holds(now) and stack in {None, lock.stack}])
    if held:
        said.append(plainly(held))
        shown += paragraphs(held.split("\n"))
    return message(" ".join(said), [*shown, *actions(*_buttons(overviews[0], stack))])


_NOT_YET = "I have not looked at Pulumi yet. Ask again in a few seconds."


def _sentences(overview: Overview) -> list[str]:
    return [f"{part.replace(chr(10), ': ', 1).replace(chr(10), '; ')}." for part in parts(overview)]


def _blocks(overview: Overview, *, title: str, now: float) -> list[Block]:
    line = f"{title}{summary(overview)}"
    first = section(line if title else line[:1].upper() + line[1:])
    rows = [block for part in parts(overview) for block in paragraphs(part.split("\n"))]
    return [first, *rows, *context(freshness(overview, now))]


def _buttons(overview: Overview, stack: StackRef | None) -> tuple[Block | None, ...]:
    if stack is None:
        return ()
    flow = buttons.resume if overview.paused_stacks else buttons.pause
    newest = next(iter((*overview.active, *overview.recent)), None)
    return (
        buttons.start("Deploy", Verb.DEPLOY, stack),
        buttons.logs(newest) if newest else None,
        flow(stack),
        buttons.history(stack),
    )
