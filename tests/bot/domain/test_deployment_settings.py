"""A secret is one value: merged, compared and patched as a whole, whatever the service adds when it is read."""

from __future__ import annotations

from bot.domain.deployment_settings import is_secret, merge, overlay, patch_between

MASKED = {"secret": "[secret]", "ciphertext": "AAABB="}


def test_a_new_secret_replaces_the_one_that_was_read() -> None:
    before, after = {"TOKEN": MASKED}, {"TOKEN": {"secret": "new"}}
    assert patch_between(before, after) == after
    assert merge(before, after) == after
    assert overlay(before, after) == after


def test_a_secret_that_was_not_touched_is_not_sent_back() -> None:
    assert patch_between({"TOKEN": MASKED, "A": "1"}, {"TOKEN": MASKED, "A": "2"}) == {"A": "2"}


def test_a_plain_variable_becomes_secret_and_a_secret_one_plain() -> None:
    plain, secret = {"TOKEN": "x"}, {"TOKEN": {"secret": "x"}}
    assert merge(plain, patch_between(plain, secret)) == secret
    assert merge(secret, patch_between(secret, plain)) == plain


def test_a_variable_may_be_called_secret() -> None:
    assert is_secret("TOKEN", {"secret": "x"})
    assert not is_secret("environmentVariables", {"secret": "x"})
    assert not is_secret("TOKEN", {"secret": "x", "more": 1})
    before, after = {"environmentVariables": {"A": "1"}}, {"environmentVariables": {"A": "1", "secret": "x"}}
    assert merge(before, patch_between(before, after)) == after
