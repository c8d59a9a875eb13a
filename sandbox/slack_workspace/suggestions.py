"""Typing into a select whose options the app gives (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload)."""

from sandbox.slack_workspace.actions import find_element
from sandbox.slack_workspace.block_kit import options_problems
from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.model import Json, Message, View
from sandbox.slack_workspace.payloads import common, source_of
from sandbox.slack_workspace.presence import person, visible
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.services import Services

METHOD = "ack:block_suggestion"


async def ask_options(
    services: Services, *, user: str, source: Message | View, action_id: str, value: str, block_id: str | None
) -> Delivery:
    """Ask the app; a wrong answer counts as a violation and its body becomes an empty list."""
    who = person(services.ledger, user)
    visible(services.ledger, source, who)
    block, element = find_element(source, action_id, block_id)
    if not element["type"].endswith("external_select"):
        raise PersonError(400, f"{action_id} has its own options")
    services.counts.called(METHOD)
    delivery = await services.sender.interaction(
        {
            "type": "block_suggestion",
            **common(services, who),
            **source_of(services, source),
            "action_id": action_id,
            "block_id": block["block_id"],
            "value": value,
        }
    )
    if delivery.failure:
        services.counts.violated(METHOD, f"{action_id}: {delivery.failure} (status {delivery.status})")
    elif problems := options_problems(delivery.body):
        services.counts.violated(METHOD, f"{action_id}: {'; '.join(map(str, problems))}")
    return delivery


def options_in(delivery: Delivery) -> list[Json]:
    """The options (or option groups) of a good answer, else nothing."""
    if delivery.failure or options_problems(delivery.body):
        return []
    found: list[Json] = delivery.body.get("options") or delivery.body.get("option_groups") or []
    return found
