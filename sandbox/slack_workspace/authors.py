"""Messages by their author: the app's bot or a person."""

from sandbox.slack_workspace.drafts import Draft
from sandbox.slack_workspace.ledger import Ledger, with_block_ids
from sandbox.slack_workspace.model import Message


def as_app(ledger: Ledger, *, channel: str, draft: Draft, thread_ts: str | None = None) -> Message:
    """A message of the app, not yet posted."""
    state = ledger.state
    return Message(
        ts=ledger.new_ts(),
        channel=channel,
        user=state.bot_user,
        bot_id=state.bot_id,
        app_id=state.app_id,
        text=draft.text or "",
        blocks=with_block_ids(draft.blocks or [], ledger),
        attachments=draft.attachments or [],
        metadata=draft.metadata or None,
        thread_ts=thread_ts,
    )


def as_person(ledger: Ledger, *, channel: str, user: str, text: str, thread_ts: str | None = None) -> Message:
    """A person's message, not yet posted; `text` is mrkdwn with Slack's escapes."""
    return Message(ts=ledger.new_ts(), channel=channel, user=user, text=text, thread_ts=thread_ts)
