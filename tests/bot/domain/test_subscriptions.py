"""Which channels hear of a stack."""

from __future__ import annotations

from bot.domain.stacks import Pattern, StackRef
from bot.domain.subscriptions import Listener, Subscription, channels_for

WEB_PROD = StackRef("acme", "web", "prod")
PROD = Pattern("acme", "*", "prod")
DEV = Pattern("acme", "*", "dev")


def test_a_channel_hears_of_the_stacks_it_subscribed_to() -> None:
    subscriptions = [
        Subscription("C1", (DEV, PROD)),
        Subscription("C2", (DEV,)),
        Subscription("C3", (PROD,), outcomes_only=True),
    ]
    assert channels_for(subscriptions, WEB_PROD) == (Listener("C1"), Listener("C3", outcomes_only=True))


def test_a_channel_subscribed_twice_hears_once_and_as_much_as_either_asks_for() -> None:
    brief = Subscription("C1", (PROD,), outcomes_only=True)
    full = Subscription("C1", (PROD,))
    assert channels_for([brief, full], WEB_PROD) == channels_for([full, brief], WEB_PROD) == (Listener("C1"),)
    assert channels_for([brief, brief], WEB_PROD) == (Listener("C1", outcomes_only=True),)


def test_nobody_subscribed_means_nobody_hears() -> None:
    assert channels_for([], WEB_PROD) == ()
