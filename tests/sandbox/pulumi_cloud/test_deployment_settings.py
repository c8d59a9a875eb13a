"""Settings merge by the rules of "Patch Settings", and show no secrets."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.pulumi_cloud.deployment_settings import (
    branch,
    commit,
    environment_variables,
    has_oidc,
    merge,
    option,
    pre_run_commands,
    received,
    repository,
    shown,
    source,
)

KEYS = st.sampled_from("abcd")
VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
    lambda inner: st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value


@settings(max_examples=150)
@given(current=OBJECTS.map(without_nulls), patch=OBJECTS)
def test_merging_follows_the_four_rules_at_every_level(
    current: dict[str, Any], patch: dict[str, Any]
) -> None:
    merged = merge(current, patch)
    assert merged.keys() == {key for key in current | patch if patch.get(key, current.get(key)) is not None}
    for key, value in merged.items():
        match current.get(key), patch.get(key):
            case now, None:
                assert value == now
            case dict() as now, dict() as change:
                assert value == merge(now, change)
            case _, change:
                assert value == without_nulls(change)


@settings(max_examples=50)
@given(current=OBJECTS.map(without_nulls), patch=OBJECTS)
def test_merging_is_idempotent_and_changes_no_argument(
    current: dict[str, Any], patch: dict[str, Any]
) -> None:
    before = (repr(current), repr(patch))
    once = merge(current, patch)
    assert merge(once, patch) == once
    assert (repr(current), repr(patch)) == before


def test_the_example_of_the_rest_api_page() -> None:
    current = {
        "sourceContext": {
            "git": {"repoURL": "https://x/y.git", "branch": "refs/heads/demo", "repoDir": "ts"}
        },
        "operationContext": {
            "preRunCommands": ['echo "hello world"'],
            "environmentVariables": {"AWS_REGION": "us-west-2", "AWS_ACCESS_KEY_ID": "$AWS_ACCESS_KEY_ID"},
        },
    }
    oidc = {"aws": {"roleArn": "my-role-arn", "sessionName": "pulumi-deploy"}}
    patch = {
        "sourceContext": {"git": {"repoURL": None}},
        "operationContext": {
            "preRunCommands": ['echo "bonjour"'],
            "environmentVariables": {"AWS_ACCESS_KEY_ID": None},
            "oidc": oidc,
        },
        "gitHub": {"repository": "pulumi/deploy-demos"},
    }
    assert merge(current, patch) == {
        "sourceContext": {"git": {"branch": "refs/heads/demo", "repoDir": "ts"}},
        "operationContext": {
            "preRunCommands": ['echo "bonjour"'],
            "environmentVariables": {"AWS_REGION": "us-west-2"},
            "oidc": oidc,
        },
        "gitHub": {"repository": "pulumi/deploy-demos"},
    }


def test_shown_settings_hide_marked_and_unmarked_secrets() -> None:
    kept = {
        "operationContext": {"environmentVariables": {"A": {"secret": "s1"}, "API_TOKEN": "s2", "B": "plain"}}
    }
    variables = shown(kept)["operationContext"]["environmentVariables"]
    assert variables["B"] == "plain"
    assert variables["A"]["secret"] == variables["API_TOKEN"]["secret"] == "[secret]"
    assert "s1" not in repr(variables)
    assert kept["operationContext"]["environmentVariables"]["API_TOKEN"] == "s2"


def test_shown_settings_sent_back_keep_their_secrets() -> None:
    kept = {
        "sourceContext": {
            "git": {"gitAuth": {"basicAuth": {"userName": "git", "password": {"secret": "pw"}}}}
        }
    }
    assert received(shown(kept)) == kept


def test_both_spellings_of_the_repository_are_one() -> None:
    assert received({"sourceContext": {"git": {"repoUrl": "x"}}}) == {
        "sourceContext": {"git": {"repoURL": "x"}}
    }
    kept = {"sourceContext": {"git": {"repoURL": "x"}}}
    assert shown(kept, repo_key="repoUrl") == {"sourceContext": {"git": {"repoUrl": "x"}}}


def test_the_github_block_is_a_source_too() -> None:
    assert repository({"gitHub": {"repository": "acme/web"}}) == "https://github.com/acme/web.git"
    assert repository({}) is None
    assert source({}) is None


def test_source_is_shown_without_credentials() -> None:
    git = {
        "repoURL": "https://x/y.git",
        "commit": "abc",
        "gitAuth": {"sshAuth": {"sshPrivateKey": {"secret": "k"}}},
    }
    assert source({"sourceContext": {"git": git}}) == {"git": {"repoURL": "https://x/y.git", "commit": "abc"}}


def test_readers_tolerate_settings_that_miss_everything() -> None:
    for empty in ({}, {"operationContext": None}, {"operationContext": {"preRunCommands": None}}):
        assert pre_run_commands(empty) == []
        assert not has_oidc(empty)
        assert not option(empty, "skipInstallDependencies")
    assert branch({}) == "refs/heads/main"
    assert branch({"sourceContext": {"git": {"branch": "demo"}}}) == "refs/heads/demo"
    assert commit({}) is None


def test_names_of_variables_stay_visible_and_internal_ones_overwrite() -> None:
    given_settings = {
        "operationContext": {"environmentVariables": {"X_PASSWORD": "p", "PULUMI_CI_SYSTEM": "mine"}}
    }
    shown_variables = environment_variables(given_settings, {"PULUMI_CI_SYSTEM": "Pulumi Deploy", "T": None})
    assert shown_variables == [
        {"name": "PULUMI_CI_SYSTEM", "value": "Pulumi Deploy", "secret": False},
        {"name": "T", "secret": True},
        {"name": "X_PASSWORD", "secret": True},
    ]
