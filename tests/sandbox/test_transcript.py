from typing import Any

from sandbox.transcript import transcript


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def message(ts: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"ts": ts, "user_name": "bot", "text": "", "blocks": list(blocks), "ephemeral_to": None, **more}


def told(*messages: dict[str, Any], ephemerals: tuple[dict[str, Any], ...] = ()) -> list[str]:
    """The lines below the channel's head."""
    channel = {"id": "C1", "name": "deploys", "messages": list(messages), "ephemerals": list(ephemerals)}
    users = [{"id": "U1", "name": "ana"}]
    return transcript({"users": users, "channels": [channel]}, ["deploys"]).splitlines()[1:]


def test_mrkdwn_reads_as_plain_text() -> None:
    text = "*<https://x.example|web/dev>* by <@U1> in <#C1> at <!date^1^{time}|08:30>, 2 * 3 &lt; 7"
    section = {"type": "section", "text": mrkdwn(text)}
    assert told(message("1.0", section)) == ["bot", "  web/dev by @ana in #deploys at 08:30, 2 * 3 < 7"]


def test_what_stands_side_by_side_is_kept_apart() -> None:
    context = {"type": "context", "elements": [mrkdwn("by ana"), mrkdwn("Approved by ben")]}
    buttons = [{"type": "button", "text": {"text": name}} for name in ("Logs", "Cancel")]
    lines = told(message("1.0", context, {"type": "actions", "elements": buttons}))
    assert lines == ["bot", "  by ana · Approved by ben", "  [Logs]  [Cancel]"]


def test_a_thread_hangs_below_its_parent_and_a_private_answer_stands_where_it_fell() -> None:
    reply = message("3.0", text="reply")
    parent, later = message("1.0", text="parent", replies=[reply]), message("4.0", text="later")
    private = message("2.0", text="psst", ephemeral_to="U1")
    assert told(parent, later, ephemerals=(private,)) == [
        *("bot", "  parent", "      bot", "        reply"),
        *("bot  (only visible to @ana)", "  psst"),
        *("bot", "  later"),
    ]
