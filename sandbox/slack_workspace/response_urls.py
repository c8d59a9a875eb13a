"""response_urls: five answers in 30 minutes to one thing a person did (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.slack_workspace.authors import as_app
from sandbox.slack_workspace.drafts import Draft, read_draft
from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.ledger import Ledger, with_block_ids
from sandbox.slack_workspace.model import Message

MOST_USES = 5
SECONDS = 30 * 60
_KNOWN = frozenset(
    {
        "attachments", "blocks", "delete_original", "link_names", "metadata", "mrkdwn", "parse", "replace_original",
        "response_type", "text", "thread_ts", "unfurl_links", "unfurl_media",
    }
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class _Slot:
    channel: str
    user: str
    issued: float
    original: Message | None
    uses: int = 0


class ResponseUrls:
    """The urls given out, and what an answer to one does."""

    def __init__(self, ledger: Ledger, base_url: str) -> None:
        self._ledger = ledger
        self._base_url = base_url
        self._slots: dict[str, _Slot] = {}

    def issue(self, *, channel: str, user: str, original: Message | None = None) -> str:
        """A url for what `user` did in `channel`, on the message `original` if it was a button there."""
        token = self._ledger.new_hex(24)
        self._slots[token] = _Slot(channel=channel, user=user, issued=self._ledger.clock(), original=original)
        return f"{self._base_url}/actions/{self._ledger.state.team_id}/{token}"

    def answer(self, token: str, arguments: Mapping[str, Any]) -> None:
        """Do what the app answered.

        Raises:
            SlackError: used_url after five, expired_url after 30 minutes or for an unknown one; invalid_arguments for a thread
                that is not there; what `read_draft` raises.
        """
        slot = self._slots.get(token)
        if slot is None or self._ledger.clock() - slot.issued > SECONDS:
            raise SlackError("expired_url")
        if slot.uses >= MOST_USES:
            raise SlackError("used_url")
        if unknown := arguments.keys() - _KNOWN:
            raise SlackError(
                "invalid_arguments",
                messages=[f"[ERROR] additional property: {name}" for name in sorted(unknown)],
            )
        self._refuse_unknown_thread(slot, arguments.get("thread_ts"))
        self._apply(slot, arguments)
        slot.uses += 1

    def _apply(self, slot: _Slot, arguments: Mapping[str, Any]) -> None:
        original = slot.original if slot.original is not None and not slot.original.deleted else None
        if arguments.get("delete_original") is True:
            if original is None:
                raise SlackError("message_not_found")
            self._ledger.delete(original)
            return
        draft = read_draft(arguments)
        if arguments.get("replace_original") is True and slot.original is not None:
            if original is None:
                raise SlackError("message_not_found")
            self._replace(original, draft)
            return
        show_answer(
            self._ledger, draft, channel=slot.channel, user=slot.user, arguments=arguments, original=original
        )

    def _refuse_unknown_thread(self, slot: _Slot, thread_ts: Any) -> None:
        channel = self._ledger.state.channels[slot.channel]
        if thread_ts is not None and self._ledger.message(channel, thread_ts) is None:
            raise SlackError(
                "invalid_arguments", messages=["[ERROR] no such thread [json-pointer:/thread_ts]"]
            )

    def _replace(self, original: Message, draft: Draft) -> None:
        blocks = with_block_ids(draft.blocks or [], self._ledger)
        self._ledger.edit(original, text=draft.text or "", blocks=blocks, attachments=draft.attachments or [])


def show_answer(
    ledger: Ledger,
    draft: Draft,
    *,
    channel: str,
    user: str,
    arguments: Mapping[str, Any],
    original: Message | None = None,
) -> Message:
    """Show an ack's or response_url's message: to the person alone unless `response_type` is `in_channel`.

    Raises:
        SlackError: invalid_response_type.
    """
    response_type = arguments.get("response_type") or "ephemeral"
    if response_type not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_arguments", messages=[f"[ERROR] response_type {response_type} is unknown"])
    thread_ts = arguments.get("thread_ts") or (
        original.thread_ts if original is not None and original.is_reply else None
    )
    message = as_app(ledger, channel=channel, draft=draft, thread_ts=thread_ts)
    message.ephemeral_to = user if response_type == "ephemeral" else None
    return ledger.post(message)
