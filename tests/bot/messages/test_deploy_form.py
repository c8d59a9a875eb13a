"""What was filled in comes back, and nothing that was typed is remembered by the view."""

from __future__ import annotations

from typing import Any

from bot.domain.commands import Verb
from bot.domain.drafts import Draft
from bot.domain.stacks import StackRef
from bot.messages import deploy_form
from bot.messages.actions import Press, parse, value_of
from bot.messages.views import Opener, first_input, opener_of
from tests.bot.messages.samples import DEPLOYS, DEV

HOOK = "https://hooks.slack.com/commands/T0/1/x"


def submitted(**values: Any) -> dict[str, Any]:
    view = deploy_form.form(opener=Opener(DEPLOYS, response_url=HOOK))
    return {**view, "state": {"values": {name: {name: value} for name, value in values.items()}}}


def test_everything_that_was_filled_in_is_read() -> None:
    view = submitted(
        stack={"selected_option": {"value": "acme/web/dev"}},
        operation={"selected_option": {"value": "refresh"}},
        source={"selected_option": {"value": "branch"}},
        ref={"value": "main"},
        environment={"value": "A=1"},
        inherit={"selected_options": [{"value": "inherit"}]},
        message={"value": "why"},
        channel={"selected_conversation": DEPLOYS},
    )
    assert deploy_form.read(view) == Draft(
        "acme/web/dev", "refresh", "branch", "main", "A=1", inherit=True, message="why", channel=DEPLOYS
    )
    assert opener_of(view) == Opener(DEPLOYS, response_url=HOOK)


def test_what_is_missing_is_empty() -> None:
    nothing = Draft("", "", "settings", inherit=False)
    assert deploy_form.read({}) == nothing
    assert deploy_form.read(submitted(stack=None, ref={"value": None})) == nothing


def test_the_option_that_stands_for_trouble_is_no_stack() -> None:
    (trouble,) = deploy_form.unreachable()
    assert deploy_form.read(submitted(stack={"selected_option": trouble})).stack == ""


def test_stacks_are_offered_by_their_short_names_unless_there_are_several_organisations() -> None:
    (short,) = deploy_form.stack_options([DEV], several=False)
    (full,) = deploy_form.stack_options([DEV], several=True)
    assert (short["text"]["text"], short["value"]) == ("web/dev", "acme/web/dev")
    assert full["text"]["text"] == "acme/web/dev"


def test_a_stack_whose_name_slack_can_not_carry_is_not_offered_cut() -> None:
    assert deploy_form.stack_options([StackRef("acme", "p" * 100, "s" * 100)], several=False) == []
    assert len(deploy_form.stack_options([DEV] * 150, several=False)) == 100


def test_an_error_about_nothing_in_particular_stands_under_the_first_input() -> None:
    assert first_input(deploy_form.form()) == "stack"
    assert first_input({}) == ""


def test_a_long_reason_on_a_button_is_cut_until_it_fits() -> None:
    value = value_of(Press(Verb.PAUSE_ORG, stack="acme", confirmed=True, reason="é" * 300 + "🎉" * 100))
    read = parse("qd:pause-org", value)
    assert len(value) <= 2000
    assert read is not None
    assert read.reason.startswith("ééé")
    assert read.confirmed
