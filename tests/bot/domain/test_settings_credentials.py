"""Signing in to the source and to the image's registry: one way at a time, written and never read back."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.deployment_settings import merge, patch_between
from bot.domain.settings_changes import plan
from bot.domain.settings_checks import NO_KEY, problems
from bot.domain.settings_credentials import CREDENTIALS, WRITE_ONLY
from bot.domain.settings_form import Edits, edited, edits_between, form_of
from bot.domain.settings_parts import AUTH, IMAGE
from bot.domain.settings_tree import get
from tests.bot.domain.settings_samples import BY_GITHUB, FULL, HUSH, KEY, MASKED

BASIC = {"basicAuth": {"userName": "git", "password": MASKED}}
BY_SSH: dict[str, Any] = {
    "sourceContext": {"git": {"gitAuth": {"sshAuth": {"sshPrivateKey": MASKED, "password": MASKED}}}}
}


def change(raw: dict[str, Any], **fields: str) -> dict[str, Any]:
    """The settings after somebody changed these fields, by way of the patch that is sent."""
    before = form_of(raw)
    return merge(raw, patch_between(raw, edited(raw, edits_between(before, {**before, **fields}))))


def auth(raw: dict[str, Any], **fields: str) -> Any:
    return get(change(raw, **fields), AUTH)


def wrong(raw: dict[str, Any], **fields: str) -> dict[str, str]:
    held = form_of(raw)
    return problems(held, {**held, **fields}, can_seal=True)


@pytest.mark.parametrize("raw", [FULL, BY_GITHUB, BY_SSH, {}])
def test_a_form_holds_the_users_and_nothing_that_signs_in(raw: dict[str, Any]) -> None:
    held = form_of(raw)
    assert {held[name] for name in WRITE_ONLY} == {""}
    assert change(raw) == raw


def test_users_are_shown_unless_the_service_hides_them() -> None:
    assert (form_of(FULL)["git_user"], form_of(FULL)["image_user"]) == ("git", "bot")
    hidden = {"sourceContext": {"git": {"gitAuth": {"basicAuth": {"userName": MASKED, "password": MASKED}}}}}
    assert form_of(hidden)["git_user"] == ""


def test_a_password_is_replaced_and_the_user_stays() -> None:
    assert auth(FULL, git_password=HUSH) == {"basicAuth": {"userName": "git", "password": {"secret": HUSH}}}


def test_a_user_is_renamed_and_the_password_stays() -> None:
    assert auth(FULL, git_user="bot") == {"basicAuth": {"userName": "bot", "password": MASKED}}


def test_a_key_takes_the_passwords_place_and_the_other_way_round() -> None:
    assert auth(FULL, ssh_key=KEY) == {"sshAuth": {"sshPrivateKey": {"secret": KEY}}}
    assert auth(BY_SSH, git_user="git", git_password=HUSH) == {
        "basicAuth": {"userName": "git", "password": {"secret": HUSH}}
    }


def test_a_new_key_does_not_keep_the_old_ones_password() -> None:
    assert auth(BY_SSH, ssh_key=KEY) == {"sshAuth": {"sshPrivateKey": {"secret": KEY}}}
    assert auth(BY_SSH, ssh_key=KEY, ssh_password=HUSH)["sshAuth"]["password"] == {"secret": HUSH}


@pytest.mark.parametrize(
    "pasted", [KEY, KEY.strip(), f"\n{KEY}\n", KEY.replace("\n", "\r\n"), KEY.replace("\n", " \n")]
)
def test_a_key_is_kept_as_ssh_reads_it_however_it_was_pasted(pasted: str) -> None:
    assert wrong({}, ssh_key=pasted) == {}
    assert auth({}, ssh_key=pasted) == {"sshAuth": {"sshPrivateKey": {"secret": KEY}}}


@pytest.mark.parametrize(
    ("raw", "fields"), [(FULL, {"git_user": ""}), (FULL, {"no_git": "yes"}), (BY_SSH, {"no_git": "yes"})]
)
def test_signing_in_ends(raw: dict[str, Any], fields: dict[str, str]) -> None:
    assert wrong(raw, **fields) == {}
    assert auth(raw, **fields) is None


def test_an_image_gets_somebody_who_pulls_it() -> None:
    raw = {"executorContext": {"executorImage": "acme/runner:1"}}
    account = {"username": "bot", "password": {"secret": HUSH}}
    after = change(raw, image="acme/runner:2", image_user="bot", image_password=HUSH)
    assert get(after, IMAGE) == {"reference": "acme/runner:2", "credentials": account}
    assert get(change(FULL, image_password=HUSH), IMAGE)["credentials"] == account


def test_an_image_is_pulled_by_nobody_any_more_or_goes_with_whoever_pulled_it() -> None:
    assert get(change(FULL, image_user=""), IMAGE) == {"reference": "acme/runner:1"}
    assert get(change(FULL, image="", image_user=""), IMAGE) is None
    assert get(change(FULL, image="", image_password=HUSH), IMAGE) is None


@pytest.mark.parametrize(
    ("raw", "fields", "name", "word"),
    [
        ({}, {"git_password": HUSH}, "git_user", "needed"),
        ({}, {"git_user": "git"}, "git_password", "needed"),
        ({}, {"ssh_password": HUSH}, "ssh_key", "write both"),
        ({}, {"ssh_key": HUSH}, "ssh_key", "whole private key"),
        ({}, {"ssh_key": KEY.replace("-----END", "----END")}, "ssh_key", "whole private key"),
        (FULL, {"ssh_key": KEY, "git_password": HUSH}, "ssh_key", "one way"),
        (FULL, {"ssh_key": KEY, "no_git": "yes"}, "no_git", "one way"),
        (FULL, {"git_password": "a\u200bb"}, "git_password", "invisible"),
        ({}, {"git_user": f"https://u:{HUSH}@x.example", "git_password": HUSH}, "git_user", "looks like a secret"),
        (FULL, {"image_user": "", "image_password": HUSH}, "image_user", "needed"),
        ({}, {"image": "a/b", "image_user": "bot"}, "image_password", "needed"),
        ({}, {"image_user": "bot", "image_password": HUSH}, "image", "which image"),
    ],
)  # fmt: skip
def test_what_is_missing_or_too_much_is_said_without_a_secret(
    raw: dict[str, Any], fields: dict[str, str], name: str, word: str
) -> None:
    said = wrong(raw, **fields)
    assert word in said[name]
    assert HUSH not in str(said)


@pytest.mark.parametrize("name", sorted(WRITE_ONLY))
def test_what_cannot_be_sealed_is_not_taken(name: str) -> None:
    held = form_of(FULL)
    assert problems(held, {**held, name: KEY}, can_seal=False)[name] == NO_KEY


def test_the_review_says_what_changes_and_what_it_says_is_no_secret() -> None:
    wanted = Edits(credentials={"git_password": HUSH, "image_password": HUSH})
    told = {change.name: (change.before, change.after) for change in plan(FULL, wanted).changes}
    assert told == {
        "signs in with": (
            ("a password, as git (hidden)",),
            ("a password, as git (hidden), new value (hidden)",),
        ),
        "executor image": (
            ("acme/runner:1, pulled by bot (password hidden)",),
            ("acme/runner:1, pulled by bot (password hidden), new value (hidden)",),
        ),
    }
    (by_key,) = plan(FULL, Edits(credentials={"ssh_key": KEY})).changes
    assert (by_key.before, by_key.after) == (("a password, as git (hidden)",), ("an SSH key (hidden)",))


def test_edits_hold_them_and_do_not_show_them() -> None:
    wanted = Edits(credentials=dict.fromkeys(CREDENTIALS, HUSH))
    assert wanted
    assert HUSH not in repr(wanted)
    assert Edits.decode(wanted.encode()) == wanted
