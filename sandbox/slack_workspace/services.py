"""What acts and API methods share."""

from dataclasses import dataclass

from sandbox.slack_workspace.counts import Counts
from sandbox.slack_workspace.events import Events
from sandbox.slack_workspace.ledger import Ledger
from sandbox.slack_workspace.manifest import Manifest
from sandbox.slack_workspace.modals import Modals
from sandbox.slack_workspace.response_urls import ResponseUrls
from sandbox.slack_workspace.sender import Sender
from sandbox.slack_workspace.sockets import Sockets
from sandbox.slack_workspace.triggers import Triggers


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The workspace's parts, built once in `workspace.build`."""

    ledger: Ledger
    manifest: Manifest
    sockets: Sockets
    sender: Sender
    events: Events
    triggers: Triggers
    response_urls: ResponseUrls
    modals: Modals
    counts: Counts
