"""The Slack app manifest, filled in for one installation, and why it asks for each scope."""

from __future__ import annotations

from pathlib import Path

# In a checkout the file stands at the top, in an installed package beside this one (pyproject.toml, force-include).
_INSTALLED = Path(__file__).with_name("manifest.yml")
FILE = _INSTALLED if _INSTALLED.exists() else Path(__file__).parents[2] / "manifest.yml"
_URL = "https://quarterdeck.example.com"
_COMMAND = "command: /pulumi\n"
_SOCKET_MODE = ("socket_mode_enabled: false", "socket_mode_enabled: true")

# What each method that the bot calls asks for (https://docs.slack.dev/reference/methods).
# Direct messages with the bot need no `im:read`: membership is never asked there.
_READ = frozenset({"channels:read", "groups:read", "mpim:read"})
_HISTORY = frozenset({"channels:history", "groups:history", "im:history", "mpim:history"})
SCOPES_OF: dict[str, frozenset[str]] = {
    "auth.test": frozenset(),
    "chat.getPermalink": frozenset(),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.list": frozenset({"channels:read", "groups:read"}),
    "conversations.open": frozenset({"im:write"}),
    "conversations.replies": _HISTORY,
    "conversations.members": _READ,
    "users.info": frozenset({"users:read"}),
    "users.list": frozenset({"users:read"}),
    "usergroups.list": frozenset({"usergroups:read"}),
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.update": frozenset(),
}
SCOPES = frozenset({"commands"}).union(*SCOPES_OF.values())


def render(*, url: str, command: str, socket_mode: bool = False) -> str:
    """The manifest with the address of `web` and the slash command; without an address its example stays, in Socket Mode there is none."""
    text = FILE.read_text(encoding="utf-8").replace(_COMMAND, f"command: {command}\n")
    if socket_mode:
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if _URL not in line).replace(*_SOCKET_MODE)
    return text.replace(_URL, url.rstrip("/")) if url else text
