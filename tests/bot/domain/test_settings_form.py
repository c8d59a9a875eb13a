"""The form of settings: what it holds, what counts as a change, and what the change makes of the settings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from bot.domain.deployment_settings import merge, patch_between
from bot.domain.settings_form import FIELDS, Edits, edited, edits_between, form_of
from tests.bot.domain.settings_samples import BY_GITHUB, FULL, HUSH, MASKED, edits


def change(raw: dict[str, Any], **fields: str) -> dict[str, Any]:
    """The settings after somebody changed these fields of their form."""
    before = form_of(raw)
    return edited(raw, edits_between(before, {**before, **fields}))


def git(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = raw["sourceContext"]["git"]
    return found


def test_a_form_holds_what_can_be_edited_and_no_secret() -> None:
    held = form_of(FULL)
    assert (held["branch"], held["directory"], held["image"]) == ("main", "infra", "acme/runner:1")
    assert held["commands"] == "npm ci\nnpm test"
    assert held["skip_install"] == "yes"
    assert held["variables"] == "DB_PASSWORD = (hidden)\nEMPTY=\nREGION=eu-west-1"
    assert held["github"] == held["github_deploy"] == ""


@pytest.mark.parametrize("raw", [FULL, BY_GITHUB, {}])
def test_a_form_that_nobody_touched_changes_nothing(raw: dict[str, Any]) -> None:
    held = form_of(raw)
    assert not edits_between(held, held)
    assert edited(raw, Edits()) == raw


def test_spaces_and_empty_lines_are_no_change() -> None:
    held = form_of(FULL)
    spaced = {**held, "branch": " main ", "commands": "\nnpm ci\n\n npm test ", "variables": ""}
    assert edits_between(held, {**spaced, "variables": f"\n{held['variables']}\n"}) == Edits()


def test_a_field_that_was_not_on_offer_is_no_change() -> None:
    assert edits_between(form_of(FULL), {"branch": "main"}) == Edits()


def test_a_branch_becomes_a_commit() -> None:
    assert git(change(FULL, branch="", commit="1f0c9ab")) == {
        **{key: value for key, value in git(FULL).items() if key != "branch"},
        "commit": "1f0c9ab",
    }


def test_a_branch_is_kept_as_a_full_ref() -> None:
    assert git(change(FULL, branch="next"))["branch"] == "refs/heads/next"


def test_a_switch_that_goes_off_is_off_and_not_gone() -> None:
    after = change(BY_GITHUB, github_deploy="", github_preview="yes")["gitHub"]
    assert (after["deployCommits"], after["previewPullRequests"]) == (False, True)
    assert "pullRequestTemplate" not in after


def test_an_image_keeps_who_pulls_it() -> None:
    image = change(FULL, image="acme/runner:2")["executorContext"]["executorImage"]
    assert image == {"reference": "acme/runner:2", "credentials": {"username": "bot", "password": MASKED}}
    assert change({}, image="acme/runner:2") == {"executorContext": {"executorImage": "acme/runner:2"}}


def test_a_cloud_without_its_fields_goes_as_a_whole() -> None:
    after = change(FULL, aws_role="", aws_session="")["operationContext"]["oidc"]
    assert after == {"gcp": FULL["operationContext"]["oidc"]["gcp"]}
    assert "gitHub" not in change(BY_GITHUB, github="")


def test_variables_are_set_changed_and_removed_and_secrets_stay() -> None:
    lines = "DB_PASSWORD = (hidden)\nREGION=eu-north-1\nNEW=1"
    after = change(FULL, variables=lines)["operationContext"]["environmentVariables"]
    assert after == {"REGION": "eu-north-1", "NEW": "1", "DB_PASSWORD": MASKED}
    assert "environmentVariables" not in change(FULL, variables="")["operationContext"]


def test_a_secret_is_written_whether_its_line_stands_or_not() -> None:
    for lines in ("DB_PASSWORD = (hidden)\nREGION=eu-west-1\nEMPTY=", "REGION=eu-west-1\nEMPTY="):
        after = change(FULL, variables=lines, secrets=f"DB_PASSWORD={HUSH}")
        assert after["operationContext"]["environmentVariables"]["DB_PASSWORD"] == {"secret": HUSH}


def test_a_value_of_several_lines_stays_unless_it_is_replaced() -> None:
    raw = {"operationContext": {"environmentVariables": {"MOTD": "a\nb"}}}
    assert form_of(raw)["variables"] == "MOTD = (hidden)"
    assert change(raw, branch="next")["operationContext"] == raw["operationContext"]


def test_a_hidden_part_of_a_value_is_kept_when_something_else_changes() -> None:
    raw = {"operationContext": {"preRunCommands": [f"export API_TOKEN={HUSH}"]}}
    assert HUSH not in str(form_of(raw))
    assert change(raw, branch="next")["operationContext"] == raw["operationContext"]


def test_edits_come_back_as_they_were_written_and_show_no_secret() -> None:
    wanted = Edits({"branch": ""}, {"A": "1", "B": None}, {"C": HUSH})
    assert Edits.decode(wanted.encode()) == wanted
    assert HUSH not in repr(wanted)


@given(edits())
@settings(max_examples=150, deadline=None)
def test_by_the_services_rules_a_patch_makes_exactly_what_is_wanted(wanted: Edits) -> None:
    for raw in (FULL, BY_GITHUB, {}):
        after = edited(raw, wanted)
        assert merge(raw, patch_between(raw, after)) == after


@given(edits())
@settings(max_examples=100, deadline=None)
def test_what_the_form_does_not_hold_stays(wanted: Edits) -> None:
    after = edited(FULL, wanted)
    assert after["agentPoolID"] == "pool-7"
    assert wanted.credentials or git(after)["gitAuth"] == git(FULL)["gitAuth"]
    assert after["operationContext"]["options"]["shell"] == "bash"


def test_every_field_has_its_own_place() -> None:
    assert len({each.path for each in FIELDS.values()}) == len(FIELDS)
