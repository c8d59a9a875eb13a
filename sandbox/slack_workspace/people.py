"""What a person can do in the workspace. Both the page and the controls under /sandbox/ act through here.

Each act sends the app what Slack would send, applies what the answer means, and says how it went. `user` and `channel` are
ids or names; what a client would not let the person do raises `errors.PersonError` with an HTTP status and a text.
"""

from typing import Any

from sandbox.slack_workspace import actions, commands, shortcuts, submissions, suggestions, talk
from sandbox.slack_workspace.actions import Press
from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.model import Json, Message, View
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.services import Services

__all__ = ["Delivery", "People", "PersonError"]


class People:
    """The acts of people."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def command(
        self, *, user: str, channel: str, command: str, text: str = "", thread_ts: str | None = None
    ) -> Delivery:
        """Type a slash command. One the app does not have is answered by Slackbot and never sent (status 0)."""
        return await commands.type_command(
            self._services, user=user, channel=channel, command=command, text=text, thread_ts=thread_ts
        )

    async def press(
        self,
        *,
        user: str,
        source: Message | View,
        action_id: str,
        block_id: str | None = None,
        value: Any = None,
        values: Json | None = None,
        stale: bool = False,
    ) -> Delivery:
        """Press a button or choose in a menu of a message, modal or Home tab.

        `value` is what was chosen: an option's value, a list of them, a user or channel id, a date as text, typed text.
        `values` is what stands in the other inputs, `{block_id: {action_id: value}}`, in the same short form.
        `stale` presses a button that is no longer there, as an old client would; then `block_id` and `value` are taken as said.
        """
        pressed = Press(action_id=action_id, block_id=block_id, value=value, values=values, stale=stale)
        return await actions.press(self._services, user=user, source=source, pressed=pressed)

    async def submit(self, *, user: str, view_id: str, values: Json | None = None) -> Delivery:
        """Submit the modal; errors in the answer are left in `view.errors` and the modal stays open.

        What the client itself refuses (a required input left empty) is not sent: status 0, and `view.errors` says it.
        """
        return await submissions.submit(self._services, user=user, view_id=view_id, values=values)

    async def close(self, *, user: str, view_id: str, clear: bool = False) -> Delivery | None:
        """Close the modal (`clear`: the whole stack). The app hears of it only if it asked with `notify_on_close`."""
        return await submissions.close(self._services, user=user, view_id=view_id, clear=clear)

    async def say(self, *, user: str, channel: str, text: str, thread_ts: str | None = None) -> Delivery:
        """Write a message; `ts` of the answer is its id. The app hears of it only if it subscribed and is there (else status 0)."""
        return await talk.say(self._services, user=user, channel=channel, text=text, thread_ts=thread_ts)

    async def open_home(self, *, user: str) -> Delivery | None:
        """Open the app's Home tab; None when the app does not listen to app_home_opened."""
        return await talk.open_home(self._services, user=user)

    async def shortcut(self, *, user: str, callback_id: str, channel: str | None = None) -> Delivery:
        """Choose a global shortcut, while looking at `channel`."""
        return await shortcuts.choose_shortcut(
            self._services, user=user, callback_id=callback_id, channel=channel
        )

    async def invite(self, *, channel: str, user: str) -> Delivery | None:
        """Bring somebody, the bot too, into a channel."""
        return await talk.change_membership(self._services, channel=channel, user=user, invite=True)

    async def kick(self, *, channel: str, user: str) -> Delivery | None:
        """Take somebody, the bot too, out of a channel."""
        return await talk.change_membership(self._services, channel=channel, user=user, invite=False)

    async def suggest(
        self, *, user: str, source: Message | View, action_id: str, value: str, block_id: str | None = None
    ) -> list[Json]:
        """Type into an external select: the options (or option_groups) that the app answers with; [] when it fails."""
        delivery = await suggestions.ask_options(
            self._services, user=user, source=source, action_id=action_id, value=value, block_id=block_id
        )
        return suggestions.options_in(delivery)
