"""The service as the routes see it: the engine, a clock, what is counted, and one call at a time."""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import msgspec
from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.pulumi_cloud.answer_check import Book
from sandbox.pulumi_cloud.engine import Engine
from sandbox.pulumi_cloud.log_facts import facts_for_logs
from sandbox.pulumi_cloud.logs import LogBook
from sandbox.pulumi_cloud.model import Account, Deployment, Organization, Stack, StackRef
from sandbox.pulumi_cloud.secretness import NO_SALT, SALT_SIZE
from sandbox.pulumi_cloud.settings_rules import SettingsError
from sandbox.pulumi_cloud.settings_shape import Problem
from sandbox.pulumi_cloud.wire import SnapshotCache

__all__ = [
    "ACCOUNTS",
    "BadRequest",
    "Call",
    "Cloud",
    "api_route",
    "error_body",
    "json_response",
    "read_control",
    "refusing",
    "wall_clock",
]

ACCOUNTS = {
    "pul-sandbox": Account("Quarterdeck", "quarterdeck", admin=True),
    "pul-member": Account("Mary Shelley", "mary"),
    "pul-ana": Account("Ana Almeida", "ana", admin=True),
    "pul-ana-second": Account("Ana Almeida", "ana", admin=True),
    "pul-ben": Account("Ben Okafor", "ben", may_not_write=frozenset({"prod"})),
    "pul-stranger": Account("Sam Stranger", "stranger", member=False),
}
"""Access tokens and their owners: an organisation's administrator, one who is not, and people with tokens of their own."""

REQUEST_ID = "X-Pulumi-Request-ID"

Body = TypeVar("Body", bound=msgspec.Struct)

_encode = msgspec.json.Encoder().encode


class BadRequest(HTTPException):
    """A request that the service refuses with 400."""

    def __init__(self, reason: str, problems: Sequence[Problem] = ()) -> None:
        """Say why, and of settings which fields it is about."""
        super().__init__(400, f"Bad Request: {reason}")
        self.problems = tuple(problems)


@contextmanager
def refusing() -> Iterator[None]:
    """Settings that break a rule are a bad request."""
    try:
        yield
    except SettingsError as error:
        raise BadRequest(str(error), error.problems) from error


def wall_clock() -> Callable[[], int]:
    """A clock that starts at the time of day and never goes back."""
    start = time.time_ns() - time.monotonic_ns()
    return lambda: start + time.monotonic_ns()


@dataclass(slots=True)
class Cloud:
    """One running service."""

    engine: Engine
    faults: Faults
    public_url: str
    clock: Callable[[], int]
    seed: int
    accounts: dict[str, Account] = field(default_factory=lambda: dict(ACCOUNTS))
    requests: Counter[str] = field(default_factory=Counter)
    snapshots: SnapshotCache = field(default_factory=SnapshotCache)
    book: Book = field(default_factory=Book)
    logs: LogBook = field(init=False)
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        """Derive what follows from the seed and the address."""
        self.logs = LogBook(facts_for_logs(self.public_url))
        self._random = Random(f"requests {self.seed}")

    def now(self) -> int:
        """The clock's value, everything up to it having happened."""
        now = self.clock()
        self.engine.advance(now)
        return now

    def salt(self) -> bytes:
        """What the ciphertexts of one answer are written with."""
        return NO_SALT if self.engine.options.ciphertexts == "kept" else self._random.randbytes(SALT_SIZE)

    def request_id(self) -> str:
        """An id for one answer."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised request: handlers answer it without any I/O."""

    cloud: Cloud
    caller: Account
    now: int
    path: Mapping[str, str]
    query: QueryParams
    headers: Headers
    body: bytes

    def organization(self) -> Organization:
        """The organisation in the path, or 404."""
        org = self.cloud.engine.organizations.get(self.path["org"])
        if org is None:
            raise HTTPException(404, f"Not Found: organization '{self.path['org']}' not found")
        return org

    def stack(self) -> Stack:
        """The stack in the path, or 404."""
        ref = StackRef(self.path["org"], self.path["project"], self.path["stack"])
        stack = self.cloud.engine.stack(ref)
        if stack is None:
            raise HTTPException(404, f"Not Found: stack '{ref}' not found")
        return stack

    def deployment(self) -> Deployment:
        """The deployment in the path, or 404."""
        stack = self.stack()
        deployment = self.cloud.engine.deployments.get(self.path["deployment"])
        if deployment is None or deployment.ref != stack.ref:
            raise HTTPException(404, f"Not Found: deployment '{self.path['deployment']}' not found")
        return deployment

    def json_object(self) -> dict[str, Any]:
        """The body, or 400."""
        try:
            value = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadRequest("the body is not JSON") from error
        if not isinstance(value, dict):
            raise BadRequest("the body must be a JSON object")
        return value


def error_body(status: int, message: str, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    """The service's error body; `errors` is there when fields are to blame."""
    body: dict[str, Any] = {"code": status, "message": message}
    if problems:
        body["errors"] = [
            {"resource": "DeploymentSettings", "attribute": problem.attribute, "errorType": problem.kind}
            for problem in problems
        ]
    return body


async def read_control(request: Request, kind: type[Body]) -> Body:
    """The body of a call to `/sandbox/`, or 400 with what is wrong about it."""
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(str(error)) from error


def json_response(value: Any, status: int = 200) -> Response:
    """`value` as JSON."""
    return Response(_encode(value), status_code=status, media_type="application/json")


def api_route(cloud: Cloud, method: str, path: str, answer: Callable[[Call], Response]) -> Route:
    """A route that counts, authorises and lets `answer` work on the present state."""

    async def endpoint(request: Request) -> Response:
        cloud.requests[f"{method} {path}"] += 1
        caller = _account(cloud, request.headers.get("authorization", ""))
        _permit(caller, method, request.path_params)
        call = Call(
            cloud=cloud,
            caller=caller,
            body=await request.body(),
            now=cloud.now(),
            path=request.path_params,
            query=request.query_params,
            headers=request.headers,
        )
        return answer(call)

    return Route(path, endpoint, methods=[method], name=answer.__name__)


def _account(cloud: Cloud, authorization: str) -> Account:
    scheme, _, token = authorization.partition(" ")
    if scheme != "token" or token not in cloud.accounts:
        raise HTTPException(401, "Unauthorized: No credentials provided or are invalid.")
    return cloud.accounts[token]


def _permit(caller: Account, method: str, path: Mapping[str, str]) -> None:
    """Whoever may only look at a stack changes nothing there."""
    if method != "GET" and path.get("stack") in caller.may_not_write:
        stack = f"{path['org']}/{path['project']}/{path['stack']}"
        raise HTTPException(
            403, f"Forbidden: {caller.login} does not have permission to write to stack '{stack}'"
        )
