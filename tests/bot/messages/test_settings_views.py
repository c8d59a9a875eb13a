"""Settings in modals: all that is set can be seen, all that changes is shown, and a secret never."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deployment_settings import read_settings
from bot.domain.settings_changes import NEW_SECRET, Change, changes, plan
from bot.domain.settings_credentials import CREDENTIALS
from bot.domain.settings_form import FIELDS, SECRET_LINES, Edits, edits_between, form_of
from bot.domain.stacks import StackRef
from bot.messages import settings_form, settings_review, settings_views
from bot.messages.message import Block
from sandbox.slack_workspace import block_kit
from tests.bot.domain.settings_samples import BY_GITHUB, FULL, HUSH, edits
from tests.bot.messages.limits import message_problems, texts, view_problems
from tests.bot.messages.settings_samples import ADA, DEPLOYS, DEV, LONG, PLACE, SETTINGS, SETTINGS_VIEWS


def submitted(view: Block, **typed: Any) -> Block:
    """What Slack sends when somebody typed this into a form as it was shown."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            name, element = block["block_id"], block["element"]
            if element["type"] == "checkboxes":
                chosen = typed.get(name)
                on = element.get("initial_options", [])
                if chosen is not None:
                    on = [each for each in element["options"] if each["value"] in chosen]
                values[name] = {name: {"type": "checkboxes", "selected_options": on}}
            else:
                values[name] = {name: {"value": typed.get(name, element.get("initial_value"))}}
    return {**view, "state": {"values": values}}


def words(view: Block) -> str:
    return "\n".join(texts(view["blocks"]))


@pytest.mark.parametrize("raw", [FULL, BY_GITHUB, LONG, {}])
def test_a_form_comes_back_as_it_was_shown(raw: dict[str, Any]) -> None:
    view = settings_form.form(DEV, read_settings(raw), channel=DEPLOYS, can_seal=True)
    before, after = settings_form.read_form(submitted(view))
    assert not edits_between(before, after)
    held = form_of(raw)
    assert {name: held[name] for name in before if name != SECRET_LINES} == {
        name: text for name, text in before.items() if name != SECRET_LINES
    }


def test_what_was_typed_and_ticked_is_what_was_changed() -> None:
    view = settings_form.form(DEV, read_settings(BY_GITHUB), can_seal=True)
    typed = submitted(
        view, branch="next", github_switches=["github_preview"], skip_install=["skip_install"], secrets="A=b"
    )
    assert edits_between(*settings_form.read_form(typed)) == Edits(
        {"branch": "next", "github_deploy": "", "github_preview": "yes", "skip_install": "yes"},
        {},
        {"A": "b"},
    )


def test_what_is_too_long_to_be_edited_is_not_on_offer_and_stays() -> None:
    view = settings_form.form(DEV, read_settings(LONG), can_seal=True)
    assert "Variables: too long" in words(view)
    before, after = settings_form.read_form(submitted(view, branch="next"))
    assert edits_between(before, after) == Edits({"branch": "next"})


def test_without_a_key_the_form_asks_for_no_secret_and_says_why() -> None:
    view = settings_form.form(DEV, SETTINGS, can_seal=False)
    assert not {SECRET_LINES, *CREDENTIALS} & settings_form.read_form(submitted(view))[0].keys()
    assert "ENCRYPTION_KEY" in words(view)


def test_every_field_is_in_the_form() -> None:
    view = settings_form.form(DEV, SETTINGS, can_seal=True)
    assert set(settings_form.read_form(submitted(view))[0]) == {*FIELDS, *CREDENTIALS, "variables", "secrets"}


def test_switches_share_an_input() -> None:
    assert settings_form.inputs_of({"github_deploy": "a", "branch": "b"}) == {
        "github_switches": "a",
        "branch": "b",
    }


def test_a_view_remembers_the_stack_and_the_channel_and_nothing_of_the_settings() -> None:
    for view in SETTINGS_VIEWS.values():
        assert set(json.loads(view["private_metadata"])) <= {"s", "c", "b", "f"}
    place = settings_views.read_place(settings_review.review(DEV, (), place=PLACE))
    assert place == PLACE


def test_no_secret_is_in_any_view() -> None:
    for view in SETTINGS_VIEWS.values():
        assert HUSH not in json.dumps(view)
        assert "AAABB=" not in json.dumps(view)


@given(edits())
@settings(max_examples=60, deadline=None)
def test_whatever_is_changed_the_review_shows_all_of_it_and_no_secret(wanted: Edits) -> None:
    planned = plan(FULL, wanted)
    view = settings_review.review(DEV, planned.changes, place=PLACE)
    assert view_problems(view, people=()) == []
    shown = words(view)
    assert all(secret not in shown for secret in wanted.secrets.values())
    assert all(settings_views.called(change.group, change.name) in shown for change in planned.changes)
    assert ("submit" in view) == bool(planned.changes)
    for change in planned.changes:
        assert (
            "(hidden)" in shown
            if change.after == (NEW_SECRET,)
            else all(line in shown for value in change.after for line in value.splitlines())
        )


@pytest.mark.parametrize("value", ["x" * 101, "a `b`", "a  b", "y" * 7000, "<!channel> &amp;\tz"])
def test_a_value_that_does_not_fit_a_line_is_shown_in_full(value: str) -> None:
    view = settings_review.review(
        DEV, [Change("Environment variables", "A", ("old",), (value,))], place=PLACE
    )
    joined = "".join(texts(view["blocks"])).replace("\n", "")
    assert value.expandtabs(4) in joined.replace("+ ", "", 1) or value.expandtabs(4) in joined


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<!channel>",
            "`",
            "```",
            "&",
            "\u202e",
            "\ud800",
            "\x00",
            "a\u2028b",
            "\r\n",
            " ",
            "x" * 7000,
            "(hidden)",
        ]
    ),
)


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=80, deadline=None)
def test_whatever_is_set_slack_takes_every_view_and_nobody_is_mentioned(
    one: str, two: str, three: str
) -> None:
    raw = {
        "sourceContext": {"git": {"repoURL": one, "branch": two, "gitAuth": {three: one}}},
        "gitHub": {"repository": three, "paths": [one, two, three], two: one},
        "operationContext": {"environmentVariables": {one: two, "X": three}, "preRunCommands": [three]},
        "executorContext": {"executorImage": {"reference": two, "credentials": {"username": three}}},
        three: two,
    }
    stack = StackRef("acme", one or "-", two or "-")
    form = settings_form.form(stack, read_settings(raw), channel=DEPLOYS, can_seal=True)
    views = [
        settings_views.shown(stack, read_settings(raw), channel=DEPLOYS),
        form,
        settings_review.review(stack, changes(raw, {}), place=PLACE, warning=settings_review.SINCE),
        settings_review.review(stack, changes({}, raw), place=PLACE),
        settings_review.clear(stack),
        settings_review.saved(stack, [one, two], channel=DEPLOYS),
        settings_views.told(one, two, three),
    ]
    assert [view_problems(view, people=(), channels=()) for view in views] == [[]] * len(views)
    assert all(list(block_kit.view_problems(view, "modal")) == [] for view in views)
    assert not edits_between(*settings_form.read_form(submitted(form)))
    for message in (
        settings_review.told_changed(stack, ADA, [one, three]),
        settings_review.told_cleared(stack, ADA),
    ):
        assert message_problems(message, people=(ADA,)) == []


def test_what_cannot_be_shown_as_a_whole_cannot_be_saved() -> None:
    assert "submit" not in SETTINGS_VIEWS["view-settings-review-too-many"]
    assert "submit" in SETTINGS_VIEWS["view-settings-review"]


def test_many_variables_are_all_shown() -> None:
    shown = words(SETTINGS_VIEWS["view-settings-long"])
    assert all(f"NAME_{n:03}" in shown for n in range(80))


def test_a_name_that_was_not_typed_is_empty() -> None:
    assert settings_review.typed_name({}) == ""
