"""The workspace as one object: what the page renders from and acts through.

For a page: `workspace.state` (model.State), `workspace.people` (what a person can do), `workspace.subscribe()` (live changes),
`workspace.manifest` (the app's commands for autocompletion), `workspace.find_user/find_channel/find_message/find_view`.
"""

import time
from collections.abc import Sequence

from sandbox.faults import Faults
from sandbox.slack_workspace.counts import Counts
from sandbox.slack_workspace.events import RETRY_DELAYS, Events
from sandbox.slack_workspace.feed import Feed, Subscription
from sandbox.slack_workspace.ledger import Clock, Ledger
from sandbox.slack_workspace.manifest import Manifest
from sandbox.slack_workspace.modals import Modals
from sandbox.slack_workspace.model import Channel, Message, State, User, View
from sandbox.slack_workspace.people import People
from sandbox.slack_workspace.response_urls import ResponseUrls
from sandbox.slack_workspace.seed import start_state
from sandbox.slack_workspace.sender import ACK_SECONDS, Sender
from sandbox.slack_workspace.services import Services
from sandbox.slack_workspace.sockets import Sockets
from sandbox.slack_workspace.triggers import Triggers


class Workspace:
    """A Slack workspace with one app installed."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.ledger = services.ledger
        self.manifest = services.manifest
        self.people = People(services)

    @classmethod
    def build(
        cls,
        *,
        app_url: str,
        base_url: str,
        signing_secret: str,
        manifest: Manifest,
        seed: int = 1,
        clock: Clock = time.time,
        ack_seconds: float = ACK_SECONDS,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        faults: Faults | None = None,
    ) -> "Workspace":
        """A fresh workspace; `clock` gives Unix seconds, `seed` makes its ids repeat, `faults` reach the app's connections."""
        state = start_state(app_name=manifest.name, now=clock())
        ledger = Ledger(state=state, clock=clock, seed=seed, feed=Feed())
        counts = Counts()
        sockets = Sockets(
            ledger=ledger,
            counts=counts,
            faults=faults or Faults(seed),
            base_url=base_url,
            ack_seconds=ack_seconds,
        )
        sender = Sender(
            url=app_url, secret=signing_secret, clock=clock, connections=sockets, ack_seconds=ack_seconds
        )
        return cls(
            Services(
                ledger=ledger,
                manifest=manifest,
                sockets=sockets,
                sender=sender,
                events=Events(
                    ledger=ledger, manifest=manifest, sender=sender, counts=counts, retry_delays=retry_delays
                ),
                triggers=Triggers(ledger),
                response_urls=ResponseUrls(ledger, base_url),
                modals=Modals(ledger),
                counts=counts,
            )
        )

    @property
    def state(self) -> State:
        return self.ledger.state

    def subscribe(self) -> Subscription:
        """Watch every change from now on."""
        return self.ledger.feed.subscribe()

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

    async def close(self) -> None:
        """End live watchers and what is still being sent."""
        self.ledger.feed.close()
        await self.services.events.close()
        await self.services.sockets.close()
        await self.services.sender.close()
