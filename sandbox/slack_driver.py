"""Act as people of the sandbox's Slack from a script, and see what they see. For the tour and the scenario tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx

Json = dict[str, Any]

# The server closes an idle connection after five seconds; one that is given up before cannot be closed under a request.
LIMITS = httpx.Limits(keepalive_expiry=2.0)
# Seconds between looks while waiting for something to show.
LOOK = 0.1


class NotSeenError(AssertionError):
    """What was waited for did not happen in time."""


class SlackDriver:
    """One workspace. Every act answers what the bot's HTTP answer was: `{status, body, elapsed_ms}`."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=30.0, limits=LIMITS)

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def command(self, user: str, channel: str, text: str, *, command: str = "/pulumi") -> Json:
        """Type a slash command."""
        return await self._post("command", user=user, channel=channel, command=command, text=text)

    async def press(self, user: str, channel: str, message: Json, action: str, **more: Any) -> Json:
        """Press the first button of a message whose action id begins with `action`."""
        button = find_button(message, action)
        if button is None:
            raise NotSeenError(f"no button {action!r} on: {message['text']}")
        return await self._post(
            "action", user=user, channel=channel, ts=message["ts"], action_id=button["action_id"], **more
        )

    async def press_in_view(self, user: str, view: Json, action: str, **more: Any) -> Json:
        """Press a button inside a modal or a Home tab."""
        button = find_button(view, action)
        if button is None:
            raise NotSeenError(f"no button {action!r} in view {view['id']}")
        return await self._post(
            "action", user=user, view_id=view["id"], action_id=button["action_id"], **more
        )

    async def submit(self, user: str, view_id: str, values: Json) -> Json:
        """Submit a modal."""
        return await self._post("view", user=user, view_id=view_id, action="submit", values=values)

    async def shortcut(self, user: str, callback_id: str, *, channel: str = "") -> Json:
        """Choose a global shortcut, while looking at a channel."""
        return await self._post("shortcut", user=user, callback_id=callback_id, channel=channel or None)

    async def options(self, user: str, view: Json, action: str, value: str) -> list[Json]:
        """Type into a select of a modal whose options the app gives; what it offers."""
        answer = await self._post("options", user=user, view_id=view["id"], action_id=action, value=value)
        body: Json = answer["body"]
        offered: list[Json] = body["options"]
        return offered

    async def open_home(self, user: str) -> Json:
        """Open the bot's Home tab."""
        return await self._post("home", user=user)

    async def members(self, channel: str, user: str, action: str) -> Json:
        """Take somebody (the bot is `quarterdeck`) out of a channel (`kick`), or bring them back (`invite`)."""
        return await self._post("members", channel=channel, user=user, action=action)

    async def account(self, user: str, *, active: bool) -> Json:
        """Deactivate somebody's account, or give it back."""
        return await self._post("account", user=user, active=active)

    async def group(self, handle: str, *users: str) -> Json:
        """Put other people into a user group."""
        return await self._post("group", handle=handle, users=list(users))

    async def press_unseen(self, user: str, channel: str, ts: str, action: str, value: str) -> Json:
        """Press a button that the message does not have, as somebody would who forged one."""
        return await self._post(
            "action", user=user, channel=channel, ts=ts, action_id=action, value=value, stale=True
        )

    async def close(self, user: str, view_id: str) -> Json:
        """Close a modal."""
        return await self._post("view", user=user, view_id=view_id, action="close")

    async def replay(self, times: int = 1) -> Json:
        """Send the last signed request again, byte for byte."""
        return await self._post("replay", n=times)

    async def send_away(self, reason: str, *, after: float) -> Json:
        """Tell the bot's connections to leave, and close them `after` seconds."""
        return await self._post("socket", reason=reason, after=after)

    async def cut(self) -> Json:
        """End the bot's connections without a word."""
        return await self._post("socket")

    async def faults(self, *rules: Json) -> None:
        """Set the faults of the Web API; none clears them."""
        await self._http.delete("/sandbox/faults")
        if rules:
            (await self._http.post("/sandbox/faults", json=list(rules))).raise_for_status()

    async def state(self) -> Json:
        """Everything that stands in the workspace."""
        answer: Json = (await self._http.get("/sandbox/state")).raise_for_status().json()
        return answer

    async def channel(self, name: str) -> Json:
        """One channel, by name or id, with its messages."""
        channels = (await self.state())["channels"]
        found: Json = next(each for each in channels if name in (each["name"], each["id"]))
        return found

    async def message(
        self, channel: str, wanted: Callable[[Json], bool], *, within: float, what: str
    ) -> Json:
        """Wait for a message of the channel (not of its threads) that is as wanted."""
        return await self.seen(lambda at: next(filter(wanted, at["messages"]), None), channel, within, what)

    async def ephemeral(
        self, channel: str, wanted: Callable[[Json], bool], *, within: float, what: str
    ) -> Json:
        """Wait for a private message."""
        return await self.seen(lambda at: next(filter(wanted, at["ephemerals"]), None), channel, within, what)

    async def seen(self, look: Callable[[Json], Json | None], channel: str, within: float, what: str) -> Json:
        """Wait until `look` finds something in the channel."""
        end = time.monotonic() + within
        while True:
            found = look(await self.channel(channel))
            if found is not None:
                return found
            if time.monotonic() > end:
                raise NotSeenError(f"{what}: not seen in #{channel} within {within:.0f} s")
            await asyncio.sleep(LOOK)

    async def _post(self, control: str, **body: Any) -> Json:
        answer = await self._http.post(f"/sandbox/{control}", json=body)
        if answer.is_client_error:
            raise NotSeenError(f"/sandbox/{control} refused {body}: {answer.text}")
        got: Json = answer.raise_for_status().json()
        return got


def find_button(surface: Json, action: str) -> Json | None:
    """The first button whose action id is `action`, or begins with it and a suffix."""
    for block in surface["blocks"]:
        for element in (*block.get("elements", ()), block.get("accessory") or {}):
            found = str(element.get("action_id", ""))
            if found == action or found.startswith(f"{action}:"):
                button: Json = element
                return button
    return None
