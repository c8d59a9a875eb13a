"""What a patch does, in words: all of it, and never a secret."""

from __future__ import annotations

from hypothesis import given, settings

from bot.domain.deployment_settings import merge
from bot.domain.settings_changes import NEW_SECRET, Change, changes, names, plan
from bot.domain.settings_form import Edits
from bot.domain.settings_parts import leaves
from tests.bot.domain.settings_samples import BY_GITHUB, FULL, HUSH, edits

WANTED = Edits(
    {"branch": "", "commit": "1f0c9ab", "commands": "npm ci", "github": ""},
    {"REGION": "eu-north-1", "EMPTY": None, "NEW": "1"},
    {"DB_PASSWORD": HUSH},
)


def test_added_changed_and_removed_are_told_in_the_order_of_the_parts() -> None:
    assert plan(FULL, WANTED).changes == (
        Change("Source", "branch", ("main",), ()),
        Change("Source", "commit", (), ("1f0c9ab",)),
        Change("Before Pulumi runs", "pre-run commands", ("npm ci", "npm test"), ("npm ci",)),
        Change("Environment variables", "DB_PASSWORD", ("(hidden)",), (NEW_SECRET,)),
        Change("Environment variables", "EMPTY", ("(empty)",), ()),
        Change("Environment variables", "NEW", (), ("1",)),
        Change("Environment variables", "REGION", ("eu-west-1",), ("eu-north-1",)),
    )


def test_the_patch_is_minimal() -> None:
    assert plan(FULL, WANTED).patch == {
        "sourceContext": {"git": {"branch": None, "commit": "1f0c9ab"}},
        "operationContext": {
            "preRunCommands": ["npm ci"],
            "environmentVariables": {
                "REGION": "eu-north-1",
                "EMPTY": None,
                "NEW": "1",
                "DB_PASSWORD": {"secret": HUSH},
            },
        },
    }


def test_what_goes_with_a_cloud_is_told_as_well() -> None:
    gone = plan(FULL, Edits({"aws_role": "", "aws_session": ""}))
    assert names(gone.changes) == ("AWS role ARN", "AWS session name", "AWS policy ARNs")


def test_a_channel_reads_which_parts_and_no_values() -> None:
    assert names(plan(FULL, WANTED).changes)[:4] == (
        "branch",
        "commit",
        "pre-run commands",
        "variable DB_PASSWORD",
    )


def test_a_plan_shows_no_secret_in_a_traceback() -> None:
    assert HUSH not in repr(plan(FULL, WANTED))


@given(edits())
@settings(max_examples=150, deadline=None)
def test_what_is_shown_is_what_the_patch_does(wanted: Edits) -> None:
    for raw in (FULL, BY_GITHUB, {}):
        planned = plan(raw, wanted)
        after = merge(raw, planned.patch)
        assert planned.changes == changes(raw, after)
        assert bool(planned.patch) == bool(planned.changes)
        was, now = ({leaf.path: leaf.raw for leaf in leaves(each)} for each in (raw, after))
        differing = {path for path in was | now if was.get(path) != now.get(path)}
        assert len(planned.changes) == len(differing)
        assert all(secret not in str(planned.changes) for secret in wanted.secrets.values())
