"""The rules of "Patch Settings" in both readings, the sandbox's and the client's, against the page's four sentences taken literally."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.deployment_settings import merge as merged_by_client
from bot.domain.deployment_settings import overlay, patch_between
from sandbox.pulumi_cloud.deployment_settings import merge as merged_by_sandbox

KEYS = st.sampled_from("abcd")
LEAVES = st.integers(0, 2) | st.booleans() | st.lists(st.integers(0, 2), max_size=2) | st.just("")


def objects(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    values = st.recursive(leaves, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=10)
    return st.dictionaries(KEYS, values, max_size=4)


CURRENT = objects(LEAVES)
PATCH = objects(st.none() | LEAVES)


def by_the_page(current: Any, patch: Any) -> Any:
    """Sentence by sentence; what is no object is replaced."""
    if not isinstance(patch, dict):
        return patch
    result = dict(current) if isinstance(current, dict) else {}  # start with a copy of the current value
    for name in [name for name, value in patch.items() if value is None]:  # remove what is null in the patch
        result.pop(name, None)
    stays = {name: value for name, value in patch.items() if value is not None}
    for name in [name for name in stays if name in result]:  # merge what exists
        result[name] = by_the_page(result[name], stays[name])
    for name in [name for name in stays if name not in result]:  # add what does not
        result[name] = by_the_page(None, stays[name])
    return result


@settings(max_examples=200)
@given(current=CURRENT, patch=PATCH)
def test_both_readings_are_the_pages(current: dict[str, Any], patch: dict[str, Any]) -> None:
    expected = by_the_page(current, patch)
    assert merged_by_sandbox(current, patch) == expected
    assert merged_by_client(current, patch) == expected


@settings(max_examples=100)
@given(current=CURRENT, patch=PATCH)
def test_the_same_patch_twice_is_the_same_as_once(current: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merged_by_sandbox(current, patch)
    assert merged_by_sandbox(once, patch) == once


@settings(max_examples=100)
@given(current=CURRENT, patch=PATCH)
def test_what_is_null_is_gone_and_no_null_remains(current: dict[str, Any], patch: dict[str, Any]) -> None:
    merged = merged_by_sandbox(current, patch)
    assert not {name for name, value in patch.items() if value is None} & merged.keys()
    assert holds_no_null(merged)


def holds_no_null(value: Any) -> bool:
    if isinstance(value, dict):
        return all(holds_no_null(item) for item in value.values())
    return value is not None


@settings(max_examples=100)
@given(current=CURRENT, patch=PATCH)
def test_the_order_of_fields_does_not_matter(current: dict[str, Any], patch: dict[str, Any]) -> None:
    def turned(value: Any) -> Any:
        return {k: turned(v) for k, v in reversed(value.items())} if isinstance(value, dict) else value

    assert merged_by_sandbox(turned(current), turned(patch)) == merged_by_sandbox(current, patch)


@settings(max_examples=100)
@given(current=CURRENT, first=PATCH, second=PATCH)
def test_of_two_patches_the_later_one_wins(
    current: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> None:
    merged = merged_by_sandbox(merged_by_sandbox(current, first), second)
    untouched = {name: value for name, value in first.items() if name not in second}
    assert {name: merged.get(name) for name in untouched} == {
        name: merged_by_sandbox(current, first).get(name) for name in untouched
    }
    assert merged_by_sandbox(merged, second) == merged


@settings(max_examples=100)
@given(current=CURRENT, first=PATCH, second=PATCH)
def test_the_client_can_say_two_patches_as_one(
    current: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> None:
    """But for an object on top of what the first one removed or replaced: no single patch can say "remove, then add"."""
    assume(not builds_on_ruins(first, second))
    one_by_one = merged_by_sandbox(merged_by_sandbox(current, first), second)
    assert merged_by_sandbox(current, overlay(first, second)) == one_by_one


@settings(max_examples=100)
@given(current=CURRENT, first=PATCH, second=PATCH)
def test_who_knows_the_settings_can_say_any_two_patches_as_one(
    current: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> None:
    one_by_one = merged_by_sandbox(merged_by_sandbox(current, first), second)
    wanted = merged_by_client(merged_by_client(current, first), second)
    assert merged_by_sandbox(current, patch_between(current, wanted)) == one_by_one


def builds_on_ruins(first: Any, second: Any) -> bool:
    shared = first.keys() & second.keys()
    return any(
        isinstance(second[name], dict)
        and (not isinstance(first[name], dict) or builds_on_ruins(first[name], second[name]))
        for name in shared
    )


@settings(max_examples=150)
@given(before=CURRENT, after=CURRENT)
def test_the_clients_smallest_patch_leads_where_it_should(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert merged_by_sandbox(before, patch_between(before, after)) == after
