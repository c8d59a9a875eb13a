"""settings, edit-settings: what a stack's deployments start from, for everybody to see; and the form to change it, for those who may."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commands import Command, Verb
from bot.domain.deployment_settings import DeploymentSettings
from bot.domain.policy import Allow, Deny, NeedsApproval
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef
from bot.errors import NotFoundError
from bot.messages import settings_form, settings_views
from bot.messages.message import Block
from bot.verbs.context import Context, can_speak, may
from bot.verbs.in_modal import in_modal


async def settings(context: Context, command: Command) -> Refusal | None:
    """Fill the modal that was opened as "loading". Secrets are not in it."""

    async def look(stack: StackRef) -> Block:
        return settings_views.shown(stack, await read(context, stack), channel=command.origin.channel)

    return await in_modal(context, command, look)


async def edit_settings(context: Context, command: Command) -> Refusal | None:
    """Fill it with a form instead."""

    async def look(stack: StackRef) -> Block | Refusal:
        allowed = await may_change(context, command, stack)
        if isinstance(allowed, Refusal):
            return allowed
        found = await read(context, stack)
        return settings_form.form(stack, found, channel=command.origin.channel, can_seal=bool(context.vault))

    return await in_modal(context, command, look)


async def read(context: Context, stack: StackRef) -> DeploymentSettings | None:
    """The settings as they are now; None when the stack has none."""
    try:
        return await context.pulumi.settings(stack)
    except NotFoundError:
        return None


async def may_change(context: Context, command: Command, stack: StackRef) -> Allow | Refusal:
    """Whether the policy lets this person change them from here, where the channel will be told."""
    decision = await may(context, replace(command, verb=Verb.SETTINGS), stack)
    if isinstance(decision, Deny):
        return decision.refusal
    if isinstance(decision, NeedsApproval):
        return Refusal(
            "A change of settings can't wait for approvals.",
            f'The rule "{decision.rule}" asks for them.',
        )
    return await can_speak(context, command) or decision
