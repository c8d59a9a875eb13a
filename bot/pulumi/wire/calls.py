"""A call to the API as a value: where it goes, what it carries, and how often it may be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote, urlencode

import msgspec

from bot.domain.stacks import StackRef
from bot.errors import NotFoundError, UnauthorizedError

ACCEPT = "application/vnd.pulumi+8"
# What the service shows as "initiated by" (official OpenAPI, create deployment).
INITIATOR_HEADER = "X-Pulumi-Deployment-Initiator"
INITIATOR = "quarterdeck"

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def _own_version() -> str:
    try:
        return version("quarterdeck")
    except PackageNotFoundError:
        return "0"


USER_AGENT = f"quarterdeck/{_own_version()}"


class Token(str):
    """An access token. As text it is itself; its `repr` hides it, and so does every traceback that prints local variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[token]"


class Safety(Enum):
    """How often a call may be carried out (RFC 9110, 9.2): the words `safe` and `idempotent` are HTTP's own.

    `ONCE` is what must not happen twice, or would undo what somebody else did in between.
    """

    SAFE = "safe"
    IDEMPOTENT = "idempotent"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` begins with `/api/`, its parts percent-encoded. The body may hold secrets, so it is not shown."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    safety: Safety = Safety.SAFE

    def url(self, base_url: str) -> str:
        """The whole address; `base_url` may have a path of its own."""
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{base_url.rstrip('/')}{self.path}{query}"


def headers_of(call: Call, *, token: str) -> dict[str, str]:
    """All headers of a call made with `token` (seed, "Authentication").

    Raises UnauthorizedError for what cannot be a token, in words that do not hold it: an HTTP library would quote it.
    """
    if not _PRINTABLE.fullmatch(token):
        raise UnauthorizedError(
            "this is not an access token: it is empty or holds spaces or control characters",
            method=call.method,
            path=call.path,
            status=401,
        )
    return {
        "Accept": ACCEPT,
        "Content-Type": "application/json",  # on every call, as in the seed's examples
        "User-Agent": USER_AGENT,
        "Authorization": f"token {token}",
        **dict(call.headers),
    }


def org_path(org: str, *rest: str) -> str:
    """`/api/orgs/{org}/deployments/…`."""
    return _path("orgs", org, "deployments", *rest)


def stack_path(stack: StackRef, *rest: str) -> str:
    """`/api/stacks/{org}/{project}/{stack}/deployments/…`; `/api/stack/` in two of the seed's examples is a slip."""
    return _path("stacks", stack.org, stack.project, stack.stack, "deployments", *rest)


def _path(*parts: str) -> str:
    return "/api/" + "/".join(_part(part) for part in parts)


def _part(part: str) -> str:
    """Names cannot leave their place: dots alone would climb, and servers resolve them even when they are encoded."""
    if part in {"", ".", ".."}:
        raise NotFoundError(f"nothing can be named {part!r}", status=404)
    return quote(part, safe="", errors="replace")


def encode(body: Mapping[str, object]) -> bytes:
    """A JSON body."""
    return msgspec.json.encode(body)
