"""Trigger ids: 3 seconds, once (https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses)."""

from dataclasses import dataclass

from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.ledger import Ledger

TRIGGER_SECONDS = 3.0


@dataclass(slots=True)
class _Trigger:
    user: str
    issued: float
    channel: str
    used: bool = False


class Triggers:
    """The trigger ids given out."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: str, *, channel: str = "") -> str:
        """A fresh id for what `user` just did, while looking at `channel`."""
        numbers = f"{self._ledger.new_ts().replace('.', '')}.{len(self._issued) + 1}"
        trigger_id = f"{numbers}.{self._ledger.new_hex()}"
        self._issued[trigger_id] = _Trigger(user, self._ledger.clock(), channel)
        return trigger_id

    def redeem(self, trigger_id: object) -> str:
        """The user it was issued for.

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
        return trigger.user

    def seen_from(self, trigger_id: str) -> str:
        """The channel that its user was looking at; empty for a Home tab."""
        return self._issued[trigger_id].channel
