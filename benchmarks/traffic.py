"""Signed `/pulumi deploy` requests as Slack sends them, each one distinct, built before the clock starts."""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import urlencode

SECRET = "benchmark-signing-secret"


def requests(count: int, *, name: str) -> list[bytes]:
    """Whole HTTP requests, ready for the wire; `name` sets those of one run apart from others'."""
    return [_request(f"{name}.{number}") for number in range(count)]


def _request(trigger: str) -> bytes:
    body = _body(trigger)
    timestamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        "Accept: application/json,*/*\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {timestamp}\r\n"
        f"X-Slack-Signature: v0={digest}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "\r\n"
    )
    return (head + body).encode()


def _body(trigger: str) -> str:
    return urlencode(
        {
            "token": "gIkuvaNzQIHg97ATvDxqgjtO",
            "team_id": "T0QUARTER",
            "team_domain": "acme",
            "channel_id": "C0DEPLOYS",
            "channel_name": "deploys",
            "user_id": "U0ANA",
            "user_name": "ana",
            "command": "/pulumi",
            "text": "deploy web/dev --branch main",
            "api_app_id": "A0QDECK",
            "is_enterprise_install": "false",
            "response_url": "https://hooks.slack.com/commands/T0QUARTER/1234/abcdef",
            "trigger_id": f"13345224609.738474920.{trigger}",
        }
    )
