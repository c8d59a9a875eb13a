"""manifest.yml: what Slack would take, and no scope that no call needs."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.operator import manifest
from handlers.deploy_form import SHORTCUTS
from handlers.events import EVENTS

ROOT = Path(__file__).parents[3]
METHOD = re.compile(r"(?:auth|chat|conversations|files|reactions|usergroups|users|views|pins)\.[a-zA-Z.]+")
# How slack_sdk's client spells a method that our code calls by name.
CLIENT_CALL = re.compile(r"(?:auth|chat|conversations|files|reactions|usergroups|users|views|pins)_[a-zA-Z]+")


@pytest.fixture
def app() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return read


def called() -> set[str]:
    """Every Slack method named in the code: as a string, or as a method of slack_sdk's client."""
    found: set[str] = set()
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        if path.name == "manifest.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and METHOD.fullmatch(node.value)
            ):
                found.add(node.value)
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and CLIENT_CALL.fullmatch(node.func.attr)
            ):
                found.add(node.func.attr.replace("_", ".", 1))
    return found


def test_every_method_that_is_called_is_in_the_table_and_no_other() -> None:
    assert called() == set(manifest.SCOPES_OF)


def test_the_scopes_are_those_that_the_methods_and_the_command_need_and_no_more(app: dict[str, Any]) -> None:
    scopes = app["oauth_config"]["scopes"]
    assert set(scopes) == {"bot"}
    assert sorted(scopes["bot"]) == sorted(manifest.SCOPES)


def test_every_scope_says_why(app: dict[str, Any]) -> None:
    lines = (ROOT / "manifest.yml").read_text(encoding="utf-8").splitlines()
    for scope in app["oauth_config"]["scopes"]["bot"]:
        (line,) = [line for line in lines if line.strip().split(" ")[:2] == ["-", scope]]
        assert "#" in line


def test_everything_slack_sends_comes_to_one_address(app: dict[str, Any]) -> None:
    (command,) = app["features"]["slash_commands"]
    urls = {
        command["url"],
        app["settings"]["event_subscriptions"]["request_url"],
        app["settings"]["interactivity"]["request_url"],
    }
    assert urls == {"https://quarterdeck.example.com/slack/events"}
    assert app["settings"]["interactivity"]["is_enabled"] is True
    assert app["settings"]["event_subscriptions"]["bot_events"] == [*EVENTS]
    assert app["features"]["app_home"]["home_tab_enabled"] is True


def test_names_and_texts_are_within_slacks_limits(app: dict[str, Any]) -> None:
    about = app["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])
    assert len(app["features"]["bot_user"]["display_name"]) <= 80
    (command,) = app["features"]["slash_commands"]
    assert re.fullmatch(r"/[a-z]{1,31}", command["command"])
    assert len(command["usage_hint"]) <= 1000
    assert len(command["description"]) <= 2000


def test_every_shortcut_is_one_that_the_app_answers(app: dict[str, Any]) -> None:
    """Slack, "App manifest reference": names of 24 characters, descriptions of 150."""
    for shortcut in app["features"]["shortcuts"]:
        assert shortcut["type"] == "global"
        assert shortcut["callback_id"] in SHORTCUTS
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_no_part_is_unknown_to_slack(app: dict[str, Any]) -> None:
    assert set(app) == {"display_information", "features", "oauth_config", "settings"}
    assert set(app["features"]) == {"app_home", "bot_user", "shortcuts", "slash_commands"}
    assert set(app["settings"]) == {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    }


def test_it_is_printed_for_the_address_and_the_command_of_an_installation() -> None:
    printed = yaml.safe_load(manifest.render(url="https://bot.acme.example/", command="/infra"))
    (command,) = printed["features"]["slash_commands"]
    assert command["command"] == "/infra"
    assert command["url"] == "https://bot.acme.example/slack/events"
    assert "example.com" not in str(printed)


def test_without_an_address_the_example_stays() -> None:
    assert manifest.render(url="", command="/pulumi") == (ROOT / "manifest.yml").read_text(encoding="utf-8")


def test_for_socket_mode_it_has_no_address_and_is_the_same_otherwise(app: dict[str, Any]) -> None:
    """Slack, "App manifest reference": in Socket Mode the request URLs are left out."""
    text = manifest.render(url="", command="/infra", socket_mode=True)
    printed = yaml.safe_load(text)
    assert "url" not in text.replace("--url", "")
    assert printed["settings"]["socket_mode_enabled"] is True
    (command,) = app["features"]["slash_commands"]
    del command["url"], app["settings"]["event_subscriptions"]["request_url"]
    del app["settings"]["interactivity"]["request_url"]
    command["command"] = "/infra"
    app["settings"]["socket_mode_enabled"] = True
    assert printed == app
