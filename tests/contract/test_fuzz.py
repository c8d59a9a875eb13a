"""A fuzzer that knows our description and nothing else: whatever it sends, the sandbox neither breaks nor answers otherwise.

300 requests in every test run; `make fuzz` sends 2,000, `make fuzz FUZZ_CASES=10000` as many as one likes. Three of four go to stacks and
deployments that exist, the others to whatever names the fuzzer makes up. The cases are the same in every run.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from zlib import crc32

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sandbox.fleet import free_port
from tests.conftest import CONTRACT

pytestmark = pytest.mark.scenario

CASES = int(os.environ.get("FUZZ_CASES", "300"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
HEADERS = {"Authorization": "token pul-sandbox"}

schema = schemathesis.openapi.from_path(str(CONTRACT))

OPERATIONS = {found.ok().label: found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)}
Case = schemathesis.Case[Any]


@dataclass(frozen=True, slots=True)
class Target:
    """The process under fire, and what exists in it."""

    url: str
    deployments: list[dict[str, Any]]
    stacks: list[dict[str, Any]]
    answered: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)

    def aim(self, case: Case) -> None:
        """Replace made-up names by real ones, in three of four cases."""
        chance = crc32(repr((case.path_parameters, case.query, case.body)).encode(errors="replace"))
        parameters = case.path_parameters
        if not parameters or chance % 4 == 0:
            return
        existing = self.deployments if {"deployment", "version"} & parameters.keys() else self.stacks
        real = existing[chance // 4 % len(existing)]
        for name in ("org", "project", "stack"):
            if name in parameters:
                parameters[name] = real[name]
        if "deployment" in parameters:
            parameters["deployment"] = real["id"]
        if "version" in parameters:
            parameters["version"] = str(real["version"])


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A real process, its deployments running fast."""
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "pulumi", "--port", str(port), "--speed", "20"]
    server = subprocess.Popen([*command, "--check-answers", str(CONTRACT)])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=HEADERS, timeout=30) as client:
            state = first_state(client)
            target = Target(str(client.base_url).rstrip("/"), state["deployments"], state["stacks"])
            yield target
            state = client.get("/sandbox/state").json()
        assert state["contract_violations"] == []
        assert state["answers_checked"] >= target.answered.total() > 0
        if len(target.operations) == len(OPERATIONS):  # not in a run of a part, or by several processes
            assert {200, 202, 400, 404} <= target.answered.keys(), (
                "the fuzzer must reach what is behind the door"
            )
        print(f"\n{state['answers_checked']} answers checked: {target.answered}")  # noqa: T201  this run's figure
    finally:
        server.terminate()
        assert server.wait(timeout=20) in (0, -15)


def first_state(client: httpx.Client) -> dict[str, Any]:
    for _ in range(200):
        try:
            state: dict[str, Any] = client.get("/sandbox/state").json()
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return state
    raise AssertionError("the sandbox does not answer")


@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_sent_the_answer_is_as_described(label: str, target: Target) -> None:
    """Requests that the description allows, and as many that it does not."""
    target.operations.add(label)
    operation = OPERATIONS[label]
    cases = [operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode]

    @settings(
        max_examples=ceil(CASES / len(OPERATIONS)),
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=st.one_of(cases))
    def send(case: Case) -> None:
        target.aim(case)
        answer = case.call_and_validate(base_url=target.url, headers=HEADERS, checks=CHECKS)
        target.answered[answer.status_code] += 1

    send()
