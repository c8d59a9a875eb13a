"""The workspace in a browser: server-rendered, live by server-sent events.

Addresses: `/` (the first channel), `/c/{channel}` (by name or id), `/c/{channel}/t/{ts}`, `/home`. `?as=ana` says who acts, and is
remembered in a cookie; two tabs may act as two people.

What a test may hold on to, and what therefore stays:
- `html[data-live=true]`: the page listens for changes.
- `data-testid`: `sidebar`, `channel-link`, `home-link`, `person-menu`, `acting-as`, `channel-name`, `members`; `messages` and
  `thread-messages` with each a list of `message`; in a message `author`, `content`, `edited`, `ephemeral-note`, `replies`, `file`;
  `composer-input`, `thread-input`, `command-hints`, `shortcuts`, `jump-to-latest`; `thread`; `home`, `home-view`; `modal`, `modal-title`,
  `modal-submit`, `modal-close`, `modal-trouble`, `input-error`; `confirm`, `confirm-yes`, `confirm-no`; `toasts`, `closed`.
- `data-ts` on a message; `data-action-id`, `data-block-id` and `data-element` on the control itself (a button, an input, a select's
  text field, a group of checkboxes); `aria-busy=true` on it while the app is being told. Options have the role `option`, an
  overflow menu's lines `menuitem`; inputs carry their label.
"""

from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.slack_workspace.page.deeds import Deeds
from sandbox.slack_workspace.page.files import Files
from sandbox.slack_workspace.page.live import Live
from sandbox.slack_workspace.page.pages import Pages
from sandbox.slack_workspace.workspace import Workspace

__all__ = ["routes"]

_STATIC = Path(__file__).parent / "static"


def routes(workspace: Workspace) -> list[BaseRoute]:
    """The page's routes, to be mounted at `/`."""
    pages, deeds = Pages(workspace), Deeds(workspace)
    return [
        Route("/", pages.root),
        Route("/home", pages.home),
        Route("/c/{channel}", pages.channel),
        Route("/c/{channel}/t/{ts}", pages.channel),
        Route("/part/{name}", pages.part),
        Route("/live", Live(workspace).stream),
        Route("/file/{id}/{name}", Files(workspace).download),
        Route("/do/write", deeds.write, methods=["POST"]),
        Route("/do/press", deeds.press, methods=["POST"]),
        Route("/do/suggest", deeds.suggest, methods=["POST"]),
        Route("/do/submit", deeds.submit, methods=["POST"]),
        Route("/do/close", deeds.close, methods=["POST"]),
        Route("/do/shortcut", deeds.shortcut, methods=["POST"]),
        Route("/do/home", deeds.open_home, methods=["POST"]),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]
