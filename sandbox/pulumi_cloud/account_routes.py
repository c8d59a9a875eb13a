"""Who a token belongs to (`GET /api/user`, what `pulumi whoami` asks), and taking one away."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.pulumi_cloud.cloud import ACCOUNTS, Call, Cloud, api_route, json_response, read_control
from sandbox.pulumi_cloud.wire import account_json

__all__ = ["account_routes"]


class _Revoke(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    token: str
    revoked: bool = True


def account_routes(cloud: Cloud) -> list[Route]:
    """The user, and the control that revokes a token or gives it back."""

    async def revoke(request: Request) -> Response:
        body = await read_control(request, _Revoke)
        cloud.accounts.pop(body.token, None)
        if not body.revoked:
            cloud.accounts[body.token] = ACCOUNTS[body.token]
        return Response(status_code=204)

    return [api_route(cloud, "GET", "/api/user", user), Route("/sandbox/tokens", revoke, methods=["POST"])]


def user(call: Call) -> Response:
    """The token's owner and their organisations."""
    organizations = [
        {"githubLogin": name, "name": name, "avatarUrl": f"https://api.pulumi.com/static/avatars/{name}.png"}
        for name in (call.cloud.engine.organizations if call.caller.member else ())
    ]
    return json_response({**account_json(call.caller), "organizations": organizations})
