"""lock, unlock: keep a stack to oneself for a while; whose lock it was hears of it when it ends without them."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.audit import ASKED, Entry, safe
from bot.domain.commands import Command, Surface, Verb
from bot.domain.locks import Lock
from bot.domain.policy import Deny
from bot.domain.refusals import Refusal
from bot.domain.requests import RequestState
from bot.domain.stacks import StackRef
from bot.messages import locks as words
from bot.messages.message import Message, Rank, Reply, Say
from bot.verbs.context import Context, answer, can_speak, entry, find_stack, may

# Two may lock at once; each retry means that the other one was faster.
RACES = 10


async def lock(context: Context, command: Command) -> Refusal | None:
    """Take a lock, or change one's own; somebody else's is taken over only after a question."""
    stack = await _allowed(context, command)
    if isinstance(stack, Refusal):
        return stack
    mine = Lock(
        stack=stack,
        user=command.origin.user,
        at=command.at,
        until=command.at + command.lasts if command.lasts else 0.0,
        reason=command.reason,
        channel=command.origin.channel,
        lane=command.id,
    )
    for _ in range(RACES):
        before = await context.state.lock(stack)
        if before == mine:  # delivered before
            return None
        if (other := _of_another(context, command, before)) and not command.confirmed:
            await _ask(context, command, other)
            return None
        taken = before if before and before.holds(context.clock()) else None
        said = words.locked(mine, taken)
        if await _change(context, command, stack, before=before, after=mine, said=said):
            return None
    return Refusal("Too many people lock this at once.", "Try again.")


async def unlock(context: Context, command: Command) -> Refusal | None:
    """Give a lock back; what it held goes on."""
    stack = await _allowed(context, command)
    if isinstance(stack, Refusal):
        return stack
    for _ in range(RACES):
        before = await context.state.lock(stack)
        if before is None or not before.holds(context.clock()):
            await _free(context, stack)  # also after a crash between the two
            return Refusal(f"{stack.short} is not locked.", "Its deployments run as the policy says.")
        if (other := _of_another(context, command, before)) and not command.confirmed:
            await _ask(context, command, other)
            return None
        if _is_at_home(command) and not before.channel:
            return Refusal(
                "I don't know any more where this lock was told.",
                f"Type `unlock {stack.short}` in a channel.",
            )
        said = words.unlocked(stack, command.origin.user, before, reason=command.reason)
        if await _change(context, command, stack, before=before, after=None, said=said):
            await _free(context, stack)
            return None
    return Refusal("Too many people unlock this at once.", "Try again.")


async def end_locks(context: Context) -> None:
    """What ran out ends once, however many workers look: its message says so, and whoever had it hears of it."""
    for org in context.orgs:
        for held in await context.state.locks(org):
            if not held.holds(context.clock()):
                await _run_out(context, held)


async def _run_out(context: Context, over: Lock) -> None:
    said = _closed(over, words.over(over, at=over.until), rank=Rank.OUTCOME)
    name = f"{over.lane or over.stack}:{over.at:.0f}:over"
    notice = Reply(key=name, channel=over.channel, user=over.user, message=words.ran_out(over))
    told = Entry(
        id=name,
        at=context.clock(),
        team="",
        user=over.user,
        verb=Verb.LOCK.value,
        outcome="expired",
        channel=over.channel,
        stack=str(over.stack),
        reason=over.reason,
    )
    replies = [notice] if over.channel else []
    if await context.state.change_lock(over.stack, over, None, say=said, replies=replies, audit=[safe(told)]):
        await _free(context, over.stack)


async def _allowed(context: Context, command: Command) -> StackRef | Refusal:
    stack = await find_stack(context, command.stack)
    if isinstance(stack, Refusal):
        return stack
    decision = await may(context, command, stack)
    if isinstance(decision, Deny):
        return decision.refusal
    return stack if _is_at_home(command) else await can_speak(context, command) or stack


def _is_at_home(command: Command) -> bool:
    """Pressed in no channel: what comes of it is told where the lock was."""
    return command.verb is Verb.UNLOCK and command.origin.surface is Surface.HOME


def _of_another(context: Context, command: Command, before: Lock | None) -> Lock | None:
    """The lock, where it holds and somebody else has it."""
    if before is None or before.user == command.origin.user or not before.holds(context.clock()):
        return None
    return before


async def _ask(context: Context, command: Command, before: Lock) -> None:
    if command.verb is Verb.LOCK:
        question = words.take_over(before, reason=command.reason, lasts=command.lasts)
    else:
        question = words.unlock_anyway(before, reason=command.reason)
    asked = entry(context, command, ASKED, stack=before.stack)
    await answer(context, command, question, entries=[asked])


async def _change(
    context: Context,
    command: Command,
    stack: StackRef,
    *,
    before: Lock | None,
    after: Lock | None,
    said: Message,
) -> bool:
    """The lock, the channel's message, and a word to whoever had it, together or not at all."""
    say = Say(
        lane=command.id,
        channel=command.origin.channel or (before.channel if before else ""),
        root=said,
        rank=Rank.OUTCOME,
        on_refused=command.origin.user,
    )
    closed = (
        _closed(before, words.over(before, at=context.clock(), user=command.origin.user, verb=command.verb))
        if before and before.holds(context.clock())
        else []
    )
    whose = _of_another(context, command, before)
    why = "; ".join(part for part in (command.reason, f"it was {whose.user}'s" if whose else "") if part)
    told = entry(context, command, "done", stack=stack, reason=why)
    notice = [_notice(command, whose)] if whose else []
    return await context.state.change_lock(
        stack, before, after, say=[say, *closed], replies=notice, audit=[told]
    )


def _closed(before: Lock, message: Message, *, rank: Rank = Rank.DETAIL) -> list[Say]:
    """Where it was told, what became of it: its Unlock button would end another lock."""
    if not before.lane:
        return []
    return [Say(lane=before.lane, channel=before.channel, root=message, rank=rank)]


def _notice(command: Command, before: Lock) -> Reply:
    ended = command.verb is Verb.UNLOCK
    return Reply(
        key=f"{command.id}:notice",
        channel=before.channel or command.origin.channel,
        user=before.user,
        message=words.taken(before, command.origin.user, ended=ended, reason=command.reason),
    )


async def _free(context: Context, stack: StackRef) -> None:
    """What is held on the stack is looked at in the next tick."""
    for request in await context.state.awaiting():
        if request.stack == stack and request.state is RequestState.HELD:
            await context.state.change_request(request, replace(request, look_at=context.clock()))
