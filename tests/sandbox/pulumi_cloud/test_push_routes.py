"""A push starts what the GitHub blocks of the stacks ask for, and says why it starts nothing else."""

from typing import Any

import httpx
import pytest

PUSH = "/sandbox/push"
REPOSITORY = "acme/monorepo"


def connect(api: httpx.Client, path: str, *, branch: str = "refs/heads/main", **block: Any) -> str:
    """Give a stack a GitHub block in place of an address; answers the path of its deployments."""
    deployments = f"/api/stacks/acme/{path}/deployments"
    patch = {
        "sourceContext": {"git": {"repoURL": None, "branch": branch}},
        "gitHub": {"repository": REPOSITORY, **block},
    }
    assert api.post(f"{deployments}/settings", json=patch).status_code == 200
    return deployments


def push(api: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = api.post(PUSH, json={"repository": REPOSITORY, "branch": "main", **body})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def test_a_push_deploys_the_stacks_that_ask_for_it(api: httpx.Client) -> None:
    dev = connect(api, "web/dev", deployCommits=True)
    connect(api, "web/staging", deployCommits=False)
    connect(api, "web/prod", branch="refs/heads/release", deployCommits=True)
    said = push(api, paths=["a.ts"], commit="c" * 40, login="grace")
    assert [(one["stack"], one["operation"]) for one in said["started"]] == [("acme/web/dev", "update")]
    assert {one["stack"]: one["reason"] for one in said["notStarted"]} == {
        "acme/web/staging": "deployCommits is off",
        "acme/web/prod": "the stack follows refs/heads/release",
    }
    listed = api.get(dev).json()["deployments"][0]
    assert listed["id"] == said["started"][0]["id"]
    assert (listed["initiator"], listed["requestedBy"]["githubLogin"]) == ("github", "grace")


def test_stacks_of_other_repositories_are_not_even_mentioned(api: httpx.Client) -> None:
    assert push(api) == {"started": [], "notStarted": []}


def test_a_pull_request_previews_on_its_own_branch(api: httpx.Client) -> None:
    path = connect(api, "web/dev", deployCommits=True, previewPullRequests=True)
    connect(api, "web/staging", deployCommits=True)
    said = push(api, pullRequest=12, paths=["a.ts"])
    assert [(one["stack"], one["operation"]) for one in said["started"]] == [("acme/web/dev", "preview")]
    assert [one["reason"] for one in said["notStarted"]] == ["previewPullRequests is off"]
    full = api.get(f"{path}/{said['started'][0]['id']}").json()
    assert full["configuration"]["source"]["git"]["branch"] == "refs/pull/12/head"


@pytest.mark.parametrize(
    ("filters", "paths", "starts"),
    [
        ([], [], True),
        (["infra/**"], ["infra/a.ts"], True),
        (["infra/**"], ["docs/a.md"], False),
        (["infra/**", "!**/*.md"], ["infra/a.md"], False),
        (["!docs/**"], ["docs/a.md", "b.ts"], True),
        (["infra/**"], [f"docs/{n}" for n in range(300)] + ["infra/a.ts"], False),
    ],
)
def test_path_filters_decide(
    api: httpx.Client, filters: list[str], paths: list[str], *, starts: bool
) -> None:
    connect(api, "web/dev", deployCommits=True, paths=filters)
    said = push(api, paths=paths)
    assert (len(said["started"]), len(said["notStarted"])) == ((1, 0) if starts else (0, 1))
    assert "filter" in (said["started"] + said["notStarted"])[0]["reason"]


def test_a_push_moves_the_branch_for_every_stack_alike(api: httpx.Client) -> None:
    paths = [connect(api, f"web/{stack}", deployCommits=True) for stack in ("dev", "prod")]
    first, second = push(api)["started"], push(api)["started"]
    heads = {one["stack"]: commit_of(api, one) for one in first}
    assert len(set(heads.values())) == 1
    assert {commit_of(api, one) for one in second}.isdisjoint(heads.values())
    assert len(paths) == len(second) == 2


def commit_of(api: httpx.Client, started: dict[str, Any]) -> str:
    state = api.get("/sandbox/state").json()["deployments"]
    found = next(one for one in state if one["id"] == started["id"])
    commit: str = found["commit"]
    return commit


def test_the_commit_pushed_is_the_one_that_runs(api: httpx.Client, clock: Any) -> None:
    path = connect(api, "web/dev", deployCommits=True)
    push(api, commit="d" * 40)
    clock.advance(60)
    listed = api.get(path).json()["deployments"][0]
    assert listed["updates"][0]["environment"]["git.head"] == "d" * 40
    later = api.post(path, json={"operation": "update"}).json()
    assert commit_of(api, later) == "d" * 40


def test_a_push_to_a_paused_stack_queues(api: httpx.Client) -> None:
    path = connect(api, "web/dev", deployCommits=True)
    api.post(f"{path}/pause")
    push(api)
    assert api.get(path).json()["deployments"][0]["status"] == "not-started"


@pytest.mark.parametrize(
    "body", [{}, {"repository": 1, "branch": "main"}, {"repository": "a/b", "branch": "m", "x": 1}]
)
def test_a_push_that_makes_no_sense_is_refused(api: httpx.Client, body: dict[str, Any]) -> None:
    assert api.post(PUSH, json=body).status_code == 400
