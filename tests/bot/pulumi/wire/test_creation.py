"""What a create call says, and what it makes of the stack's settings."""

from typing import Any

import pytest

from bot.domain.deployment_settings import merge
from bot.pulumi.wire.creation import creation, full_branch, removes_a_part, short_branch


def test_a_deployment_carries_the_request_as_the_name_of_a_variable() -> None:
    assert creation(operation="update", request_id="r1") == {
        "operation": "update",
        "inheritSettings": True,
        "operationContext": {"environmentVariables": {"QUARTERDECK_REQUEST_r1": "1"}},
    }


def test_a_message_travels_as_a_variable_and_has_an_end() -> None:
    body: Any = creation(operation="update", request_id="r1", message="x" * 1000)
    assert body["operationContext"]["environmentVariables"]["QUARTERDECK_MESSAGE"] == "x" * 500


def test_a_branch_takes_the_place_of_an_inherited_commit() -> None:
    body: Any = creation(operation="update", request_id="r1", branch="main")
    stack = {"sourceContext": {"git": {"commit": "abc", "repoURL": "u"}}}
    assert merge(stack, body)["sourceContext"] == {"git": {"branch": "refs/heads/main", "repoURL": "u"}}


def test_a_commit_takes_the_place_of_an_inherited_branch() -> None:
    body: Any = creation(operation="update", request_id="r1", commit="abc")
    stack = {"sourceContext": {"git": {"branch": "refs/heads/main", "repoURL": "u"}}}
    assert merge(stack, body)["sourceContext"] == {"git": {"commit": "abc", "repoURL": "u"}}


def test_a_commit_pins_the_branch_it_is_given_with() -> None:
    body: Any = creation(operation="update", request_id="r1", branch="main", commit="abc")
    assert body["sourceContext"]["git"] == {"commit": "abc", "branch": None}


def test_further_settings_are_merged_with_what_the_bot_has_to_say() -> None:
    body: Any = creation(
        operation="preview",
        request_id="r1",
        settings={"operationContext": {"environmentVariables": {"A": "1"}, "preRunCommands": ["ls"]}},
    )
    assert body["operationContext"] == {
        "environmentVariables": {"A": "1", "QUARTERDECK_REQUEST_r1": "1"},
        "preRunCommands": ["ls"],
    }


def test_a_null_still_removes_what_would_be_inherited() -> None:
    body = creation(operation="update", request_id="r1", settings={"gitHub": None})
    assert body["gitHub"] is None


@pytest.mark.parametrize(
    ("settings", "removes"),
    [
        ({"operationContext": None}, True),
        ({"operationContext": {"environmentVariables": None}}, True),
        ({"sourceContext": None}, True),
        ({"sourceContext": {"git": None}}, True),
        ({}, False),
        ({"gitHub": None}, False),
        ({"operationContext": {"environmentVariables": {"A": None}, "preRunCommands": None}}, False),
        ({"operationContext": "odd", "sourceContext": {"git": {"branch": None}}}, False),
    ],
)
def test_only_a_part_to_which_something_is_added_needs_a_look(
    settings: dict[str, Any],
    removes: bool,  # noqa: FBT001  a table
) -> None:
    assert removes_a_part(settings) is removes


@pytest.mark.parametrize(
    "removed",
    [
        {"operationContext": None},
        {"operationContext": {"environmentVariables": None}},
        {"sourceContext": None},
    ],
)
def test_a_part_is_removed_and_then_added_to(removed: dict[str, Any]) -> None:
    stack: Any = {
        "operationContext": {
            "environmentVariables": {"A": "1", "B": {"secret": "[secret]", "ciphertext": "x"}},
            "preRunCommands": ["ls"],
        },
        "sourceContext": {"git": {"repoURL": "u", "branch": "refs/heads/main", "repoDir": "infra"}},
    }
    body = creation(operation="update", request_id="r1", branch="next", settings=removed, inherited=stack)
    own: Any = creation(operation="update", request_id="r1", branch="next")
    assert merge(stack, body) == merge(merge(merge(stack, removed), own), {})


def test_settings_that_inherit_nothing_hold_no_null() -> None:
    body: Any = creation(
        operation="update", request_id="r1", commit="abc", settings={"gitHub": None}, inherit=False
    )
    assert body["inheritSettings"] is False
    assert "gitHub" not in body
    assert body["sourceContext"] == {"git": {"commit": "abc"}}


def test_branches_are_full_refs_on_the_wire_and_short_for_people() -> None:
    assert full_branch("main") == "refs/heads/main"
    assert full_branch("refs/tags/v1") == "refs/tags/v1"
    assert short_branch("refs/heads/a/b") == "a/b"
    assert short_branch("refs/tags/v1") == "refs/tags/v1"


def test_who_asked_and_who_approved_are_names_of_variables() -> None:
    body: Any = creation(
        operation="update", request_id="r1", requested_by="U0ANA", approved_by=("U0BEN", "U0CLEO")
    )
    assert body["operationContext"]["environmentVariables"] == {
        "QUARTERDECK_REQUESTED_BY_U0ANA": "1",
        "QUARTERDECK_APPROVED_BY_U0BEN": "1",
        "QUARTERDECK_APPROVED_BY_U0CLEO": "1",
        "QUARTERDECK_REQUEST_r1": "1",
    }


def test_what_is_no_slack_id_becomes_no_name() -> None:
    body: Any = creation(
        operation="update", request_id="r1", requested_by="", approved_by=("A=1; rm -rf", "u0ben")
    )
    assert body["operationContext"]["environmentVariables"] == {"QUARTERDECK_REQUEST_r1": "1"}
