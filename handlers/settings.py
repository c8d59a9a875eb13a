"""A stack's settings: a modal for whoever looks, a form that is checked and sealed here, and one command per step.

The answer to a submission shows "working…" under an `external_id` that is the command's id: by it the worker finds the modal,
however fast it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.commands import Command, Origin, Surface, Verb
from bot.domain.settings_checks import problems
from bot.domain.settings_drafts import Draft
from bot.domain.settings_form import edits_between, purpose
from bot.messages import confirmations, settings_form, settings_review, settings_views
from bot.messages.settings_views import Place
from bot.messages.views import first_input
from handlers import modals, refusals
from handlers.desk import Desk, stable_id

VERBS = frozenset({Verb.SETTINGS, Verb.EDIT_SETTINGS, Verb.CLEAR_SETTINGS})
READING = "Reading the settings…"


async def on_settings(desk: Desk, command: Command, *, trigger: str) -> None:
    """Typed, or pressed in a message: a modal opens, the worker fills it."""
    view = settings_views.working(command.stack, READING, channel=command.origin.channel)
    await modals.record_with_view(desk, command, view, dedupe=command.id, trigger=trigger)


async def on_press(desk: Desk, command: Command, body: dict[str, Any]) -> None:
    """The worker fills the modal that the button is in; a button elsewhere opens one."""
    view = body.get("view") or {}
    if view.get("type") != "modal":
        await on_settings(desk, command, trigger=body["trigger_id"])
        return
    inside = replace(command, origin=replace(command.origin, view_id=view["id"]))
    await desk.record(inside, dedupe=inside.id)


async def on_form(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Every problem is told under its input; what was changed is sealed, and the worker shows what it would do."""
    view = body["view"]
    before, after = settings_form.read_form(view)
    wrong = problems(before, after, can_seal=bool(desk.vault))
    edits = None if wrong else edits_between(before, after)
    if not edits:
        told = settings_form.inputs_of(wrong) or {first_input(view): "Nothing is changed yet."}
        await ack(response_action="errors", errors=told)
        return
    place = settings_views.read_place(view)
    form = Draft(edits, seen=place.seen).encode()
    if desk.vault:
        form = desk.vault.seal(form, purpose=purpose(body["team"]["id"], body["user"]["id"], place.stack))
    command = replace(_command(desk, body, Verb.REVIEW_SETTINGS, place), form=form)
    await _work(desk, command, ack, "Looking at what would change…")


async def on_review(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Save what was shown; where a rule wants the stack's name typed, a wrong one is told under the input."""
    view, place = body["view"], settings_views.read_place(body["view"])
    typed = settings_review.typed_name(view)
    command = _command(desk, body, Verb.SAVE_SETTINGS, place)
    if first_input(view) and not await _is_named(desk, body, command, typed, ack):
        return
    await _work(desk, replace(command, request_id=place.form, typed=typed), ack, "Saving…")


async def on_clear(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """The same for clearing, which always wants the name."""
    place, typed = settings_views.read_place(body["view"]), settings_review.typed_name(body["view"])
    command = _command(desk, body, Verb.CLEAR_SETTINGS, place)
    if not await _is_named(desk, body, command, typed, ack):
        return
    await _work(desk, replace(command, typed=typed, confirmed=True), ack, "Clearing…")


async def _is_named(desk: Desk, body: dict[str, Any], command: Command, typed: str, ack: AsyncAck) -> bool:
    wrong = confirmations.problem(command.stack, typed)
    if wrong:
        await refusals.keep(desk, body, verb=command.verb, stack=command.stack, reason=wrong)
        await ack(response_action="errors", errors={settings_review.NAME: wrong})
    return not wrong


def _command(desk: Desk, body: dict[str, Any], verb: Verb, place: Place) -> Command:
    """One view goes through all steps, so its hash tells them apart (Slack, "View object")."""
    team, user, view = body["team"]["id"], body["user"]["id"], body["view"]
    command_id = stable_id(team, user, view["id"], view["hash"], verb)
    origin = Origin(team=team, channel=place.channel, user=user, surface=Surface.MODAL, view_id=command_id)
    return Command(id=command_id, verb=verb, origin=origin, stack=place.stack, at=desk.clock())


async def _work(desk: Desk, command: Command, ack: AsyncAck, sentence: str) -> None:
    await desk.record(command, dedupe=command.id)
    working = settings_views.working(command.stack, sentence, channel=command.origin.channel)
    await ack(response_action="update", view={**working, "external_id": command.id})
