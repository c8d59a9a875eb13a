import pytest

from sandbox.slack_workspace.rates import RateLimits
from sandbox.slack_workspace.web_api.dispatch import ENDPOINTS
from tests.sandbox.slack_workspace.stage import HandClock


def test_fifty_updates_a_minute_and_no_more() -> None:
    clock = HandClock()
    limits = RateLimits(clock)
    assert [limits.admit("chat.update", channel=str(number)) for number in range(50)] == [0] * 50
    clock.advance(20)
    assert limits.admit("chat.update", channel="C1") == 40
    clock.advance(40)
    assert limits.admit("chat.update", channel="C1") == 0


@pytest.mark.parametrize(
    ("most", "methods"),
    [
        (20, "conversations.list users.list usergroups.list usergroups.users.list"),
        (50, "chat.update chat.delete conversations.history conversations.replies conversations.info conversations.open"),
        (100, "chat.postEphemeral views.open views.push views.update views.publish users.info conversations.members"),
        (100, "files.getUploadURLExternal files.completeUploadExternal"),
    ],
)  # fmt: skip
def test_each_method_has_the_limit_of_its_tier(most: int, methods: str) -> None:
    for method in methods.split():
        limits = RateLimits(HandClock())
        waits = [limits.admit(method) for _ in range(most + 1)]
        assert [bool(wait) for wait in waits] == [False] * most + [True], method


def test_no_method_is_without_a_limit() -> None:
    limits = RateLimits(HandClock())
    assert {method: limits.admit(method) for method in ENDPOINTS} == dict.fromkeys(ENDPOINTS, 0)


def test_a_refused_call_costs_nothing() -> None:
    clock = HandClock()
    limits = RateLimits(clock)
    assert limits.admit("chat.postMessage", channel="C1") == 0
    assert [limits.admit("chat.postMessage", channel="C1") for _ in range(3)] == [1, 1, 1]
    clock.advance(1)
    assert limits.admit("chat.postMessage", channel="C1") == 0


def test_there_is_no_burst_of_posts_after_a_quiet_time() -> None:
    clock = HandClock()
    limits = RateLimits(clock)
    limits.admit("chat.postMessage", channel="C1")
    clock.advance(100)
    assert [limits.admit("chat.postMessage", channel="C1") for _ in range(2)] == [0, 1]


def test_channels_and_methods_have_their_own_limits() -> None:
    limits = RateLimits(HandClock())
    assert limits.admit("chat.postMessage", channel="C1") == 0
    assert limits.admit("chat.postMessage", channel="C2") == 0
    assert limits.admit("chat.postEphemeral", channel="C1") == 0
