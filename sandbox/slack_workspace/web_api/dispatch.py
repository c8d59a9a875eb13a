"""From an HTTP request to a method and back: token, scopes, rate limits, arguments, Slack's answers."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.model import Json
from sandbox.slack_workspace.rates import RateLimits
from sandbox.slack_workspace.services import Services
from sandbox.slack_workspace.web_api import apps, chat, conversations, directory, files, views
from sandbox.slack_workspace.web_api.calls import Call, Endpoint, invalid, require_scope

ENDPOINTS: Mapping[str, Endpoint] = {
    **apps.METHODS, **chat.METHODS, **conversations.METHODS, **directory.METHODS, **files.METHODS, **views.METHODS,
}  # fmt: skip
_ALWAYS = frozenset({"token"})


class WebApi:
    """All methods for one app's bot token, and those of its app-level token."""

    def __init__(
        self, *, services: Services, bot_token: str, app_token: str, limits: RateLimits, base_url: str
    ) -> None:
        self._services = services
        self._bot_token = bot_token
        self._app_token = app_token
        self._limits = limits
        self._base_url = base_url

    async def call(self, request: Request) -> Response:
        """`/api/<method>`: always 200 with `ok`, except 429."""
        method = request.path_params["method"]
        counts = self._services.counts
        counts.called(method)
        try:
            arguments = await read_arguments(request)
            return self._answer(method, request.headers.get("authorization"), arguments)
        except SlackError as error:
            counts.refused(method, error)
            return JSONResponse(error.body(), headers=self._scope_headers(method))

    def _answer(self, method: str, authorization: str | None, arguments: Mapping[str, Any]) -> Response:
        self._authenticate(method, authorization, arguments)
        found = ENDPOINTS.get(method)
        if found is None:
            raise SlackError("unknown_method", req_method=method)
        wait = self._limits.admit(method, channel=self._channel(arguments))
        if wait:
            self._services.counts.ratelimited(method)
            return ratelimited(wait)
        call = Call(arguments=arguments, services=self._services, base_url=self._base_url)
        if found.scopes:
            require_scope(call, *found.scopes)
        if unknown := arguments.keys() - found.knows - _ALWAYS:
            raise invalid(*(f"additional property: {name}" for name in sorted(unknown)))
        return JSONResponse({"ok": True, **found.run(call)}, headers=self._scope_headers(method))

    def _authenticate(self, method: str, authorization: str | None, arguments: Mapping[str, Any]) -> None:
        """An app-level token comes in the header only, and each kind of token opens its own methods only."""
        scheme, _, token = (authorization or "").partition(" ")
        given = token if scheme.lower() == "bearer" else arguments.get("token")
        wanted, other = self._bot_token, self._app_token
        if method in apps.METHODS:
            given, wanted, other = token, other, wanted
        if not given:
            raise SlackError("not_authed")
        if given == other:
            raise SlackError("not_allowed_token_type")
        if given != wanted:
            raise SlackError("invalid_auth")

    def _channel(self, arguments: Mapping[str, Any]) -> str | None:
        """The conversation's id, so that a channel's names share its limit."""
        name = arguments.get("channel")
        if not isinstance(name, str):
            return None
        ledger = self._services.ledger
        found = ledger.dm(name) if name in ledger.state.users else ledger.channel(name)
        return found.id if found else name

    def _scope_headers(self, method: str) -> dict[str, str]:
        accepted = ENDPOINTS[method].scopes if method in ENDPOINTS else ()
        return {
            "X-OAuth-Scopes": ",".join(sorted(self._services.manifest.scopes)),
            "X-Accepted-OAuth-Scopes": ",".join(accepted),
        }


def ratelimited(seconds: int) -> Response:
    """429 with Retry-After."""
    body = {"ok": False, "error": "ratelimited"}
    return JSONResponse(body, status_code=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})


async def read_arguments(request: Request) -> Json:
    """The arguments of a call: query, then a form or JSON body.

    Raises:
        SlackError: invalid_json, json_not_object, invalid_post_type.
    """
    query: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "GET" or not await request.body():
        return query
    if kind == "application/json":
        return {**query, **_read_object(await request.body())}
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form() as form:
            return {**query, **dict(form)}
    raise SlackError("invalid_post_type")


def _read_object(body: bytes) -> Json:
    try:
        data = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(data, dict):
        raise SlackError("json_not_object")
    return {name: value for name, value in data.items() if value is not None}


async def upload(services: Services, request: Request) -> Response:
    """The second step of an upload: the bytes, raw or as a form's one file."""
    file = services.ledger.state.files.get(request.path_params["file_id"])
    content = await _uploaded_bytes(request)
    services.counts.called("upload")
    if file is None or file.content is not None or file.ticket != request.path_params["ticket"]:
        services.counts.violated("upload", "no such upload address, or it was used already")
        return PlainTextResponse("not found", status_code=HTTPStatus.NOT_FOUND)
    if len(content) != file.size:
        services.counts.violated("upload", f"{file.name}: {len(content)} bytes, announced {file.size}")
        return PlainTextResponse(
            "the length differs from what was announced", status_code=HTTPStatus.BAD_REQUEST
        )
    file.content = content
    return PlainTextResponse(f"OK - {len(content)}")


async def _uploaded_bytes(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for value in form.values():
            if not isinstance(value, str):
                return await value.read()
    return b""


async def answer_response_url(services: Services, request: Request) -> Response:
    """An answer to something a person did: plain `ok`, or 404 once it is used up."""
    services.counts.called("response_url")
    try:
        services.response_urls.answer(request.path_params["token"], await read_arguments(request))
    except SlackError as error:
        services.counts.refused("response_url", error)
        gone = error.code in ("used_url", "expired_url", "message_not_found")
        return JSONResponse(
            error.body(), status_code=HTTPStatus.NOT_FOUND if gone else HTTPStatus.BAD_REQUEST
        )
    return PlainTextResponse("ok")


def web_api_routes(api: WebApi, services: Services) -> list[Route]:
    """`/api/<method>`, the upload address and response_urls."""

    async def take_upload(request: Request) -> Response:
        return await upload(services, request)

    async def take_answer(request: Request) -> Response:
        return await answer_response_url(services, request)

    return [
        Route("/api/{method}", api.call, methods=["GET", "POST"]),
        Route("/upload/v1/{file_id}/{ticket}", take_upload, methods=["POST"]),
        Route("/actions/{team}/{token}", take_answer, methods=["POST"]),
    ]
