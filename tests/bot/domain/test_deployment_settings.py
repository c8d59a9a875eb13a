"""Deployment settings: the merge rules of the seed, names for the parts, and secrets that are one value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deployment_settings import (
    DeploymentSettings,
    GitHub,
    Variable,
    is_secret,
    merge,
    one_spelling,
    overlay,
    patch_between,
    read_settings,
)
from tests.contract import seed_examples as seed

MASKED = {"secret": "[secret]", "ciphertext": "AAABB="}

LEAVES = (
    st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2) | st.lists(st.integers(0, 2), max_size=2)
)
SETTINGS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), LEAVES, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner | LEAVES, max_size=3),
    max_leaves=8,
)
PATCHES = st.recursive(
    st.dictionaries(st.sampled_from("abc"), LEAVES | st.none(), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner | LEAVES | st.none(), max_size=3),
    max_leaves=8,
)


def test_the_seeds_patch_makes_the_seeds_result() -> None:
    assert merge(seed.CURRENT, seed.PATCH) == seed.PATCHED
    assert read_settings(seed.CURRENT).patched(seed.PATCH).raw == seed.PATCHED


@given(SETTINGS, PATCHES)
def test_a_patch_applied_twice_is_a_patch_applied_once(
    current: dict[str, Any], patch: dict[str, Any]
) -> None:
    once = merge(current, patch)
    assert merge(once, patch) == once


@given(SETTINGS, PATCHES)
def test_no_null_is_ever_kept(current: dict[str, Any], patch: dict[str, Any]) -> None:
    def holds_null(value: Any) -> bool:
        return value is None or (isinstance(value, dict) and any(map(holds_null, value.values())))

    assert not holds_null(merge(current, patch))


@given(SETTINGS, PATCHES)
def test_merging_leaves_what_it_was_given_alone(current: dict[str, Any], patch: dict[str, Any]) -> None:
    before = repr((current, patch))
    merge(current, patch)
    overlay(patch, current)
    assert repr((current, patch)) == before


@given(SETTINGS, SETTINGS)
def test_a_patch_between_two_settings_leads_from_one_to_the_other(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert merge(before, patch_between(before, after)) == after


@given(SETTINGS)
def test_nothing_changed_is_an_empty_patch(settings: dict[str, Any]) -> None:
    assert patch_between(settings, settings) == {}


@given(SETTINGS, st.dictionaries(st.sampled_from("abc"), LEAVES | st.none()), st.dictionaries(st.sampled_from("abc"), LEAVES | st.none()))  # fmt: skip
def test_one_patch_can_do_what_two_do(
    current: dict[str, Any], first: dict[str, Any], then: dict[str, Any]
) -> None:
    assert merge(current, overlay(first, then)) == merge(merge(current, first), then)


def test_a_later_patch_keeps_the_nulls_of_an_earlier_one() -> None:
    assert overlay({"a": {"x": None, "y": 1}}, {"a": {"y": 2}, "b": None}) == {
        "a": {"x": None, "y": 2},
        "b": None,
    }


def test_true_is_not_one() -> None:
    assert patch_between({"a": 1}, {"a": 1, "b": True}) == {"b": True}


def test_a_secret_that_was_not_touched_is_not_sent_back() -> None:
    before = {"operationContext": {"environmentVariables": {"KEY": MASKED, "A": "1"}}}
    after = {"operationContext": {"environmentVariables": {"KEY": MASKED, "A": "2"}}}
    assert patch_between(before, after) == {"operationContext": {"environmentVariables": {"A": "2"}}}


@pytest.mark.parametrize("spelling", ["repoURL", "repoUrl", "repourl"])
def test_the_repositorys_address_is_read_in_any_spelling_and_kept_in_one(spelling: str) -> None:
    settings = read_settings({"sourceContext": {"git": {spelling: "https://x", "branch": "b"}}, "tag": "t"})
    assert settings.repo_url == "https://x"
    assert settings.raw == {"sourceContext": {"git": {"repoURL": "https://x", "branch": "b"}}, "tag": "t"}


@pytest.mark.parametrize(
    "raw", [{}, {"sourceContext": None}, {"sourceContext": {"git": None}}, {"sourceContext": 3}]
)
def test_without_a_source_there_is_nothing_to_spell(raw: dict[str, Any]) -> None:
    assert one_spelling(raw) == raw


def test_the_parts_have_names() -> None:
    settings = read_settings(seed.CURRENT)
    assert settings.repo_url == "https://github.com/pulumi/deploy-demos.git"
    assert settings.branch == "refs/heads/demo"
    assert settings.commit == ""
    assert settings.repo_dir == "pulumi-programs/aws-ts-s3"
    assert settings.git_auth == ""
    assert settings.pre_run_commands == ('echo "hello world"',)
    assert settings.variables[1] == Variable("AWS_REGION", "us-west-2")
    assert settings.skip_install_dependencies is False
    assert settings.oidc == {}
    assert settings.executor_image == ""
    assert settings.github is None


def test_the_other_parts_have_names_too() -> None:
    settings = DeploymentSettings(
        {
            "executorContext": {"executorImage": "pulumi/pulumi-nodejs:latest"},
            "sourceContext": {
                "git": {"commit": "abc", "gitAuth": {"sshAuth": {"sshPrivateKey": {"secret": "k"}}}}
            },
            "operationContext": {
                "environmentVariables": {"PASSWORD": {"secret": "[secret]", "ciphertext": "A"}, "ODD": 3},
                "options": {"skipInstallDependencies": True},
                "oidc": {"aws": {"roleArn": "r"}, "gcp": None},
            },
            "gitHub": {
                "repository": "pulumi/deploy-demos",
                "deployCommits": True,
                "previewPullRequests": True,
                "paths": ["a/**", "!b"],
            },
        }
    )
    assert settings.executor_image == "pulumi/pulumi-nodejs:latest"
    assert settings.commit == "abc"
    assert settings.git_auth == "sshAuth"
    assert settings.variables == (Variable("ODD", "", secret=True), Variable("PASSWORD", "", secret=True))
    assert settings.skip_install_dependencies is True
    assert settings.oidc == {"aws": {"roleArn": "r"}}
    assert settings.github == GitHub(
        "pulumi/deploy-demos", deploy_commits=True, preview_pull_requests=True, paths=("a/**", "!b")
    )


def test_an_image_may_be_an_object_with_its_credentials() -> None:
    image = {"reference": "acme/image:1", "credentials": {"username": "u", "password": {"secret": "p"}}}
    assert DeploymentSettings({"executorContext": {"executorImage": image}}).executor_image == "acme/image:1"


def test_parts_of_another_type_are_empty() -> None:
    odd = DeploymentSettings(
        {"sourceContext": [], "operationContext": {"preRunCommands": "ls", "oidc": 3}, "executorContext": 1}
    )
    assert (odd.branch, odd.pre_run_commands, odd.oidc, odd.executor_image) == ("", (), {}, "")


def test_settings_do_not_show_in_their_repr() -> None:
    assert "hunter2" not in repr(DeploymentSettings({"a": {"secret": "hunter2"}}))


def test_a_new_secret_replaces_the_one_that_was_read() -> None:
    before, after = {"TOKEN": MASKED}, {"TOKEN": {"secret": "new"}}
    assert patch_between(before, after) == after
    assert merge(before, after) == after
    assert overlay(before, after) == after


def test_a_plain_variable_becomes_secret_and_a_secret_one_plain() -> None:
    plain, secret = {"TOKEN": "x"}, {"TOKEN": {"secret": "x"}}
    assert merge(plain, patch_between(plain, secret)) == secret
    assert merge(secret, patch_between(secret, plain)) == plain


def test_a_variable_may_be_called_secret() -> None:
    assert is_secret("TOKEN", {"secret": "x"})
    assert not is_secret("environmentVariables", {"secret": "x"})
    assert not is_secret("TOKEN", {"secret": "x", "more": 1})
    before, after = {"environmentVariables": {"A": "1"}}, {"environmentVariables": {"A": "1", "secret": "x"}}
    assert merge(before, patch_between(before, after)) == after
