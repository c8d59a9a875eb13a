"""Modals and the Home tab."""

from dataclasses import dataclass

from markupsafe import Markup

from sandbox.slack_workspace.model import State, User, View
from sandbox.slack_workspace.page.blocks import Look, render_blocks, render_text
from sandbox.slack_workspace.page.names import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A view ready for its template. `depth` counts the modals below it."""

    id: str
    title: Markup
    submit: Markup
    close: Markup
    body: Markup
    depth: int = 0


def top_modal(user: User, state: State, names: Names) -> Shown | None:
    """The modal in front of the person: Slack shows only the top of the stack."""
    stack = state.modals.get(user.id)
    return _shown(stack[-1], names, depth=len(stack) - 1) if stack else None


def home_of(user: User, state: State, names: Names) -> Shown | None:
    """What the app published on this person's Home tab."""
    view = state.homes.get(user.id)
    return _shown(view, names) if view else None


def _shown(view: View, names: Names, *, depth: int = 0) -> Shown:
    look = Look(names=names, key=view.id, values=view.values, errors=view.errors)
    content = view.content
    return Shown(
        id=view.id,
        title=render_text(content.get("title"), names),
        submit=render_text(content.get("submit"), names),
        close=render_text(content.get("close") or "Cancel", names),
        body=render_blocks(view.blocks, look),
        depth=depth,
    )
