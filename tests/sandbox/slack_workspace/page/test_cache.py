"""What was rendered is kept exactly as long as what it shows is the same."""

from sandbox.slack_workspace.page.cache import Cache


def test_an_item_is_made_again_only_when_its_facts_change() -> None:
    cache: Cache[object] = Cache(size=2)
    first = cache.get("a", {"text": "one"}, object)
    assert cache.get("a", {"text": "one"}, object) is first
    assert cache.get("a", {"text": "two"}, object) is not first


def test_the_least_recently_used_goes_first() -> None:
    cache: Cache[object] = Cache(size=2)
    first, second = cache.get("a", 1, object), cache.get("b", 1, object)
    assert cache.get("a", 1, object) is first
    cache.get("c", 1, object)
    assert cache.get("a", 1, object) is first
    assert cache.get("b", 1, object) is not second
