"""review-settings, save-settings: show exactly what would change, and then change exactly that.

Between the two the settings may change by other hands: then nothing is saved, and what would change now is shown anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.commands import Command
from bot.domain.refusals import Refusal
from bot.domain.settings_changes import Plan, names, plan
from bot.domain.settings_drafts import Draft
from bot.domain.settings_form import Edits, purpose
from bot.domain.settings_parts import fingerprint
from bot.domain.stacks import StackRef
from bot.errors import AnswerLostError, PulumiError
from bot.messages import settings_review
from bot.messages.message import Block, Rank, Say
from bot.messages.settings_views import Place
from bot.vault import SealedShutError
from bot.verbs.context import Context, entry
from bot.verbs.in_modal import in_modal
from bot.verbs.settings import may_change, read

TOO_OLD = Refusal(
    "This form is too old: what was filled in is no longer kept.", "Open the settings and edit them again."
)


async def review_settings(context: Context, command: Command) -> Refusal | None:
    """What the form would change in the settings as they are now."""

    async def look(stack: StackRef) -> Block | Refusal:
        allowed = await may_change(context, command, stack)
        if isinstance(allowed, Refusal):
            return allowed
        draft = _open(context, command, stack, command.form)
        if draft is None:
            return TOO_OLD
        now = await _now(context, stack)
        warning = settings_review.SINCE if fingerprint(now) != draft.seen else ""
        return await _review(
            context, command, stack, draft=draft, now=now, warning=warning, confirm=allowed.confirm
        )

    return await in_modal(context, command, look)


async def save_settings(context: Context, command: Command) -> Refusal | None:
    """Save what was reviewed, tell the channel once. Whoever takes a dead worker's command over sends the same patch again."""

    async def look(stack: StackRef) -> Block | Refusal:
        allowed = await may_change(context, command, stack)
        if isinstance(allowed, Refusal):
            return allowed
        if allowed.confirm:
            return Refusal(f"The name of {stack.short} was not typed. Nothing was saved.")
        draft = _open(context, command, stack, await context.state.kept_form(command.request_id))
        if draft is None:
            return TOO_OLD
        if draft.saved and draft.saving != command.id:
            return Refusal("This was saved already.")
        if not draft.saved:
            now = await _now(context, stack)
            if draft.saving != command.id and fingerprint(now) != draft.seen:
                return await _review(
                    context,
                    command,
                    stack,
                    draft=draft,
                    now=now,
                    warning=settings_review.MEANWHILE,
                    confirm=bool(command.typed),
                )
            draft = await _save(context, command, stack, draft=draft, planned=plan(now, draft.edits))
        return settings_review.saved(stack, draft.changed, channel=command.origin.channel)

    return await in_modal(context, command, look)


async def _save(context: Context, command: Command, stack: StackRef, *, draft: Draft, planned: Plan) -> Draft:
    """Marked before the call, so that a second try knows that the settings changed by its own hand."""
    draft = replace(draft, saving=command.id)
    await _keep(context, command, stack, draft, form_id=command.request_id)
    if planned.patch:
        await _send(context, stack, planned.patch)
    say = Say(
        lane=command.id,
        channel=command.origin.channel,
        root=settings_review.told_changed(stack, command.origin.user, draft.changed),
        rank=Rank.OUTCOME,
        on_refused=command.origin.user,
    )
    done = entry(context, command, "done", stack=stack, reason=", ".join(draft.changed))
    await context.state.say(say=[say], audit=[done])
    draft = replace(draft, edits=Edits(), saved=True)
    await _keep(context, command, stack, draft, form_id=command.request_id)
    return draft


async def _send(context: Context, stack: StackRef, patch: Mapping[str, Any]) -> None:
    """A merge that was carried out already changes nothing, so one whose answer was lost is sent once more.

    Whatever the second one is told, the first may have been carried out.
    """
    try:
        await context.pulumi.patch_settings(stack, patch)
    except AnswerLostError as lost:
        try:
            await context.pulumi.patch_settings(stack, patch)
        except PulumiError as error:
            raise lost from error


async def _review(
    context: Context,
    command: Command,
    stack: StackRef,
    *,
    draft: Draft,
    now: Mapping[str, Any],
    warning: str,
    confirm: bool,
) -> Block:
    """Kept under this command's own id: what is saved later is what is shown now, and nothing else."""
    planned = plan(now, draft.edits)
    shown = Draft(draft.edits, seen=fingerprint(now), changed=names(planned.changes))
    await _keep(context, command, stack, shown, form_id=command.id)
    place = Place(str(stack), command.origin.channel, form=command.id)
    return settings_review.review(stack, planned.changes, place=place, warning=warning, confirm=confirm)


async def _now(context: Context, stack: StackRef) -> Mapping[str, Any]:
    found = await read(context, stack)
    return found.raw if found else {}


async def _keep(context: Context, command: Command, stack: StackRef, draft: Draft, *, form_id: str) -> None:
    body = draft.encode()
    if context.vault:
        body = context.vault.seal(body, purpose=_purpose(command, stack))
    await context.state.keep_form(form_id, body)


def _open(context: Context, command: Command, stack: StackRef, body: str) -> Draft | None:
    """None when it is not there any more, or was sealed for somebody else."""
    if not body:
        return None
    if not context.vault:
        return Draft.decode(body)
    try:
        return Draft.decode(context.vault.open(body, purpose=_purpose(command, stack)))
    except SealedShutError:
        return None


def _purpose(command: Command, stack: StackRef) -> str:
    return purpose(command.origin.team, command.origin.user, str(stack))
