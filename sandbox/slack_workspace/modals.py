"""Modals and Home tabs: stacks three deep, hashes, unique external ids (https://docs.slack.dev/surfaces/modals)."""

import json
from typing import Any

from sandbox.slack_workspace.block_kit import view_problems
from sandbox.slack_workspace.drafts import from_json
from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.feed import Change
from sandbox.slack_workspace.ledger import Ledger, with_block_ids
from sandbox.slack_workspace.model import Json, View
from sandbox.slack_workspace.values import initial_values, with_conversation

STACK_LIMIT = 3
_VIEW_BYTES = 250_000


class Modals:
    """Every person's stack of modals, and their Home tab."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def stack(self, user: str) -> list[View]:
        return self._ledger.state.modals.setdefault(user, [])

    def open(self, user: str, raw: Any, *, seen_from: str = "") -> View:
        """Start a new stack; one that was open goes away. `seen_from` is the channel that the person was looking at."""
        content = self._read(raw, "modal")
        stack = self.stack(user)
        stack.clear()
        return self._add(user, self._with_current(content, seen_from))

    def push(self, user: str, raw: Any) -> View:
        """Put a modal on the person's stack.

        Raises:
            SlackError: push_limit_reached at three; not_found when no modal is open.
        """
        content = self._read(raw, "modal")
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        return self._add(user, content)

    def update(self, view: View, raw: Any, *, hash_seen: str | None = None) -> View:
        """Replace an open modal's content in place; what was typed into blocks that stay, stays.

        Raises:
            SlackError: hash_conflict when the view has changed since `hash_seen`; invalid_arguments.
        """
        content = self._read(raw, view.type, replacing=view)
        if hash_seen is not None and hash_seen != view.hash:
            raise SlackError("hash_conflict")
        kept = {block["block_id"] for block in content["blocks"]}
        typed = {block_id: values for block_id, values in view.values.items() if block_id in kept}
        view.content = content
        view.values = {**initial_values(content["blocks"]), **typed}
        view.errors = {}
        view.hash = self._new_hash()
        self._changed(view)
        return view

    def publish(self, user: str, raw: Any, *, hash_seen: str | None = None) -> View:
        """Set a person's Home tab.

        Raises:
            SlackError: hash_conflict, invalid_arguments.
        """
        home = self._ledger.state.homes.get(user)
        if home is not None:
            return self.update(home, raw, hash_seen=hash_seen)
        content = self._read(raw, "home")
        home = self._make(user, content, "home")
        self._ledger.state.homes[user] = home
        self._changed(home)
        return home

    def find(self, *, view_id: str | None, external_id: str | None) -> View:
        """An open modal by either id.

        Raises:
            SlackError: not_found.
        """
        for view in self._open_views():
            if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def drop(self, view: View, *, clear: bool = False) -> list[View]:
        """Take the view (or its whole stack) away; answers what went, the top one first."""
        stack = self.stack(view.user)
        first = 0 if clear else stack.index(view)
        gone = stack[first:][::-1]
        del stack[first:]
        self._changed(view)
        return gone

    def show_errors(self, view: View, errors: dict[str, str]) -> None:
        """Leave the modal open with a line under each input named."""
        view.errors = errors
        self._changed(view)

    def _add(self, user: str, content: Json) -> View:
        stack = self.stack(user)
        view = self._make(user, content, "modal")
        if stack:
            view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        self._changed(view)
        return view

    def _with_current(self, content: Json, channel: str) -> Json:
        """Selects that default to the current conversation hold it, where it is among those they offer."""
        seen = self._ledger.state.channels.get(channel)
        if seen is None:
            return content
        blocks = [with_conversation(block, seen.id, seen.kind) for block in content["blocks"]]
        return {**content, "blocks": blocks}

    def _make(self, user: str, content: Json, kind: Any) -> View:
        view_id = self._ledger.new_id("V")
        values = initial_values(content["blocks"])
        return View(
            id=view_id,
            user=user,
            type=kind,
            content=content,
            hash=self._new_hash(),
            root_id=view_id,
            values=values,
        )

    def _read(self, raw: Any, kind: str, *, replacing: View | None = None) -> Json:
        content = from_json(raw, "invalid_arguments")
        if problems := view_problems(content, kind):
            raise SlackError("invalid_arguments", messages=[str(problem) for problem in problems])
        if len(json.dumps(content)) > _VIEW_BYTES:
            raise SlackError("view_too_large")
        self._refuse_known_external_id(content, replacing)
        return {**content, "blocks": with_block_ids(content["blocks"], self._ledger)}

    def _refuse_known_external_id(self, content: Json, replacing: View | None) -> None:
        wanted = content.get("external_id")
        others = [view for view in self._open_views() if view is not replacing]
        if wanted and any(view.content.get("external_id") == wanted for view in others):
            raise SlackError("duplicate_external_id")

    def _open_views(self) -> list[View]:
        return [view for stack in self._ledger.state.modals.values() for view in stack]

    def _new_hash(self) -> str:
        return f"{int(self._ledger.clock())}.{self._ledger.new_hex(8)}"

    def _changed(self, view: View) -> None:
        kind: Any = "home" if view.type == "home" else "view"
        self._ledger.feed.publish(Change(kind=kind, user=view.user, view_id=view.id))
