"""A queued deployment says what it waits for; a running one waits for nothing."""

import pytest

from bot.domain.deployments import ACCEPTED, NOT_STARTED, RUNNING, Deployment
from bot.domain.queue import STACK_PAUSED, waiting_for
from bot.domain.stacks import StackRef

DEV = StackRef("acme", "web", "dev")


def deployment(version: int, status: str = NOT_STARTED, stack: StackRef = DEV) -> Deployment:
    return Deployment(id=f"d{version}", stack=stack, version=version, status=status)


def why(
    subject: Deployment,
    *,
    org: bool = False,
    paused: tuple[str, ...] = (),
    others: tuple[Deployment, ...] = (),
) -> str:
    return waiting_for(subject, organization_paused=org, paused_stacks=paused, under_way=(subject, *others))


def test_a_running_deployment_waits_for_nothing_even_when_all_is_paused() -> None:
    assert why(deployment(2, RUNNING), org=True, paused=("web/dev",), others=(deployment(1),)) == ""


@pytest.mark.parametrize("status", [NOT_STARTED, ACCEPTED])
def test_the_pause_of_the_organisation_is_named_before_that_of_the_stack(status: str) -> None:
    assert why(deployment(2, status), org=True, paused=("web/dev",)) == "the organisation acme is paused"


def test_the_pause_of_the_stack_is_named_before_an_older_deployment() -> None:
    assert why(deployment(2), paused=("web/dev",), others=(deployment(1, RUNNING),)) == STACK_PAUSED


def test_another_stacks_pause_holds_nothing_here() -> None:
    assert why(deployment(2), paused=("api/dev",)) == ""


def test_the_oldest_unfinished_deployment_of_the_stack_is_what_it_waits_for() -> None:
    assert (
        why(deployment(9), others=(deployment(8), deployment(7, RUNNING), deployment(12)))
        == "web/dev#7 to finish"
    )


def test_an_older_deployment_of_another_stack_holds_nothing() -> None:
    elsewhere = deployment(1, RUNNING, StackRef("acme", "api", "dev"))
    assert why(deployment(2), others=(elsewhere,)) == ""
