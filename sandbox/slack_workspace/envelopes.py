"""What goes over a socket (https://docs.slack.dev/apis/events-api/using-socket-mode): envelopes out, acknowledgements back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.slack_workspace.model import Json

EnvelopeKind = Literal["slash_commands", "interactive", "events_api"]
_ANSWERED = frozenset({"view_submission", "block_suggestion"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One thing to tell the app; `retry` counts the attempts at an event after the first."""

    kind: EnvelopeKind
    payload: Mapping[str, Any]
    retry: int = 0
    reason: str = ""

    @property
    def accepts_answer(self) -> bool:
        """Whether the acknowledgement may carry a payload: what a command, a submission or a select shows at once."""
        return self.kind == "slash_commands" or self.payload.get("type") in _ANSWERED

    def as_json(self, envelope_id: str) -> Json:
        told: Json = {
            "envelope_id": envelope_id,
            "type": self.kind,
            "accepts_response_payload": self.accepts_answer,
            "payload": self.payload,
        }
        if self.kind == "events_api":
            told |= {"retry_attempt": self.retry, "retry_reason": self.reason.removeprefix("http_")}
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """An acknowledgement; `payload` is empty where the app only took note."""

    envelope_id: str
    payload: Any = ""


def read_ack(text: str | None) -> Ack:
    """An acknowledgement as the app sent it.

    Raises:
        ValueError: it is none; the message says why.
    """
    try:
        sent = json.loads(text or "")
    except ValueError:
        raise ValueError("what the app sent is no JSON text") from None
    if not isinstance(sent, dict) or not isinstance(sent.get("envelope_id"), str):
        raise ValueError("an acknowledgement needs an envelope_id")  # noqa: TRY004 - one error type for what the app sent
    if unknown := sent.keys() - {"envelope_id", "payload"}:
        raise ValueError(f"unknown in an acknowledgement: {', '.join(sorted(unknown))}")
    if not isinstance(sent.get("payload", {}), dict):
        raise ValueError("the payload of an acknowledgement must be an object")  # noqa: TRY004 - the same
    return Ack(envelope_id=sent["envelope_id"], payload=sent.get("payload") or "")
