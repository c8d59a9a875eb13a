"""Pauses and counts."""

from collections.abc import Callable
from typing import Any

from bot.ports import OrgMetadata, StackMetadata
from bot.pulumi.wire.metadata import read_org_metadata, read_stack_metadata


def test_a_stack_says_which_of_the_two_pauses_holds_it(seed: Callable[[str], Any]) -> None:
    assert read_stack_metadata(seed("stack_metadata")) == StackMetadata(
        paused=True, stack_paused=False, organization_paused=True
    )


def test_either_pause_pauses_even_where_the_sum_is_not_said() -> None:
    assert read_stack_metadata({"stackPaused": True}).paused
    assert not read_stack_metadata({}).paused


def test_an_organisation_counts_its_deployments(seed: Callable[[str], Any]) -> None:
    metadata = read_org_metadata(seed("org_metadata"))
    assert metadata.concurrency == 1
    assert metadata.counts["notStarted"] == 2
    assert metadata.paused_stacks == ("aws-ts-s3-folder/dev", "aws-ts-s3-folder/staging")


def test_a_service_that_does_not_tell_the_paused_stacks_has_not_said_none() -> None:
    assert read_org_metadata({"paused": True}) == OrgMetadata(paused=True, paused_stacks=None)
    assert read_org_metadata({"pausedStacks": []}).paused_stacks == ()
