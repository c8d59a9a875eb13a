"""Pauses and counts out of JSON (seed, "Get Deployments Metadata")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.ports import OrgMetadata, StackMetadata
from bot.pulumi.wire.fields import counts, flag, number, strings


def read_stack_metadata(raw: Mapping[str, Any]) -> StackMetadata:
    """`paused` is true for either of the two pauses."""
    stack_paused, organization_paused = flag(raw, "stackPaused"), flag(raw, "organizationPaused")
    return StackMetadata(
        paused=flag(raw, "paused") or stack_paused or organization_paused,
        stack_paused=stack_paused,
        organization_paused=organization_paused,
    )


def read_org_metadata(raw: Mapping[str, Any]) -> OrgMetadata:
    """`pausedStacks` is in the seed and not in the official OpenAPI: its absence is not "none"."""
    return OrgMetadata(
        paused=flag(raw, "paused"),
        concurrency=number(raw, "concurrency") or 0,
        counts=counts(raw, "deploymentCounts"),
        paused_stacks=strings(raw, "pausedStacks") if isinstance(raw.get("pausedStacks"), list) else None,
    )
