"""Submitting and closing modals (https://docs.slack.dev/surfaces/modals#handling_submissions)."""

import json
from typing import Any

from sandbox.slack_workspace.actions import TROUBLE
from sandbox.slack_workspace.errors import PersonError, SlackError
from sandbox.slack_workspace.feed import Change
from sandbox.slack_workspace.form_rules import form_errors
from sandbox.slack_workspace.model import Json, User, View
from sandbox.slack_workspace.payloads import common
from sandbox.slack_workspace.presence import CONFLICT, NOT_FOUND, person, visible
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.services import Services
from sandbox.slack_workspace.values import field_of, inputs_of, merged_values
from sandbox.slack_workspace.wire import view_json

METHOD = "ack:view_submission"
CLOSED = "ack:view_closed"


async def submit(services: Services, *, user: str, view_id: str, values: Json | None) -> Delivery:
    """Send view_submission and do what the answer says. What the client itself refuses is not sent (status 0)."""
    who, view = _top_modal(services, user, view_id)
    view.values = merged_values(view.blocks, view.values, values or {})
    if errors := form_errors(view.blocks, view.values):
        services.modals.show_errors(view, errors)
        return Delivery(status=0, body={"errors": errors}, elapsed_ms=0.0)
    services.modals.show_errors(view, {})
    services.counts.called(METHOD)
    delivery = await services.sender.interaction(_payload(services, who, view))
    if delivery.failure:
        _trouble(services, view, f"{delivery.failure} (status {delivery.status})")
        return delivery
    try:
        _apply(services, view, _read(delivery.body))
    except SlackError as error:
        _trouble(services, view, str(error))
    return delivery


async def close(services: Services, *, user: str, view_id: str, clear: bool) -> Delivery | None:
    """Close a modal, or the whole stack; the app is told where it asked with `notify_on_close`."""
    _, view = _top_modal(services, user, view_id)
    who = person(services.ledger, user)
    everything = clear or bool(view.content.get("clear_on_close"))
    delivery: Delivery | None = None
    for gone in services.modals.drop(view, clear=everything):
        if gone.content.get("notify_on_close"):
            delivery = await _tell_closed(services, who, gone, cleared=everything)
    return delivery


def _top_modal(services: Services, user: str, view_id: str) -> tuple[User, View]:
    who = person(services.ledger, user)
    try:
        view = services.modals.find(view_id=view_id, external_id=None)
    except SlackError:
        raise PersonError(NOT_FOUND, f"no open modal {view_id}") from None
    visible(services.ledger, view, who)
    if services.modals.stack(who.id)[-1] is not view:
        raise PersonError(CONFLICT, f"{view_id} lies under another modal")
    return who, view


def _payload(services: Services, who: User, view: View) -> Json:
    return {
        "type": "view_submission",
        **common(services, who),
        "trigger_id": services.triggers.issue(who.id, in_modal=True),
        "view": view_json(services.ledger.state, view),
        "response_urls": _response_urls(services, who, view),
    }


def _response_urls(services: Services, who: User, view: View) -> list[Json]:
    """One for each conversation that was chosen in a select with `response_url_enabled`."""
    chosen = [
        (block["block_id"], element["action_id"], field_of(element["type"]))
        for block, element in inputs_of(view.blocks)
        if element.get("response_url_enabled")
    ]
    return [
        {
            "block_id": block_id,
            "action_id": action_id,
            "channel_id": channel,
            "response_url": services.response_urls.issue(channel=channel, user=who.id),
        }
        for block_id, action_id, name in chosen
        if (channel := view.values[block_id][action_id][name])
    ]


async def _tell_closed(services: Services, who: User, view: View, *, cleared: bool) -> Delivery:
    services.counts.called(CLOSED)
    told = {
        "type": "view_closed",
        **common(services, who),
        "view": view_json(services.ledger.state, view),
        "is_cleared": cleared,
    }
    delivery = await services.sender.interaction(told)
    if delivery.failure:
        services.counts.violated(CLOSED, f"{delivery.failure} (status {delivery.status})")
    return delivery


def _read(body: Any) -> Json:
    if isinstance(body, str) and body.strip():
        try:
            body = json.loads(body)
        except ValueError:
            raise SlackError("invalid_arguments", messages=["[ERROR] the answer is no JSON"]) from None
    if body in (None, "", {}):
        return {"response_action": "close"}
    if not isinstance(body, dict):
        raise SlackError("invalid_arguments", messages=["[ERROR] the answer must be an object"])
    return body


def _apply(services: Services, view: View, answer: Json) -> None:
    if view not in services.modals.stack(view.user):
        return  # closed while the app was thinking
    match answer.get("response_action"):
        case "close":
            services.modals.drop(view)
        case "clear":
            services.modals.drop(view, clear=True)
        case "update":
            services.modals.update(view, answer.get("view"))
        case "push":
            services.modals.push(view.user, answer.get("view"))
        case "errors":
            services.modals.show_errors(view, _errors(view, answer.get("errors")))
        case other:
            raise SlackError("invalid_arguments", messages=[f"[ERROR] unknown response_action: {other}"])


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackError("invalid_arguments", messages=["[ERROR] errors must name block_ids of input blocks"])
    if not all(isinstance(says, str) and says for says in errors.values()):
        raise SlackError("invalid_arguments", messages=["[ERROR] errors must be texts"])
    return errors


def _trouble(services: Services, view: View, says: str) -> None:
    services.counts.violated(METHOD, says)
    services.ledger.feed.publish(Change(kind="notice", user=view.user, view_id=view.id, text=TROUBLE))
