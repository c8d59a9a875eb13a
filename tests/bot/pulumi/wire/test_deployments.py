"""Deployments out of the seed's examples, and out of anything else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deployments import Deployment
from bot.domain.stacks import StackRef
from bot.ports import Created
from bot.pulumi.wire.deployments import read_created, read_deployment, read_page, read_updates

DEV = StackRef(org="my-org", project="aws-ts-s3-folder", stack="dev")
Seed = Callable[[str], Any]


def test_the_seeds_deployment_is_read_whole(seed: Seed) -> None:
    deployment = read_deployment(seed("deployment"), stack=DEV)
    assert deployment is not None
    assert (deployment.id, deployment.version, deployment.status) == (
        "9e5e1331-a018-4845-8714-1598ba8dc52e",
        34,
        "running",
    )
    assert deployment.stack == DEV
    assert deployment.created == datetime(2022, 10, 17, 22, 12, 34, 834000, UTC)
    assert deployment.requested_by == "my-org"
    assert deployment.branch == "master"
    assert deployment.environment == {
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "PULUMI_ACCESS_TOKEN",
        "PULUMI_BACKEND_URL",
        "PULUMI_CI_BUILD_ID",
        "PULUMI_CI_BUILD_NUMBER",
        "PULUMI_CI_SYSTEM",
    }
    assert [step.status for step in deployment.steps] == ["succeeded", "running", *["not-started"] * 3]
    assert deployment.steps[2].started is None
    assert deployment.steps[0].duration == timedelta(microseconds=1052783)


def test_the_seeds_stack_list_is_read_whole(seed: Seed) -> None:
    page = read_page(seed("list_stack"), org="my-org", stack=DEV)
    assert page.total == 67
    assert [(one.version, one.status, one.operation) for one in page.deployments] == [
        (959, "succeeded", "update"),
        (957, "failed", "update"),
        (956, "failed", "update"),
        (955, "failed", "update"),
        (954, "succeeded", "update"),
    ]
    newest = page.deployments[0]
    assert (newest.initiator, newest.requested_by) == ("console", "Beep Boop")
    assert [step.name for step in newest.steps][::5] == ["Setup", "pulumi update"]
    assert newest.duration == timedelta(seconds=45, microseconds=239129)
    assert page.deployments[1].jobs == ()


def test_the_seeds_organisation_list_names_the_stack_of_each(seed: Seed) -> None:
    page = read_page(seed("list_org"), org="my-org")
    assert [str(one.stack) for one in page.deployments] == [
        "my-org/project-1/dev",
        "my-org/project-2/dev",
        *["my-org/project-1/dev"] * 3,
    ]


def test_a_list_is_filtered_again_in_case_the_service_did_not(seed: Seed) -> None:
    page = read_page(seed("list_stack"), org="my-org", stack=DEV, status="failed")
    assert [one.version for one in page.deployments] == [957, 956, 955]


def test_what_has_no_name_or_no_stack_is_left_out_of_a_list() -> None:
    raw = {"deployments": [{"version": 1}, {"id": "a"}, {"id": "b", "version": 2}, "c"]}
    assert read_page(raw, org="acme").deployments == ()
    assert [one.id for one in read_page(raw, org="acme", stack=DEV).deployments] == ["b"]
    assert read_page(raw, org="acme", stack=DEV).total == 1


def test_a_deployment_that_has_not_started_has_no_jobs() -> None:
    deployment = read_deployment({"id": "a", "version": 1, "status": "not-started"}, stack=DEV)
    assert deployment == Deployment(id="a", stack=DEV, version=1, status="not-started")


def test_an_unknown_status_is_kept_as_it_is() -> None:
    deployment = read_deployment({"id": "a", "version": 1, "status": "levitating"}, stack=DEV)
    assert deployment is not None
    assert deployment.status == "levitating"


def test_the_commit_is_the_one_that_ran() -> None:
    raw = {
        "id": "a",
        "version": 1,
        "updates": [{"environment": {"git.head": "old"}}, {"environment": {"git.head": "new", "n": 1}}],
        "configuration": {"source": {"git": {"commit": "asked"}}},
    }
    deployment = read_deployment(raw, stack=DEV)
    assert deployment is not None
    assert deployment.commit == "new"


def test_a_pinned_commit_is_known_before_it_runs() -> None:
    raw = {"id": "a", "version": 1, "configuration": {"source": {"git": {"commit": "asked"}}}}
    deployment = read_deployment(raw, stack=DEV)
    assert deployment is not None
    assert deployment.commit == "asked"


def test_a_list_names_the_branch_where_its_update_does() -> None:
    raw = {"id": "a", "version": 1, "updates": [{"environment": {"git.headName": "refs/heads/main"}}]}
    deployment = read_deployment(raw, stack=DEV)
    assert deployment is not None
    assert deployment.branch == "main"


def test_the_last_update_that_counts_its_changes_is_the_one_that_counts() -> None:
    updates = [
        {"resourceChanges": {"create": 1}},
        {"resourceChanges": {"create": 3, "same": "x"}},
        {},
    ]
    deployment = read_deployment({"id": "a", "version": 1, "updates": updates}, stack=DEV)
    assert deployment is not None
    assert deployment.changes == {"create": 3}


def test_somebody_without_a_name_goes_by_the_login() -> None:
    deployment = read_deployment({"id": "a", "version": 1, "requestedBy": {"githubLogin": "x"}}, stack=DEV)
    assert deployment is not None
    assert deployment.requested_by == "x"


def test_variables_may_be_listed_or_keyed() -> None:
    raw = {"id": "a", "version": 1, "configuration": {"environmentVariables": {"A": "1"}}}
    deployment = read_deployment(raw, stack=DEV)
    assert deployment is not None
    assert deployment.environment == {"A"}


def test_created_needs_an_id_and_a_version() -> None:
    assert read_created({"id": "a", "version": 2, "consoleUrl": "u"}) == Created("a", 2, "u")
    assert read_created({"id": "a"}) is None
    assert read_created({"version": 2}) is None


def test_an_update_tells_what_it_changed() -> None:
    (update,) = read_updates(
        [
            {
                "version": 7,
                "info": {
                    "kind": "update",
                    "result": "succeeded",
                    "startTime": 1694820531,
                    "endTime": 1694820540,
                    "message": "m",
                    "resourceChanges": {"create": 2},
                    "environment": {"git.head": "abc"},
                },
            }
        ]
    )
    assert (update.version, update.kind, update.result, update.message) == (7, "update", "succeeded", "m")
    assert update.changes == {"create": 2}
    assert update.environment == {"git.head": "abc"}
    assert update.started is not None
    assert update.ended is not None
    assert update.ended - update.started == timedelta(seconds=9)


def test_an_update_may_be_flat_or_nothing() -> None:
    flat, empty = read_updates([{"version": 7, "kind": "update"}, {}, "x"])
    assert (flat.version, flat.kind) == (7, "update")
    assert (empty.version, empty.kind) == (0, "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "id", "version", "status", "jobs", "steps", "started", "created", "updates", "environment", "requestedBy",
    "configuration", "environmentVariables", "source", "git", "branch", "resourceChanges", "total", "name",
]  # fmt: skip
SHAPES = st.recursive(
    JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from([*KEYS, "deployments"]), inner, max_size=6)
        | st.lists(inner, max_size=3)
    ),
    max_leaves=20,
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(KEYS), SHAPES))
def test_whatever_comes_is_a_deployment_or_none(raw: dict[str, Any]) -> None:
    deployment = read_deployment(raw, stack=DEV)
    assert deployment is None or (deployment.id and isinstance(deployment.status, str))
    if deployment:
        assert (deployment.duration, deployment.failed_step, deployment.request_id) is not None


@settings(max_examples=50)
@given(st.fixed_dictionaries({"deployments": st.lists(SHAPES, max_size=3)}), st.lists(SHAPES, max_size=3))
def test_whatever_comes_is_a_page_and_updates(page: dict[str, Any], updates: list[Any]) -> None:
    assert read_page(page, org="acme").total >= 0
    assert len(read_updates(updates)) <= len(updates)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=6).filter(lambda key: key not in KEYS), JSON, max_size=4))
def test_fields_that_nobody_knows_change_nothing(extra: dict[str, Any]) -> None:
    known = {"id": "a", "version": 1, "status": "running", "jobs": [{"status": "running"}]}
    assert read_deployment({**extra, **known}, stack=DEV) == read_deployment(known, stack=DEV)
