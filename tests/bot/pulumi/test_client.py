"""The client: each method asks its endpoint and answers with words of the domain."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot import ports
from bot.domain.links import Account
from bot.domain.stacks import StackRef
from bot.errors import AnswerLostError, NotFoundError, PulumiUnavailableError, UnauthorizedError
from bot.ports import Created, LogLine
from bot.pulumi.client import PulumiClient
from bot.pulumi.logs import Cursor
from tests.bot.pulumi.service import TOKEN, Service

Seed = Callable[[str], Any]
BASE = "/api/stacks/acme/web/dev/deployments"


def asked(service: Service) -> list[str]:
    return [f"{seen.method} {seen.target}" for seen in service.seen]


def test_the_client_is_what_runner_and_poller_ask_for(client: PulumiClient) -> None:
    port: ports.Pulumi = client
    assert port is client


async def test_create_says_what_to_run_and_who_asks(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers({"id": "d1", "version": 7, "consoleUrl": "https://app/7"}, status=202)
    created = await client.create(
        stack,
        operation="update",
        request_id="r1",
        branch="main",
        settings={"sourceContext": {"git": {"repoUrl": "u"}}},
    )
    assert created == Created("d1", 7, "https://app/7")
    (seen,) = service.seen
    assert (seen.method, seen.target) == ("POST", BASE)
    assert seen.headers["x-pulumi-deployment-initiator"] == "quarterdeck"
    assert seen.json == {
        "operation": "update",
        "inheritSettings": True,
        "operationContext": {"environmentVariables": {"QUARTERDECK_REQUEST_r1": "1"}},
        "sourceContext": {"git": {"branch": "refs/heads/main", "commit": None, "repoURL": "u"}},
    }


async def test_a_created_deployment_has_a_page_even_where_the_answer_names_none(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers({"id": "d1", "version": 7}, status=202)
    created = await client.create(stack, operation="update", request_id="r1")
    assert created.console_url == f"{service.url}/acme/web/dev/deployments/7"


async def test_a_create_answered_with_nothing_usable_may_have_happened(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers({"id": "d1"}, status=202)
    with pytest.raises(AnswerLostError):
        await client.create(stack, operation="update", request_id="r1")


async def test_a_deployment_is_read_by_id_and_by_version(
    client: PulumiClient, service: Service, stack: StackRef, seed: Seed
) -> None:
    service.answers(seed("deployment"))
    service.answers(seed("deployment"))
    assert await client.get(stack, "9e5e") == await client.get_version(stack, 34)
    assert asked(service) == [f"GET {BASE}/9e5e", f"GET {BASE}/version/34"]


async def test_a_deployment_without_a_name_is_no_answer(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers({"status": "running"})
    with pytest.raises(PulumiUnavailableError, match="without an id"):
        await client.get(stack, "9e5e")


async def test_lists_are_read_and_filtered(client: PulumiClient, service: Service, seed: Seed) -> None:
    stack = StackRef("my-org", "simple-resource", "dev")
    service.answers(seed("list_stack"))
    service.answers(seed("list_org"))
    assert [one.version for one in (await client.list_stack(stack, status="failed")).deployments] == [
        957,
        956,
        955,
    ]
    assert (await client.list_org("my-org")).total == 67
    assert asked(service) == [
        "GET /api/stacks/my-org/simple-resource/dev/deployments?page=1&pageSize=10&status=failed",
        "GET /api/orgs/my-org/deployments?page=1&pageSize=100",
    ]


async def test_updates_are_read(client: PulumiClient, service: Service, stack: StackRef) -> None:
    service.answers([{"version": 3, "info": {"kind": "update", "resourceChanges": {"create": 2}}}])
    assert (await client.updates(stack, "d1"))[0].changes == {"create": 2}
    assert asked(service) == [f"GET {BASE}/d1/updates"]


async def test_what_changed_is_what_the_last_run_says(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers(
        [
            {"version": 3, "info": {"kind": "preview", "resourceChanges": {"create": 2}}},
            {"version": 4, "info": {"kind": "update", "resourceChanges": {"create": 1, "same": 5}}},
            {"version": 5, "info": {"kind": "update"}},
        ]
    )
    assert await client.changes(stack, "d1") == {"create": 1, "same": 5}


async def test_pauses_cancel_and_clear_need_no_body(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    for _ in range(5):
        service.answers()
    service.answers(True)
    await client.pause(stack)
    await client.resume(stack)
    await client.pause_org("acme")
    await client.resume_org("acme")
    await client.cancel(stack, "d1")
    await client.clear_settings(stack)
    assert asked(service) == [
        f"POST {BASE}/pause",
        f"POST {BASE}/resume",
        "POST /api/orgs/acme/deployments/pause",
        "POST /api/orgs/acme/deployments/resume",
        f"POST {BASE}/d1/cancel",
        f"DELETE {BASE}/settings",
    ]


async def test_metadata_tells_the_pauses(
    client: PulumiClient, service: Service, stack: StackRef, seed: Seed
) -> None:
    service.answers(seed("stack_metadata"))
    service.answers(seed("org_metadata"))
    assert (await client.metadata(stack)).organization_paused
    assert (await client.org_metadata("acme")).concurrency == 1


async def test_settings_are_read_patched_and_replaced(
    client: PulumiClient, service: Service, stack: StackRef, seed: Seed
) -> None:
    service.answers(seed("settings"))
    service.answers(seed("settings_patched"))
    service.answers(seed("settings"))
    assert (await client.settings(stack)).branch == "refs/heads/demo"
    patched = await client.patch_settings(stack, seed("settings_patch"))
    assert patched.github is not None
    replaced = await client.replace_settings(stack, {"sourceContext": {"git": {"repoUrl": "u"}}})
    assert replaced.raw == seed("settings")
    assert asked(service) == [f"GET {BASE}/settings", f"POST {BASE}/settings", f"PUT {BASE}/settings"]
    assert service.seen[1].json == seed("settings_patch")
    assert service.seen[2].json == {"sourceContext": {"git": {"repoURL": "u"}}}


async def test_a_log_is_read_to_its_end(
    client: PulumiClient, service: Service, stack: StackRef, seed: Seed
) -> None:
    service.answers(seed("log_first"))
    service.answers(seed("log_second"))
    lines = [line async for line in client.log(stack, "d1")]
    assert len(lines) == 11
    assert lines[0] == LogLine(header="Download deployment executor")
    assert asked(service) == [f"GET {BASE}/d1/logs", f"GET {BASE}/d1/logs?continuationToken=0.2.1"]


async def test_a_log_of_huge_lines_and_bytes_that_are_no_text_is_read_line_by_line(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    huge = b"x" * 1_000_000
    row = b'{"timestamp": "2026-01-05T12:00:00Z", "line": "%s\\n"}'
    service.answers(
        b'{"lines": [%s, %s], "nextToken": "t"}' % (row % huge, row % b"caf\xe9 \\u0000 \xed\xa0\x80")
    )
    service.answers(b'{"lines": [%s], "nextToken": ""}' % (row % b""))
    lines = [line.text async for line in client.log(stack, "d1")]
    assert [len(line) for line in lines] == [1_000_000, 10, 0]
    assert lines[1] == "caf\ufffd \x00 \ufffd\ufffd\ufffd"
    lines[1].encode()


async def test_a_log_is_taken_up_from_a_cursor(
    client: PulumiClient, service: Service, stack: StackRef, seed: Seed
) -> None:
    service.answers(seed("log_second"))
    reads = [read async for read in client.log_from(stack, "d1", Cursor("0.2.1", 3))]
    assert [read.line.text for read in reads] == ["added 163 packages, and audited 164 packages in 12s"]
    assert reads[0].cursor == Cursor("0.2.1", 4)


async def test_a_steps_log_is_read_from_an_offset_and_counts_from_zero(
    client: PulumiClient, service: Service, stack: StackRef, seed: Seed
) -> None:
    service.answers(seed("step_log"))
    service.answers({"lines": [{"line": "end\n"}]})
    lines = [line.text async for line in client.step_log(stack, "d1", job=0, step=4, offset=1)]
    assert (len(lines), lines[0], lines[9], lines[10]) == (11, "Updating (k8s/dev)", "    Done!", "end")
    assert asked(service) == [
        f"GET {BASE}/d1/logs?job=0&step=5&offset=1&count=499",
        f"GET {BASE}/d1/logs?job=0&step=5&offset=10&count=499",
    ]


def listed(*numbers: int) -> dict[str, Any]:
    return {
        "deployments": [
            {"id": f"d{number}", "version": number, "created": f"2026-01-05 12:00:0{number}.000"}
            for number in numbers
        ]
    }


def carrying(number: int, *names: str) -> dict[str, Any]:
    variables = [{"name": name, "secret": True} for name in names]
    return {"id": f"d{number}", "version": number, "configuration": {"environmentVariables": variables}}


async def test_a_request_is_found_by_the_name_of_its_variable(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers(listed(4, 3, 2, 1))
    service.answers(carrying(4, "QUARTERDECK_REQUEST_r10"))
    service.answers({"message": "deleted"}, status=404)
    service.answers(carrying(2, "AWS_REGION", "QUARTERDECK_REQUEST_r1"))
    found = await client.find_request(stack, "r1")
    assert found is not None
    assert found.version == 2
    assert len(service.seen) == 4


async def test_a_request_that_became_nothing_is_not_found(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers(listed(1))
    service.answers(carrying(1))
    assert await client.find_request(stack, "r1") is None


async def test_what_is_older_than_the_request_is_not_looked_at(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers(listed(4, 3))
    service.answers(carrying(4))
    since = datetime(2026, 1, 5, 12, 0, 4, tzinfo=UTC)
    assert await client.find_request(stack, "r1", since=since) is None
    assert len(service.seen) == 2


async def test_a_look_that_fails_says_so_instead_of_finding_nothing(
    client: PulumiClient, service: Service, stack: StackRef
) -> None:
    service.answers({"message": "no such stack"}, status=404)
    with pytest.raises(NotFoundError):
        await client.find_request(stack, "r1")


async def test_a_token_says_whose_it_is(client: PulumiClient, service: Service) -> None:
    service.answers({"githubLogin": "ana", "name": "Ana", "organizations": [{"githubLogin": "acme"}]})
    assert await client.whoami() == Account(login="ana", name="Ana", organizations=("acme",))
    assert asked(service) == ["GET /api/user"]


async def test_an_owner_without_a_login_is_no_answer(client: PulumiClient, service: Service) -> None:
    service.answers({"name": "Ana"})
    with pytest.raises(PulumiUnavailableError, match="without a login"):
        await client.whoami()


async def test_what_fails_with_somebodys_own_token_names_the_owner(
    client: PulumiClient, service: Service
) -> None:
    service.answers({"message": "revoked"}, status=401)
    with pytest.raises(UnauthorizedError) as caught:
        await client.with_token("pul-personal", owner="ana").whoami()
    assert caught.value.owner == "ana"
    assert "linked as ana" in caught.value.for_people


async def test_somebody_elses_token_goes_through_the_same_connections(
    client: PulumiClient, service: Service, http: httpx.AsyncClient
) -> None:
    personal = client.with_token("pul-personal")
    await personal.org_metadata("acme")
    await client.org_metadata("acme")
    assert [seen.headers["authorization"] for seen in service.seen] == [
        "token pul-personal",
        f"token {TOKEN}",
    ]
    assert len(http._transport._pool.connections) == 1  # type: ignore[attr-defined]  # what the claim is about
    assert personal.console_url(StackRef("a", "b", "c"), 1) == client.console_url(StackRef("a", "b", "c"), 1)


def test_the_token_does_not_show_in_the_clients_repr(client: PulumiClient) -> None:
    assert TOKEN not in repr(client)


def test_the_console_may_be_elsewhere(http: httpx.AsyncClient, stack: StackRef) -> None:
    client = PulumiClient(http, base_url="http://x", token=TOKEN, console_base="https://console")
    assert client.console_url(stack, 7) == "https://console/acme/web/dev/deployments/7"
