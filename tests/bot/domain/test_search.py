"""Stacks, found while a name is typed."""

from __future__ import annotations

from bot.domain.search import search
from bot.domain.stacks import StackRef

STACKS = frozenset(
    StackRef("acme", project, stack) for project in ("web", "api", "webhooks") for stack in ("dev", "prod")
) | {StackRef("other", "web", "dev")}


def found(typed: str) -> list[str]:
    return [ref.short for ref in search(typed, STACKS, ("acme",))]


def test_nothing_typed_offers_all_in_order() -> None:
    assert found("") == ["api/dev", "api/prod", "web/dev", "web/prod", "webhooks/dev", "webhooks/prod"]


def test_the_very_name_comes_first_then_what_begins_so() -> None:
    assert found("web") == ["web/dev", "web/prod", "webhooks/dev", "webhooks/prod"]
    assert found("prod") == ["api/prod", "web/prod", "webhooks/prod"]
    assert found("hook") == ["webhooks/dev", "webhooks/prod"]


def test_every_word_has_to_be_there_and_case_does_not_count() -> None:
    assert found("DEV Api") == ["api/dev"]
    assert found("acme/web/dev") == ["web/dev"]
    assert found("api nothing") == []


def test_a_slip_of_the_finger_is_forgiven() -> None:
    assert found("wbe/dev") == ["web/dev"]
    assert found("web/dev#42") == ["web/dev"]
    assert found("zzz") == []


def test_at_most_a_hundred_are_offered() -> None:
    many = frozenset(StackRef("acme", f"p{number:05}", "dev") for number in range(300))
    assert len(search("p0", many, ("acme",))) == 100
