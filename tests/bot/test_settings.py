"""Settings: all problems at once, in an operator's words, and never a value."""

from __future__ import annotations

import contextlib
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ConfigurationError
from bot.settings import Process, Secret, Settings, load

GOOD = {
    "PORT": "8080",
    "SLACK_SIGNING_SECRET": "0123456789abcdef",
    "SLACK_BOT_TOKEN": "xoxb-1-2-three",
    "SLACK_APP_TOKEN": "xapp-1-2-three",
    "SLACK_API_URL": "http://127.0.0.1:8182/api",
    "PULUMI_ACCESS_TOKEN": "pul-0123456789",
    "PULUMI_BACKEND_URL": "https://pulumi.example.com/",
    "PULUMI_ORG": "acme",
    "PULUMI_WEBHOOK_SECRET": "webhook-secret",
    "REDIS_URL": "redis://user:redis-password@127.0.0.1:6379/0",
    "POLICY_FILE": __file__,
    "ENCRYPTION_KEY": "ZW5jcnlwdGlvbi1rZXktZW5jcnlwdGlvbi1rZXktMTI=",
    "SLASH_COMMAND": "/infra",
    "AUDIT_DAYS": "30",
    "AUDIT_ENTRIES": "5000",
    "LOG_LEVEL": "DEBUG",
    "LOG_FORMAT": "json",
}


def problems(env: dict[str, str], process: Process = Process.WORKER) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(env, process=process)
    return caught.value.problems


def test_every_setting_is_read_into_its_field_with_the_fields_type() -> None:
    read = load(GOOD)
    hints = get_type_hints(Settings)
    for field in fields(read):
        value = getattr(read, field.name)
        assert value != field.default, field.name
        kind = type(value)
        assert str(hints[field.name]).startswith((str(kind), kind.__name__, "pathlib.Path", "tuple"))


def test_addresses_are_brought_into_one_form() -> None:
    read = load(GOOD)
    assert read.slack_api_url == "http://127.0.0.1:8182/api/"
    assert read.pulumi_backend_url == "https://pulumi.example.com"


def test_what_is_left_out_takes_its_default() -> None:
    read = load({}, process=Process.NONE)
    assert (read.port, read.slash_command) == (3000, "/pulumi")
    assert read.slack_api_url == "https://slack.com/api/"
    assert read.pulumi_backend_url == "https://api.pulumi.com"


@pytest.mark.parametrize(
    "text", ["acme,globex", "acme globex", " acme , globex ", "acme,globex,acme", "acme,\nglobex"]
)
def test_several_organisations_are_separated_by_commas_or_spaces(text: str) -> None:
    assert load(GOOD | {"PULUMI_ORG": text}).pulumi_org == ("acme", "globex")


@pytest.mark.parametrize(
    ("process", "needed"),
    [
        (Process.WEB, {"SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "PULUMI_ORG", "REDIS_URL"}),
        (Process.WORKER, {"SLACK_BOT_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_ORG", "REDIS_URL"}),
        (Process.STORE, {"REDIS_URL"}),
        (Process.ALL, {"SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_ORG"}),
    ],
)
def test_each_process_asks_for_what_it_uses_and_names_all_that_is_missing(
    process: Process, needed: set[str]
) -> None:
    found = problems({}, process)
    assert {problem.split()[0] for problem in found} == needed
    assert all("is missing. Find it at: " in problem for problem in found)
    load({name: GOOD[name] for name in needed}, process=process)


@pytest.mark.parametrize("process", [Process.WEB, Process.DOCTOR, Process.ALL])
def test_in_socket_mode_nothing_is_signed_and_no_signing_secret_is_asked_for(process: Process) -> None:
    env = {name: text for name, text in GOOD.items() if name != "SLACK_SIGNING_SECRET"}
    assert not load(env, process=process).slack_signing_secret
    (problem,) = problems(env | {"SLACK_APP_TOKEN": " "}, process)
    assert problem.startswith("SLACK_SIGNING_SECRET is missing.")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("SLACK_BOT_TOKEN", "xoxp-a-users-token"),
        ("SLACK_BOT_TOKEN", "xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-wrong-one"),
        ("SLACK_SIGNING_SECRET", "short"),
        ("SLACK_API_URL", "slack.com/api"),
        ("PULUMI_BACKEND_URL", "ftp://pulumi"),
        ("PULUMI_BACKEND_URL", "http://[oops"),
        ("PULUMI_ORG", "acme/web"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://"),
        ("AUDIT_DAYS", "0"),
        ("AUDIT_ENTRIES", "many"),
        ("POLICY_FILE", "/no/such/file"),
        ("SLASH_COMMAND", "pulumi"),
        ("SLASH_COMMAND", "/with space"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_what_is_malformed_is_named_with_the_right_shape(name: str, wrong: str) -> None:
    (problem,) = problems(GOOD | {name: wrong})
    assert problem.startswith(f"{name} ")
    assert any(word in problem for word in ("must ", "is not an address"))
    assert problem.endswith(".")


def test_problems_of_both_kinds_come_together() -> None:
    found = problems({"PORT": "x", "PULUMI_ORG": "a/b"})
    assert {problem.split()[0] for problem in found} == {
        "PORT",
        "PULUMI_ORG",
        "SLACK_BOT_TOKEN",
        "PULUMI_ACCESS_TOKEN",
        "REDIS_URL",
    }


def test_blank_is_missing() -> None:
    assert problems(GOOD | {"PULUMI_ORG": "  "})[0].startswith("PULUMI_ORG is missing")


@settings(max_examples=50)
@given(
    st.sampled_from(sorted(GOOD)),
    st.text(alphabet=st.characters(exclude_characters="\0"), min_size=12, max_size=40),
)
def test_no_problem_ever_repeats_what_was_given(name: str, given_text: str) -> None:
    with contextlib.suppress(ConfigurationError):
        load(GOOD | {name: given_text})
        return
    assert given_text not in "\n".join(problems(GOOD | {name: given_text}))


def test_a_secret_shows_in_no_representation() -> None:
    shown = repr(load(GOOD))
    for name in ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "PULUMI_ACCESS_TOKEN", "ENCRYPTION_KEY"):
        assert GOOD[name] not in shown
    assert "redis-password" not in shown
    assert str(Secret("hidden")) == "Secret(***)"


def test_the_secrets_to_keep_out_of_logs_include_the_password_of_redis() -> None:
    secrets = load(GOOD).secrets()
    assert {"redis-password", GOOD["SLACK_BOT_TOKEN"], GOOD["PULUMI_WEBHOOK_SECRET"]} <= secrets
    assert "" not in secrets


def test_the_environment_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in GOOD:
        monkeypatch.delenv(name, raising=False)
    policy = tmp_path / "policy.toml"
    policy.touch()
    monkeypatch.setenv("POLICY_FILE", str(policy))
    assert load(process=Process.NONE).policy_file == policy


def test_encryption_keys_rotate_newest_first() -> None:
    newest, older = "bmV3ZXN0LWtleS1uZXdlc3Qta2V5LW5ld2VzdC1rZXk=", GOOD["ENCRYPTION_KEY"]
    read = load(GOOD | {"ENCRYPTION_KEY": f"{newest}, {older}"})
    assert read.encryption_keys == (newest, older)
    assert {newest, older} <= read.secrets()


def test_an_encryption_key_of_the_wrong_shape_comes_with_the_command_that_makes_one() -> None:
    with pytest.raises(ConfigurationError, match=r"Fernet\.generate_key"):
        load(GOOD | {"ENCRYPTION_KEY": "hunter2"})
