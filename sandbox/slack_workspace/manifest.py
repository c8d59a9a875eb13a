"""The parts of an app manifest that Slack acts on (https://docs.slack.dev/reference/app-manifest)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """One command of the app; `should_escape` turns `@ana` in its text into `<@U0ANA|ana>`."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A global shortcut of the app: chosen anywhere, without a message."""

    name: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the installed app may do: its commands, global shortcuts, bot scopes, subscribed events and tabs.

    `messages_tab` says that people may write to the app in its DM.
    """

    name: str = "Quarterdeck"
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    scopes: frozenset[str] = field(default_factory=frozenset)
    events: frozenset[str] = field(default_factory=frozenset)
    home_tab: bool = False
    messages_tab: bool = False
    interactive: bool = True

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Manifest":
        """Read a parsed manifest; what it does not mention is off, as in Slack."""
        features, settings = data.get("features") or {}, data.get("settings") or {}
        home = features.get("app_home") or {}
        bot = (data.get("oauth_config") or {}).get("scopes") or {}
        return cls(
            name=(features.get("bot_user") or {}).get("display_name")
            or (data.get("display_information") or {}).get("name", "app"),
            commands=tuple(_command(command) for command in features.get("slash_commands") or ()),
            shortcuts=tuple(
                _shortcut(each) for each in features.get("shortcuts") or () if each["type"] == "global"
            ),
            scopes=frozenset(bot.get("bot") or ()),
            events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or ()),
            home_tab=bool(home.get("home_tab_enabled")),
            messages_tab=bool(home.get("messages_tab_enabled"))
            and not home.get("messages_tab_read_only_enabled"),
            interactive=bool((settings.get("interactivity") or {}).get("is_enabled")),
        )

    def command(self, name: str) -> SlashCommand | None:
        """The command called `name` (with its slash), if the app has it."""
        return next((command for command in self.commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        """The global shortcut with this id, if the app has it."""
        return next((each for each in self.shortcuts if each.callback_id == callback_id), None)


def _shortcut(data: Mapping[str, Any]) -> Shortcut:
    return Shortcut(
        name=data["name"], callback_id=data["callback_id"], description=data.get("description", "")
    )


def _command(data: Mapping[str, Any]) -> SlashCommand:
    return SlashCommand(
        command=data["command"],
        description=data.get("description", ""),
        usage_hint=data.get("usage_hint", ""),
        should_escape=bool(data.get("should_escape")),
    )
