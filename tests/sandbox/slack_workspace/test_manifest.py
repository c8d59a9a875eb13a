from pathlib import Path

import yaml

from sandbox.slack_workspace import Manifest


def test_what_a_manifest_does_not_mention_is_off() -> None:
    manifest = Manifest.from_dict({})
    assert (manifest.commands, manifest.scopes, manifest.events) == ((), frozenset(), frozenset())
    assert [manifest.home_tab, manifest.messages_tab, manifest.interactive] == [False] * 3


def test_a_read_only_messages_tab_takes_no_messages() -> None:
    home = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    assert not Manifest.from_dict({"features": {"app_home": home}}).messages_tab


def test_the_apps_own_manifest_is_read() -> None:
    manifest = Manifest.from_dict(yaml.safe_load(Path("manifest.yml").read_text()))
    assert manifest.command("/pulumi") is not None
    assert "chat:write" in manifest.scopes
    assert manifest.home_tab
