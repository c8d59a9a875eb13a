"""The workspace as one object: what the page renders from and acts through.

For a page: `workspace.state` (model.State), `workspace.people` (what a person can do), `workspace.subscribe()` (live changes),
`workspace.manifest` (the app's commands for autocompletion), `workspace.find_user/find_channel/find_message/find_view`.
"""

from sandbox.slack_workspace.feed import Feed, Subscription
from sandbox.slack_workspace.ledger import Ledger
from sandbox.slack_workspace.manifest import Manifest
from sandbox.slack_workspace.model import Channel, Message, State, User, View
from sandbox.slack_workspace.people import People


class Workspace:
    """A Slack workspace with one app installed."""

    def __init__(self, *, ledger: Ledger, feed: Feed, manifest: Manifest, people: People) -> None:
        self.ledger = ledger
        self.feed = feed
        self.manifest = manifest
        self.people = people

    @property
    def state(self) -> State:
        return self.ledger.state

    def subscribe(self) -> Subscription:
        """Watch every change from now on."""
        return self.feed.subscribe()

    def find_user(self, name_or_id: str) -> User | None:
        """`ana`, `@ana` or `U0ANA`."""
        return self.ledger.user(name_or_id)

    def find_channel(self, name_or_id: str) -> Channel | None:
        """`deploys`, `#deploys`, `C0DEPLOYS`, or `@ana` for her DM with the bot."""
        return self.ledger.channel(name_or_id)

    def find_message(self, channel: Channel, ts: str) -> Message | None:
        """A message, reply or ephemeral that is still there."""
        return self.ledger.message(channel, ts) or self.ledger.ephemeral(channel, ts)

    def find_view(self, view_id: str) -> View | None:
        """An open modal, anywhere in a stack, or a Home tab, by its id."""
        state = self.state
        views = [*(view for stack in state.modals.values() for view in stack), *state.homes.values()]
        return next((view for view in views if view.id == view_id), None)

    def channels_of(self, user: str) -> list[Channel]:
        """What the person sees in the sidebar: public channels, private ones and DMs they are in."""
        return [
            c
            for c in self.state.channels.values()
            if not c.archived and (c.kind == "public" or user in c.members)
        ]
