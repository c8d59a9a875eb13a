"""What is remembered: requests, deployments, locks, pauses, links, the audit, and what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.boards import Board
from bot.domain.cards import Excerpt
from bot.domain.deployments import Deployment
from bot.domain.links import Link
from bot.domain.locks import Lock
from bot.domain.options import Options
from bot.domain.overview import Overview
from bot.domain.pauses import Pause
from bot.domain.requests import Request
from bot.domain.stacks import StackRef
from bot.messages.message import Reply, Say


@dataclass(frozen=True, slots=True)
class Tracked:
    """A deployment as it was last seen, and the lanes that hear of it.

    `lanes` are (lane, channel) pairs. `revision` counts saves; a save with an old revision is refused.
    `log_attempts` counts failed tries to read the log of a failure. `request_id` is empty when it was not started here.
    `boards` are (channel, address) pairs: of the channels whose board shows its steps, so that its card there does not.
    """

    deployment: Deployment
    lanes: tuple[tuple[str, str], ...] = ()
    request_id: str = ""
    console_url: str = ""
    excerpt: Excerpt | None = None
    log_attempts: int = 0
    canceled_by: str = ""
    gone: bool = False
    waiting_for: str = ""
    boards: tuple[tuple[str, str], ...] = ()
    revision: int = 0

    @property
    def is_over(self) -> bool:
        """Nothing more will be heard of it."""
        return self.gone or self.deployment.is_final


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Records, newest first. `older` and `newer` name where to go on, empty where there is nothing (for `newer`: on the first page)."""

    entries: tuple[Entry, ...] = ()
    older: str = ""
    newer: str = ""


class Audit(Protocol):
    """Who did what: appended to, never changed. Raises `bot.errors.StoreUnavailableError`."""

    async def record(self, entry: Entry) -> None:
        """Keep it in the stream and as a log line, unless one with its id is kept already (a redelivered command)."""
        ...

    async def is_recorded(self, entry_id: str) -> bool:
        """Whether a record with this id is kept, so that what it tells of is done."""
        ...

    async def audited(self, query: Query, *, before: str = "", after: str = "", count: int = 10) -> AuditPage:
        """The newest records that fit, or the ones next `before` or `after` a place that a page named."""
        ...


class Links(Protocol):
    """Who linked which Pulumi login; a login belongs to one person of one workspace. Raises `bot.errors.StoreUnavailableError`."""

    async def link_of(self, user: str) -> Link | None:
        """What somebody linked; its token is sealed."""
        ...

    async def add_link(
        self, link: Link, *, replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> bool:
        """Link a login, or renew its token; False, and nothing saved or said, when somebody else holds the login.

        The person must have no other login linked: that is False as well.
        """
        ...

    async def remove_link(
        self, user: str, *, replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> Link | None:
        """Forget the token at once, then the rest; what was linked. None, and nothing said, when nothing was."""
        ...


class Lookup(Audit, Protocol):
    """All that a handler uses: what is looked up or noted while somebody waits for an acknowledgement. No work is done here.

    Raises `bot.errors.StoreUnavailableError`.
    """

    async def request(self, request_id: str) -> Request | None:
        """A request by its id."""
        ...

    async def stacks(self, org: str) -> frozenset[StackRef]:
        """Known stacks of an organisation."""
        ...

    async def overview(self, org: str) -> Overview | None:
        """The last look, or None before the first."""
        ...

    async def locks(self, org: str) -> tuple[Lock, ...]:
        """All of an organisation's, by the stack's name."""
        ...

    async def let_in(self, channel: str) -> None:
        """The bot was invited to a channel: what Slack did not let it say there is due at once."""
        ...


class State(Lookup, Links, Protocol):
    """What is remembered. Everything passed to one call is saved together or not at all; records of the `audit` once for ever.

    Raises `bot.errors.StoreUnavailableError` when Redis does not answer.
    """

    async def add_request(
        self,
        request: Request,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> Request:
        """Record a request unless one with its id exists; answers the one that is recorded (so a redelivered command sees its first try)."""
        ...

    async def change_request(
        self,
        before: Request,
        after: Request,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        """Replace `before` by `after`; False, and nothing saved or said, when the record is no longer `before` (ten clicks count once)."""
        ...

    async def awaiting(self) -> tuple[Request, ...]:
        """Open requests: previewed, waiting for votes, or held; the first to be looked at first."""
        ...

    async def claim_waiting(self, now: float, *, lease: float, count: int) -> tuple[Request, ...]:
        """Up to `count` open requests that are to be looked at by `now` (Unix seconds), the longest overdue first.

        Nobody else is given them for `lease` seconds. How soon each is due again is its record's to say.
        """
        ...

    async def keep_waiting(self, request_id: str, *, until: float) -> None:
        """Make the claim last until then, unless somebody else has it by now."""
        ...

    async def release_waiting(self, request_id: str) -> None:
        """Give the claim back."""
        ...

    async def tracked(self, org: str, deployment_ids: Sequence[str]) -> dict[str, Tracked]:
        """What is known of these deployments; unknown ones are absent."""
        ...

    async def active(self, org: str) -> frozenset[str]:
        """Ids of tracked deployments that are not over."""
        ...

    async def track(
        self,
        tracked: Tracked,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        """Save what was seen and what is to be said of it, together.

        `tracked.revision` must be the saved one (0 for new): False, and nothing saved or said, when somebody else was faster.
        The saved revision is one higher.
        """
        ...

    async def say(
        self, *, say: Sequence[Say] = (), replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> None:
        """Something to say that changes no state. Posts and replies whose key was already said are dropped."""
        ...

    async def ts_of(self, lane: str) -> str | None:
        """The `ts` of a lane's card, to link to it or to put something into its thread; None where none stands."""
        ...

    async def boards(self) -> tuple[Board, ...]:
        """Every channel's last board, one that is over as well."""
        ...

    async def save_board(self, board: Board, *, say: Sequence[Say] = ()) -> bool:
        """Save a channel's board and what it shows, together.

        `board.revision` must be the saved one (0 for a channel's first): False, and nothing saved or said, when somebody else was
        faster. The saved revision is one higher.
        """
        ...

    async def add_stacks(self, org: str, stacks: Sequence[StackRef]) -> None:
        """Remember stacks that were seen."""
        ...

    async def lock(self, stack: StackRef) -> Lock | None:
        """The lock of a stack, one that ran out as well."""
        ...

    async def change_lock(
        self,
        stack: StackRef,
        before: Lock | None,
        after: Lock | None,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        """Replace `before` by `after` (None: not locked); False, and nothing saved or said, when it is no longer `before`."""
        ...

    async def pauses(self, org: str) -> dict[str, Pause]:
        """Who paused what here, by `project/stack`, and `*` for the whole organisation."""
        ...

    async def put_pause(
        self,
        org: str,
        name: str,
        pause: Pause | None,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> None:
        """Remember a pause, or forget it."""
        ...

    async def kept_options(self, command_id: str) -> Options:
        """Options that were kept for the answer to "are you sure"; none where there are none."""
        ...

    async def keep_options(self, command_id: str, options: Options) -> None:
        """Keep them for a day."""
        ...

    async def kept_form(self, form_id: str) -> str:
        """What was filled in and waits to be saved; empty after half an hour, and when nothing was kept."""
        ...

    async def keep_form(self, form_id: str, body: str) -> None:
        """Keep `body`, which is sealed where there is a key, for half an hour."""
        ...

    async def save_overview(self, overview: Overview) -> None:
        """Keep a look."""
        ...

    async def horizon(self, org: str) -> float | None:
        """Deployments created before this (Unix seconds) were there before the bot: they are not announced. None before the first look."""
        ...

    async def set_horizon(self, org: str, at: float) -> None:
        """Move it forward; an earlier time than the one kept changes nothing."""
        ...

    async def claim_due(self, now: float, *, lease: float) -> str | None:
        """An organisation whose look is due, claimed for `lease` seconds; None when there is none."""
        ...

    async def schedule(self, org: str, at: float, *, release: bool = False) -> None:
        """Look at `org` at `at`, or sooner if it was already due sooner.

        With `release`, give the claim back and set exactly `at`, unless somebody asked for an earlier look meanwhile.
        """
        ...
