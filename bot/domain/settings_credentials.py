"""How the source and the executor's image are signed in to: written in the form, never read back but for the user's name. Pure.

There is one way to the source at a time (seed, "SourceContext", `gitAuth`), so writing one takes the other's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.redaction import redact
from bot.domain.refusals import is_hidden
from bot.domain.settings_parts import AUTH, IMAGE
from bot.domain.settings_tree import get, put

GIT_USER, GIT_PASSWORD, NO_GIT = "git_user", "git_password", "no_git"
SSH_KEY, SSH_PASSWORD = "ssh_key", "ssh_password"
IMAGE_USER, IMAGE_PASSWORD = "image_user", "image_password"
CREDENTIALS = (GIT_USER, GIT_PASSWORD, SSH_KEY, SSH_PASSWORD, NO_GIT, IMAGE_USER, IMAGE_PASSWORD)
WRITE_ONLY = frozenset({GIT_PASSWORD, SSH_KEY, SSH_PASSWORD, IMAGE_PASSWORD})

_BASIC, _SSH = (*AUTH, "basicAuth"), "sshAuth"
_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\n.+\n-----END [A-Z0-9 ]*PRIVATE KEY-----\n", re.DOTALL
)
_NEEDED = "This is needed as well."


def held(settings: Mapping[str, Any]) -> dict[str, str]:
    """What the form holds of them."""
    users = {
        GIT_USER: get(settings, (*_BASIC, "userName")),
        IMAGE_USER: get(settings, (*IMAGE, "credentials", "username")),
    }
    return dict.fromkeys(CREDENTIALS, "") | {
        name: redact(user) for name, user in users.items() if isinstance(user, str)
    }


def written(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """What was changed; a name that was emptied is empty."""
    typed = {name: _typed(name, after[name]) for name in CREDENTIALS if name in after}
    return {name: text for name, text in typed.items() if text != before.get(name, "").strip()}


def signed_in(settings: Mapping[str, Any], credentials: Mapping[str, str]) -> dict[str, Any]:
    """The settings with what was written."""
    after = dict(settings)
    if credentials.get(NO_GIT):
        after = put(after, AUTH, None)
    if credentials.keys() & {GIT_USER, GIT_PASSWORD}:
        basic = _account(get(after, _BASIC), ("userName", "password"), credentials, (GIT_USER, GIT_PASSWORD))
        after = put(after, AUTH, {_BASIC[-1]: basic}) if basic else put(after, _BASIC, None)
    if key := credentials.get(SSH_KEY):
        password = credentials.get(SSH_PASSWORD)
        ssh = {"sshPrivateKey": {"secret": key}, **({"password": {"secret": password}} if password else {})}
        after = put(after, AUTH, {_SSH: ssh})
    if credentials.keys() & {IMAGE_USER, IMAGE_PASSWORD}:
        after = _pulled(after, credentials)
    return after


def problems(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with what was written, by the name of a field, for people; never with a secret."""
    typed = written(before, after)
    for name, text in typed.items():
        if any(is_hidden(letter) for letter in text if letter != "\n"):
            yield name, "There is an invisible character in it."
        elif name in {GIT_USER, IMAGE_USER} and redact(text) != text:
            yield name, "This looks like a secret: write it where the password goes."
    yield from _of_ways(typed)
    yield from _of_account(before, after, typed, (GIT_USER, GIT_PASSWORD))
    yield from _of_account(before, after, typed, (IMAGE_USER, IMAGE_PASSWORD))
    if typed.get(IMAGE_USER) and not after.get("image", "").strip():
        yield "image", "Say which image this is for."


def _of_ways(typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    key = typed.get(SSH_KEY, "")
    if typed.get(SSH_PASSWORD) and not key:
        yield SSH_KEY, "A key's password comes with its key: write both."
    if key and not _KEY.fullmatch(key):
        yield SSH_KEY, "Paste the whole private key, from -----BEGIN to the end of the line with -----END."
    ways = [bool(typed.get(GIT_USER) or typed.get(GIT_PASSWORD)), bool(key), bool(typed.get(NO_GIT))]
    if ways.count(True) > 1:
        yield (
            NO_GIT if ways[-1] else SSH_KEY,
            "There is one way to sign in at a time: leave the others as they are.",
        )


def _of_account(
    before: Mapping[str, str], after: Mapping[str, str], typed: Mapping[str, str], names: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    user, password = names
    if typed.get(password) and not after.get(user, "").strip():
        yield user, _NEEDED
    if typed.get(user) and not before.get(user) and not typed.get(password):
        yield password, _NEEDED


def _account(
    now: Any, keys: tuple[str, str], credentials: Mapping[str, str], names: tuple[str, str]
) -> dict[str, Any]:
    """A user and a password; empty where the user's name was emptied."""
    (user_key, password_key), (user, password) = keys, names
    if credentials.get(user) == "":
        return {}
    account = dict(now) if isinstance(now, Mapping) else {}
    if user in credentials:
        account[user_key] = credentials[user]
    if credentials.get(password):
        account[password_key] = {"secret": credentials[password]}
    return account


def _pulled(settings: Mapping[str, Any], credentials: Mapping[str, str]) -> dict[str, Any]:
    """An image is an object where somebody pulls it (official OpenAPI, `DockerImage`); without an image there is nothing to pull."""
    image = get(settings, IMAGE)
    reference = image.get("reference") if isinstance(image, Mapping) else image
    if not reference:
        return dict(settings)
    now = get(settings, (*IMAGE, "credentials"))
    account = _account(now, ("username", "password"), credentials, (IMAGE_USER, IMAGE_PASSWORD))
    return put(settings, IMAGE, {"reference": reference, **({"credentials": account} if account else {})})


def _typed(name: str, text: str) -> str:
    """What counts of what was typed: a key has a line break at its end, or SSH does not read it."""
    if name != SSH_KEY or not text.strip():
        return text.strip()
    return "".join(f"{line.rstrip()}\n" for line in text.strip().splitlines())
