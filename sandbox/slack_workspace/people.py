"""What a person can do in the workspace. Both the page and the controls under /sandbox/ act through here.

Each act sends the app what Slack would send, applies what the answer means, and says how it went.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.slack_workspace.model import Json, Message, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One signed request to the app: its HTTP status (0: no answer in 3 s or no connection), body and time taken."""

    status: int
    body: Any
    elapsed_ms: float


class People(Protocol):
    """What a person can do. `user` and `channel` are ids or names; an unknown one raises `PersonError` (status 404)."""

    async def command(
        self, *, user: str, channel: str, command: str, text: str = "", thread_ts: str | None = None
    ) -> Delivery:
        """Type a slash command. One the app does not have is answered by Slackbot and never sent (status 0)."""
        ...

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
        ...

    async def submit(self, *, user: str, view_id: str, values: Json | None = None) -> Delivery:
        """Submit the modal; errors in the answer are left in `view.errors` and the modal stays open."""
        ...

    async def close(self, *, user: str, view_id: str, clear: bool = False) -> Delivery | None:
        """Close the modal (`clear`: the whole stack). The app hears of it only if it asked with `notify_on_close`."""
        ...

    async def say(
        self, *, user: str, channel: str, text: str, thread_ts: str | None = None
    ) -> Delivery | None:
        """Write a message. The app hears of it only if it subscribed to such events and is there. `message` has its ts in the state."""
        ...

    async def open_home(self, *, user: str) -> Delivery | None:
        """Open the app's Home tab."""
        ...

    async def suggest(
        self, *, user: str, source: Message | View, action_id: str, value: str, block_id: str | None = None
    ) -> list[Json]:
        """Type into an external select: the options (or option_groups) that the app answers with; [] when it fails."""
        ...
