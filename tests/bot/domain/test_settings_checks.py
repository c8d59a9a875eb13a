"""What is wrong with a form of settings, under the input it is about."""

from __future__ import annotations

import pytest

from bot.domain.settings_checks import NO_KEY, problems
from bot.domain.settings_form import form_of
from tests.bot.domain.settings_samples import BY_GITHUB, FULL, HUSH

EMPTY = form_of({})


def wrong(
    fields: dict[str, str], before: dict[str, str] | None = None, *, can_seal: bool = True
) -> dict[str, str]:
    held = form_of(FULL) if before is None else before
    return problems(held, {**held, **fields}, can_seal=can_seal)


@pytest.mark.parametrize("held", [form_of(FULL), form_of(BY_GITHUB), EMPTY])
def test_nothing_is_wrong_with_what_was_not_changed(held: dict[str, str]) -> None:
    assert wrong({}, held) == {}
    odd = {**held, "aws_duration": "soon", "variables": "PULUMI_ACCESS_TOKEN=x"}
    assert wrong({}, odd) == {}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("repo_url", "git@github.com:acme/web.git", "acme/web"),
        ("branch", "feature/x", "a..b"),
        ("branch", "refs/tags/v1", "a b"),
        ("directory", "infra/network", "../etc"),
        ("aws_role", "arn:aws-cn:iam::123456789012:role/path/deploy", "deploy"),
        ("aws_session", "pulumi-deploy", "a session"),
        ("aws_duration", "1h30m", "90 minutes"),
        ("aws_duration", "3600s", "h"),
        ("gcp_project", "1234567", "my-project"),
        ("gcp_account", "a@b.iam.gserviceaccount.com", "deploy"),
        ("gcp_pool", "pool-1", "a pool"),
        ("image", "ghcr.io/acme/runner:1@sha256:abc", "an image"),
        ("commands", "npm ci\nnpm run build", "echo \u200b"),
    ],
)
def test_each_field_is_checked_once_it_is_changed(name: str, good: str, bad: str) -> None:
    assert wrong({name: good}) == {}
    assert set(wrong({name: bad})) == {name}


@pytest.mark.parametrize(
    ("fields", "name", "word"),
    [
        ({"commit": "1f0c9ab"}, "commit", "not both"),
        ({"branch": ""}, "branch", "which branch"),
        ({"commit": "xyz", "branch": ""}, "commit", "not a commit"),
        ({"github": "acme/web"}, "github", "not both"),
        ({"aws_session": ""}, "aws_session", "needed"),
        ({"azure_client": "abc"}, "azure_tenant", "needed"),
        ({"github_deploy": "yes"}, "github", "Name the GitHub repository"),
        ({"github_paths": "infra/**"}, "github", "Name the GitHub repository"),
    ],
)
def test_what_excludes_or_needs_each_other_is_said(fields: dict[str, str], name: str, word: str) -> None:
    assert word in wrong(fields)[name]


def test_a_cloud_can_be_emptied_as_a_whole_and_a_block_with_its_switches() -> None:
    assert wrong({"aws_role": "", "aws_session": ""}) == {}
    assert wrong({"github": ""}, form_of(BY_GITHUB)) == {}
    assert wrong({"github_deploy": ""}, {**form_of(BY_GITHUB), "github": ""}) == {}


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ("REGION", "no name"),
        ("=x", "no name"),
        ("1A=x", "can't be the name"),
        ("PULUMI_ACCESS_TOKEN=x", "reserved"),
        ("A=1\nA=2", "twice"),
        ("A=" + "x" * 2001, "too long"),
        ("A=x\u200by", "invisible"),
        ("NEW = (hidden)", "no hidden value yet"),
        ("(hidden)", "no hidden value yet"),
        (f"API_TOKEN={HUSH}", "looks like a secret"),
        ("A=x [redacted] y", "looks like a secret"),
    ],
)
def test_a_wrong_line_of_variables_is_named_without_its_value(lines: str, word: str) -> None:
    said = wrong({"variables": lines})["variables"]
    assert word in said
    assert HUSH not in said


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (HUSH, "no name"),
        ("TOKEN=", "no value"),
        (f"PULUMI_TOKEN={HUSH}", "reserved"),
        (f"A={HUSH}\nA={HUSH}", "twice"),
    ],
)
def test_a_wrong_secret_is_named_without_its_value(lines: str, word: str) -> None:
    said = wrong({"secrets": lines})["secrets"]
    assert word in said
    assert HUSH not in said


def test_without_a_key_no_secret_is_taken() -> None:
    assert wrong({"secrets": f"TOKEN={HUSH}"}, can_seal=False) == {"secrets": NO_KEY}
    assert NO_KEY in wrong({"variables": f"API_TOKEN={HUSH}"}, can_seal=False)["variables"]


def test_a_secret_in_another_field_is_refused() -> None:
    said = wrong({"commands": f"export API_TOKEN={HUSH}"})["commands"]
    assert "secret variable" in said
    assert HUSH not in said


def test_a_hidden_part_cannot_be_written_back() -> None:
    assert "hidden from me" in wrong({"commands": "export API_TOKEN=[redacted]\nnpm ci"})["commands"]
