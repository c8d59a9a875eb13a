"""Requests as Slack sends them, signed, with anything in them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from tests.scenarios.scene import TEAM, Json

SECRET = "sandbox-signing-secret"
FORM = "application/x-www-form-urlencoded"
_numbers = count(1)


@dataclass(slots=True)
class Signed:
    """The exact bytes and headers of one request, to be altered or sent again."""

    body: bytes
    headers: dict[str, str]


def signed(fields: Json, *, secret: str = SECRET, shift: int = 0) -> Signed:
    """As Slack signs it; `shift` moves its clock by seconds."""
    body = urlencode(fields).encode()
    at = int(time.time()) + shift
    digest = hmac.new(secret.encode(), b"v0:%d:%b" % (at, body), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": str(at),
        "X-Slack-Signature": f"v0={digest}",
    }
    return Signed(body, headers)


def trigger() -> str:
    """One that no request had before."""
    return f"13345224609.738474920.{time.time_ns():x}{next(_numbers)}"


def command(text: str, *, user: str = "U0ANA", team: str = TEAM, channel: str = "C0DEPLOYS") -> Json:
    """A slash command's form."""
    return {
        "token": "x",
        "team_id": team,
        "team_domain": "acme",
        "channel_id": channel,
        "channel_name": "deploys",
        "user_id": user,
        "user_name": user[2:].lower(),
        "command": "/pulumi",
        "text": text,
        "api_app_id": "A0QDECK",
        "trigger_id": trigger(),
    }


def _person(user: str, team: str, home: str) -> Json:
    return {
        "user": {"id": user, "username": user, "name": user, "team_id": home or team},
        "team": {"id": team, "domain": "acme"},
        "api_app_id": "A0QDECK",
        "token": "x",
        "trigger_id": trigger(),
    }


def press(
    action: str,
    value: str,
    *,
    user: str = "U0ANA",
    team: str = TEAM,
    home: str = "",
    channel: str = "C0DEPLOYS",
) -> Json:
    """A button's payload; `home` is the person's own workspace where that is another one."""
    ts = f"{time.time():.6f}"
    payload = {
        **_person(user, team, home),
        "type": "block_actions",
        "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
        "channel": {"id": channel, "name": "deploys"},
        "actions": [
            {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": ts}
        ],
    }
    return {"payload": json.dumps(payload)}


def submit(
    callback: str, values: Json, *, remember: Json, user: str = "U0ANA", team: str = TEAM, home: str = ""
) -> Json:
    """A modal's submission."""
    payload = {
        **_person(user, team, home),
        "type": "view_submission",
        "view": {
            "id": f"V{time.time_ns():x}{next(_numbers)}",
            "type": "modal",
            "callback_id": callback,
            "private_metadata": json.dumps(remember),
            "blocks": [{"type": "input", "block_id": name} for name in values],
            "state": {
                "values": {
                    name: {name: {"type": "plain_text_input", "value": text}} for name, text in values.items()
                }
            },
        },
    }
    return {"payload": json.dumps(payload)}
