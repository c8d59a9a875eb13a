"""Slack's Web API with typed errors: what surely did not happen is told apart from what may have happened.

A thin layer over `slack_sdk`, whose own retries are off: it repeats a post after a lost answer, which can say things twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SlackError

# Seconds for one call; an outbox lease lasts longer.
TIMEOUT = aiohttp.ClientTimeout(total=8.0, sock_connect=3.0)
RESPONSE_URL = "response_url"
RATE_LIMITED = "ratelimited"
# Slack's words for "some of it may have been done" (https://docs.slack.dev/reference/methods/chat.postMessage#errors).
UNCERTAIN_CODES = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
# Raised before a request is on the wire.
NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
# AttributeError: slack_sdk reads a plain text answer (a proxy's) as if it were JSON.
LOST = (aiohttp.ClientError, SlackClientError, OSError, ValueError, AttributeError)

Json = dict[str, Any]
Meaning = Callable[[str, int, str, Mapping[str, str]], SlackError]


def new_session() -> aiohttp.ClientSession:
    """The one HTTP session of a process; whoever makes it closes it. Needs a running event loop."""
    return aiohttp.ClientSession(timeout=TIMEOUT)


class SlackApi:
    """Calls as one bot. `base_url` ends in `/api/`."""

    def __init__(self, *, token: str, http: aiohttp.ClientSession, base_url: str) -> None:
        self._http = http
        self._web = AsyncWebClient(token=token, base_url=base_url, session=http, retry_handlers=[])

    async def write(self, method: str, **arguments: Any) -> Json:
        """A method that changes something; arguments as JSON. Raises SlackError."""
        return await self._call(method, json=arguments)

    async def read(self, method: str, **arguments: Any) -> Json:
        """A method that only reads; Slack takes no JSON there. Raises SlackError."""
        return await self._call(method, http_verb="GET", params=arguments)

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """POST to a `response_url`. Raises SlackError; whatever answers with an error has shown nothing."""
        await self._post(RESPONSE_URL, url, meaning=_not_shown, json=body)

    async def send_file(self, url: str, content: bytes) -> None:
        """POST a file's content to the address that files.getUploadURLExternal gave. Raises SlackError."""
        await self._post("upload", url, meaning=error_of, data=content)

    async def _call(self, method: str, **how: Any) -> Json:
        try:
            answer = await self._web.api_call(method, **how)
        except SlackApiError as error:
            raise _refused(method, error.response) from error
        except LOST as error:
            raise SlackError(method, "", certain=isinstance(error, NOT_SENT)) from error
        return answer.data if isinstance(answer.data, dict) else {}

    async def _post(self, method: str, url: str, *, meaning: Meaning, **what: Any) -> None:
        try:
            async with self._http.post(url, **what) as answer:
                text = await answer.text()
        except LOST as error:
            raise SlackError(method, "", certain=isinstance(error, NOT_SENT)) from error
        if answer.status != HTTPStatus.OK:
            raise meaning(method, answer.status, _word(text), answer.headers)


def _word(text: str) -> str:
    """The error code in an answer that is a word, or JSON with one, or a page of HTML (then there is none)."""
    _, found, rest = text.partition('"error":')
    word = rest.split(",")[0].strip(' "}\n') if found else text.strip()
    return word if word.isidentifier() else ""


def _refused(method: str, response: Any) -> SlackError:
    """The error behind slack_sdk's: it carries its own response class, or aiohttp's when the body was not JSON."""
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    return error_of(method, status, code, response.headers)


def error_of(method: str, status: int, code: str, headers: Mapping[str, str]) -> SlackError:
    """What an answer that is no success means. Without a code it is not Slack that spoke, so nothing is certain."""
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in {RATE_LIMITED, "rate_limited"}:
        return SlackError(method, RATE_LIMITED, retry_after=_seconds(headers.get("Retry-After", "")))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in UNCERTAIN_CODES or not code:
        return SlackError(method, code, certain=False)
    return SlackError(method, code)


def _not_shown(method: str, status: int, code: str, headers: Mapping[str, str]) -> SlackError:
    """An error in answer to a `response_url`: nobody read it, so it may be said in another way."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return error_of(method, status, code, headers)
    return SlackError(method, code or f"http_{status}")


def _seconds(text: str) -> float:
    return max(1.0, float(text)) if text.strip().isdecimal() else 1.0
