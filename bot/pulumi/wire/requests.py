"""One function per endpoint: what to send. The order is the seed's, section "Endpoints"."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.stacks import StackRef
from bot.pulumi.wire.calls import INITIATOR, INITIATOR_HEADER, Call, Safety, encode, org_path, stack_path

# The seed counts the steps of a deployment from 1 in the log request ("Getting logs for individual steps"), the official OpenAPI
# from 0; nobody could be asked. We count from 0 everywhere else.
FIRST_STEP = 1
# The seed calls it `nextToken`, as in the answer; OpenAPI, SDK and CLI send it under this name.
TOKEN_PARAMETER = "continuationToken"  # noqa: S105  the name of a parameter
# The service refuses 500 and more (OpenAPI: "Count must be less than 500 and more than 0").
MOST_LINES = 499
MOST_PER_PAGE = 100


def get_settings(stack: StackRef) -> Call:
    """Seed, "Get Settings"."""
    return Call("GET", stack_path(stack, "settings"))


def patch_settings(stack: StackRef, patch: Mapping[str, object]) -> Call:
    """Seed, "Patch Settings": null removes, objects merge, the rest replaces."""
    return Call("POST", stack_path(stack, "settings"), body=encode(patch), safety=Safety.ONCE)


def replace_settings(stack: StackRef, settings: Mapping[str, object]) -> Call:
    """Official OpenAPI, `PUT …/deployments/settings`. Sent once: a second one could overwrite somebody's change."""
    return Call("PUT", stack_path(stack, "settings"), body=encode(settings), safety=Safety.ONCE)


def clear_settings(stack: StackRef) -> Call:
    """Seed, "Clear Settings". Sent once, for the same reason."""
    return Call("DELETE", stack_path(stack, "settings"), safety=Safety.ONCE)


def create_deployment(stack: StackRef, body: Mapping[str, object]) -> Call:
    """Seed, "Create Deployment"; `body` comes from `bot.pulumi.wire.creation`."""
    headers = ((INITIATOR_HEADER, INITIATOR),)
    return Call("POST", stack_path(stack), body=encode(body), headers=headers, safety=Safety.ONCE)


def get_deployment(stack: StackRef, deployment_id: str) -> Call:
    """Seed, "Get Deployment", by id."""
    return Call("GET", stack_path(stack, deployment_id))


def get_version(stack: StackRef, version: int) -> Call:
    """Seed, "Get Deployment", by version."""
    return Call("GET", stack_path(stack, "version", str(version)))


def get_updates(stack: StackRef, deployment_id: str) -> Call:
    """Official OpenAPI, `GET …/deployments/{id}/updates`: the Pulumi updates that a deployment made."""
    return Call("GET", stack_path(stack, deployment_id, "updates"))


def list_stack(
    stack: StackRef, *, page: int = 1, page_size: int = 10, status: str = "", asc: bool = False
) -> Call:
    """Seed, "List Stack Deployments"."""
    return Call("GET", stack_path(stack), query=_listing(page, page_size, status, asc=asc))


def list_org(org: str, *, page: int = 1, page_size: int = 100, status: str = "", asc: bool = False) -> Call:
    """Seed, "List Organization Deployments"."""
    return Call("GET", org_path(org), query=_listing(page, page_size, status, asc=asc))


def _listing(page: int, page_size: int, status: str, *, asc: bool) -> tuple[tuple[str, str], ...]:
    query = [("page", str(max(page, 1))), ("pageSize", str(min(max(page_size, 1), MOST_PER_PAGE)))]
    if status:
        query.append(("status", status))
    if asc:
        query.append(("asc", "true"))
    return tuple(query)


def get_log(stack: StackRef, deployment_id: str, *, token: str = "") -> Call:
    """Seed, "Streaming logs"; an empty `token` begins at the beginning."""
    query = ((TOKEN_PARAMETER, token),) if token else ()
    return Call("GET", stack_path(stack, deployment_id, "logs"), query=query)


def get_step_log(
    stack: StackRef, deployment_id: str, *, job: int, step: int, offset: int = 0, count: int = MOST_LINES
) -> Call:
    """Seed, "Getting logs for individual steps"; `job`, `step` and `offset` (lines) count from 0."""
    numbers = {"job": job, "step": step + FIRST_STEP, "offset": offset, "count": count}
    query = tuple((name, str(number)) for name, number in numbers.items())
    return Call("GET", stack_path(stack, deployment_id, "logs"), query=query)


def pause_stack(stack: StackRef) -> Call:
    """Seed, "Pause Deployments". Idempotent: what is paused stays paused."""
    return Call("POST", stack_path(stack, "pause"), safety=Safety.IDEMPOTENT)


def pause_org(org: str) -> Call:
    """Seed, "Pause Deployments", for administrators."""
    return Call("POST", org_path(org, "pause"), safety=Safety.IDEMPOTENT)


def resume_stack(stack: StackRef) -> Call:
    """Seed, "Resume Deployments". Idempotent: what runs goes on running."""
    return Call("POST", stack_path(stack, "resume"), safety=Safety.IDEMPOTENT)


def resume_org(org: str) -> Call:
    """Seed, "Resume Deployments", for administrators."""
    return Call("POST", org_path(org, "resume"), safety=Safety.IDEMPOTENT)


def stack_metadata(stack: StackRef) -> Call:
    """Seed, "Get Deployments Metadata"."""
    return Call("GET", stack_path(stack, "metadata"))


def org_metadata(org: str) -> Call:
    """Seed, "Get Deployments Metadata", for an organisation."""
    return Call("GET", org_path(org, "metadata"))


def cancel(stack: StackRef, deployment_id: str) -> Call:
    """Seed, "Cancel Deployment". Idempotent: it names one deployment, which can stop only once."""
    return Call("POST", stack_path(stack, deployment_id, "cancel"), safety=Safety.IDEMPOTENT)


def get_user() -> Call:
    """Whom the token belongs to: what the CLI asks for `pulumi whoami` (pulumi/pulumi, `pkg/backend/httpstate/client`)."""
    return Call("GET", "/api/user")
