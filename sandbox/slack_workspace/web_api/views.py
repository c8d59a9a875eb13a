"""views.* (https://docs.slack.dev/reference/methods#views)."""

from collections.abc import Mapping

from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.model import Json, View
from sandbox.slack_workspace.triggers import Trigger
from sandbox.slack_workspace.web_api.calls import Call, Endpoint, endpoint, invalid, named_user
from sandbox.slack_workspace.wire import view_json


def open_view(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.open."""
    trigger = _trigger(call)
    view = call.services.modals.open(trigger.user, call.arguments.get("view"), seen_from=trigger.channel)
    return _answer(call, view)


def push(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.push: with the trigger of something done in the modal below."""
    trigger = _trigger(call)
    if not trigger.in_modal:
        raise SlackError("invalid_trigger_id")
    return _answer(call, call.services.modals.push(trigger.user, call.arguments.get("view")))


def update(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.update: by view_id or external_id, guarded by `hash` when given."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise invalid("missing required field: view_id or external_id")
    modals = call.services.modals
    view = modals.find(view_id=view_id, external_id=external_id)
    return _answer(call, modals.update(view, call.arguments.get("view"), hash_seen=call.text("hash")))


def publish(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.publish."""
    if not call.services.manifest.home_tab:
        raise SlackError("not_enabled")
    user = named_user(call, "user_id")
    view = call.services.modals.publish(user.id, call.arguments.get("view"), hash_seen=call.text("hash"))
    return _answer(call, view)


def _trigger(call: Call) -> Trigger:
    """Slack takes `trigger_id`, or `interactivity_pointer` from workflow steps, which this workspace has none of."""
    return call.services.triggers.redeem(call.needed("trigger_id"))


def _answer(call: Call, view: View) -> Json:
    return {"view": view_json(call.state, view, with_values=False)}


METHODS: Mapping[str, Endpoint] = {
    "views.open": endpoint(open_view, "trigger_id view"),
    "views.push": endpoint(push, "trigger_id view"),
    "views.update": endpoint(update, "view_id external_id hash view"),
    "views.publish": endpoint(publish, "user_id hash view"),
}
