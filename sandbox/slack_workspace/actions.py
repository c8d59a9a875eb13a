"""Pressing a button or choosing in a menu (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""

from dataclasses import dataclass
from typing import Any

from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.feed import Change
from sandbox.slack_workspace.model import Json, Message, User, View
from sandbox.slack_workspace.payloads import common, message_state, source_of
from sandbox.slack_workspace.presence import NOT_FOUND, person, visible
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.services import Services
from sandbox.slack_workspace.values import chosen, merged_values

METHOD = "ack:block_actions"
TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a person pressed: `value` and `values` in short form, see `people.People.press`."""

    action_id: str
    block_id: str | None = None
    value: Any = None
    values: Json | None = None
    stale: bool = False


async def press(services: Services, *, user: str, source: Message | View, pressed: Press) -> Delivery:
    """Send block_actions; on a failure the person learns of it as in Slack."""
    who = person(services.ledger, user)
    visible(services.ledger, source, who)
    action = _action(services, source, pressed)
    services.counts.called(METHOD)
    delivery = await services.sender.interaction(_payload(services, who, source, pressed, action))
    if delivery.failure:
        services.counts.violated(
            METHOD, f"{pressed.action_id}: {delivery.failure} (status {delivery.status})"
        )
        _tell_trouble(services, who, source, delivery.failure)
    return delivery


def find_element(
    source: Message | View, action_id: str, block_id: str | None = None, value: Any = None
) -> tuple[Json, Json]:
    """The block and element with this action_id; `block_id`, or a button's `value`, choose between several.

    An update gives blocks without an id of their own new ones: a press that was on its way is for the same button all the same.

    Raises:
        PersonError: 404 when it is not there (any more).
    """
    here = [
        (block, element)
        for block in source.blocks
        for element in _elements(block)
        if element.get("action_id") == action_id
    ]
    found = [pair for pair in here if block_id in (None, pair[0]["block_id"])]
    exact = [pair for pair in found or here if value is not None and pair[1].get("value") == value]
    if not (exact or found):
        raise PersonError(NOT_FOUND, f"there is no {action_id} here")
    return (exact or found)[0]


def _elements(block: Json) -> list[Json]:
    if block["type"] == "actions":
        return list(block["elements"])
    place = (
        block.get("accessory")
        if block["type"] == "section"
        else block.get("element")
        if block["type"] == "input"
        else None
    )
    return [place] if place else []


def _action(services: Services, source: Message | View, pressed: Press) -> Json:
    when: Json = {"action_ts": services.ledger.new_ts()}
    if pressed.stale:
        return _stale_action(pressed) | when
    block, element = find_element(source, pressed.action_id, pressed.block_id, pressed.value)
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise PersonError(400, f"{pressed.action_id} is told to the app with the whole form, not at once")
    named: Json = {"action_id": element["action_id"], "block_id": block["block_id"]}
    if element["type"] == "button":
        return {**named, **_button(element, pressed.value), **when}
    return {**named, **chosen(element, pressed.value), **when}


def _button(element: Json, value: Any) -> Json:
    if value is not None and value != element.get("value"):
        raise PersonError(
            NOT_FOUND,
            f"the button {element['action_id']} has another value now; pass stale to press an old one",
        )
    kept: Json = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    return {"type": "button", **kept}


def _stale_action(pressed: Press) -> Json:
    if pressed.value is None and pressed.block_id is None:
        raise PersonError(400, "a stale press needs the value or block_id that the old button had")
    return {
        "type": "button",
        "action_id": pressed.action_id,
        "block_id": pressed.block_id or "stale",
        "text": {"type": "plain_text", "text": pressed.action_id, "emoji": True},
        **({"value": str(pressed.value)} if pressed.value is not None else {}),
    }


def _payload(services: Services, who: User, source: Message | View, pressed: Press, action: Json) -> Json:
    values = _with_choice(pressed, action)
    if isinstance(source, View):
        source.values = merged_values(source.blocks, source.values, values)
        told = source_of(services, source)
    else:
        told = {**source_of(services, source), "state": {"values": message_state(source, who.id, values)}}
        told["response_url"] = services.response_urls.issue(
            channel=source.channel, user=who.id, original=source
        )
    return {
        "type": "block_actions",
        **common(services, who),
        **told,
        "trigger_id": _trigger(services, who, source),
        "actions": [action],
    }


def _trigger(services: Services, who: User, source: Message | View) -> str:
    if isinstance(source, View):
        return services.triggers.issue(who.id, in_modal=source.type == "modal")
    return services.triggers.issue(who.id, channel=source.channel)


def _with_choice(pressed: Press, action: Json) -> Json:
    """The inputs as they stand, the one just chosen among them."""
    values: Json = {block: dict(actions) for block, actions in (pressed.values or {}).items()}
    if action["type"] not in ("button", "overflow"):
        values.setdefault(action["block_id"], {})[action["action_id"]] = pressed.value
    return values


def _tell_trouble(services: Services, who: User, source: Message | View, failure: str) -> None:
    if isinstance(source, View):
        services.ledger.feed.publish(Change(kind="notice", user=who.id, view_id=source.id, text=TROUBLE))
        return
    services.ledger.slackbot_says(
        channel=source.channel,
        user=who.id,
        text=f'The app failed with the error "{failure}"',
        thread_ts=source.thread_ts if source.is_reply else None,
    )
