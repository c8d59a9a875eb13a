"""Choosing a global shortcut (https://docs.slack.dev/interactivity/implementing-shortcuts)."""

from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.feed import Change
from sandbox.slack_workspace.model import Json
from sandbox.slack_workspace.payloads import common
from sandbox.slack_workspace.presence import NOT_FOUND, person, place
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.services import Services

METHOD = "ack:shortcut"


async def choose_shortcut(
    services: Services, *, user: str, callback_id: str, channel: str | None
) -> Delivery:
    """Tell the app. `channel` is what the person was looking at: the app does not learn it, but a modal it opens does."""
    who = person(services.ledger, user)
    shortcut = services.manifest.shortcut(callback_id)
    if shortcut is None:
        raise PersonError(NOT_FOUND, f"the app has no global shortcut {callback_id}")
    seen = place(services.ledger, channel, who).id if channel else ""
    services.counts.called(METHOD)
    payload: Json = {
        "type": "shortcut",
        **common(services, who),
        "action_ts": services.ledger.new_ts(),
        "callback_id": callback_id,
        "trigger_id": services.triggers.issue(who.id, channel=seen),
    }
    delivery = await services.sender.interaction(payload)
    if delivery.failure:
        services.counts.violated(METHOD, f"{callback_id}: {delivery.failure} (status {delivery.status})")
        says = f"“{shortcut.name}” did not work: the app did not respond. Try again?"
        services.ledger.feed.publish(Change(kind="notice", user=who.id, text=says))
    return delivery
