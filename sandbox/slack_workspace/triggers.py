"""Trigger ids: 3 seconds, once (https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses)."""

from dataclasses import dataclass

from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.ledger import Ledger

TRIGGER_SECONDS = 3.0


@dataclass(slots=True, kw_only=True)
class Trigger:
    """What `user` did: while looking at `channel` (empty for a view), or `in_modal`."""

    user: str
    channel: str
    in_modal: bool
    issued: float
    used: bool = False


class Triggers:
    """The trigger ids given out."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, *, channel: str = "", in_modal: bool = False) -> str:
        """A fresh id for what `user` just did, while looking at `channel` or in a modal."""
        numbers = f"{self._ledger.new_ts().replace('.', '')}.{len(self._issued) + 1}"
        trigger_id = f"{numbers}.{self._ledger.new_hex()}"
        self._issued[trigger_id] = Trigger(
            user=user, channel=channel, in_modal=in_modal, issued=self._ledger.clock()
        )
        return trigger_id

    def redeem(self, trigger_id: object) -> Trigger:
        """What it was issued for.

        Raises:
            SlackError: invalid_trigger_id, exchanged_trigger_id or expired_trigger_id.
        """
        trigger = self._issued.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._ledger.clock() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
