"""The parts of settings: what they are called, and that nothing secret comes out of them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from bot.domain.settings_parts import HIDDEN, Leaf, fingerprint, leaves
from tests.bot.domain.settings_samples import BY_GITHUB, FULL, HUSH, MASKED


def shown(settings: dict[str, Any]) -> dict[str, str]:
    return {leaf.name: ", ".join(leaf.shown) for leaf in leaves(settings)}


def test_every_part_has_a_name_and_a_value_that_can_be_read() -> None:
    assert shown(FULL) == {
        "repository address": "https://github.com/acme/web.git",
        "branch": "main",
        "directory": "infra",
        "signs in with": "a password, as git (hidden)",
        "pre-run commands": "npm ci, npm test",
        "skip installing dependencies": "yes",
        "DB_PASSWORD": HIDDEN,
        "EMPTY": "(empty)",
        "REGION": "eu-west-1",
        "AWS role ARN": "arn:aws:iam::123456789012:role/deploy",
        "AWS session name": "pulumi",
        "AWS policy ARNs": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "Google Cloud project number": "123456",
        "Google Cloud workload pool ID": "pool",
        "Google Cloud provider ID": "pulumi",
        "Google Cloud service account": "deploy@acme.iam.gserviceaccount.com",
        "executor image": "acme/runner:1, pulled by bot (password hidden)",
        "agentPoolID": "pool-7",
        "operationContext.options.shell": "bash",
    }
    assert shown(BY_GITHUB)["deploy pushed commits"] == "yes"


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        ({"sshAuth": {"sshPrivateKey": MASKED}}, "an SSH key (hidden)"),
        ({"accessToken": MASKED}, "an access token (hidden)"),
        ({"basicAuth": {"userName": MASKED, "password": MASKED}}, "a password (hidden)"),
        ({"kerberos": {"keytab": MASKED}}, "kerberos (hidden)"),
        ({"sshAuth": {}}, HIDDEN),
        ("odd", HIDDEN),
    ],
)
def test_how_the_source_is_read_is_told_and_never_with_what(auth: object, words: str) -> None:
    assert shown({"sourceContext": {"git": {"gitAuth": auth}}}) == {"signs in with": words}


def test_an_image_is_a_text_or_an_object() -> None:
    for image in ("acme/runner:1", {"reference": "acme/runner:1"}):
        assert shown({"executorContext": {"executorImage": image}}) == {"executor image": "acme/runner:1"}


def test_what_only_looks_like_a_secret_is_hidden_too() -> None:
    settings = {
        "operationContext": {
            "environmentVariables": {"API_TOKEN": HUSH, "ODD": {"unknown": 1}},
            "preRunCommands": [f"export API_TOKEN={HUSH}"],
        }
    }
    assert HUSH not in str(shown(settings))
    assert shown(settings)["API_TOKEN"] == shown(settings)["ODD"] == HIDDEN


def test_what_is_empty_says_nothing() -> None:
    assert leaves({"gitHub": {}, "tag": "", "vcs": None, "operationContext": {"preRunCommands": []}}) == ()


def test_a_leaf_shows_no_value_in_a_traceback() -> None:
    assert repr(Leaf(("a", "b"), HUSH)) == "Leaf(a.b)"


def test_a_fingerprint_follows_what_is_set_and_not_how_it_was_written() -> None:
    other = deepcopy(FULL)
    other["operationContext"]["environmentVariables"]["DB_PASSWORD"]["ciphertext"] = "CCCDD="
    other["version"] = 4
    assert fingerprint(other) == fingerprint(dict(reversed(FULL.items())))
    other["agentPoolID"] = "pool-8"
    assert fingerprint(other) != fingerprint(FULL)
