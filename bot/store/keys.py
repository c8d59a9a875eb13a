"""Every key in Redis and how long it lives; nobody else spells one.

All keys of a workspace share the hash tag `{team}`: one workspace lives in one slot, so scripts work on Redis Cluster too.
A lifetime starts anew with every write. What the poller still sees is kept alive by looking at it (`tracking`).
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

REQUEST_TTL = 90 * DAY
TRACKED_TTL = 90 * DAY
LANE_TTL = 90 * DAY
BOARD_TTL = LANE_TTL
REPLY_TTL = 7 * DAY
OPTIONS_TTL = DAY
ONCE_TTL = 7 * DAY
OVERVIEW_TTL = 7 * DAY
FORM_TTL = 30 * MINUTE
AUDITED_TTL = 30 * DAY  # far beyond any redelivery


def team_of(key: str) -> str:
    """The workspace that a key belongs to."""
    return key[key.index("{") + 1 : key.index("}")]


def login(name: str) -> str:
    """String: who linked this Pulumi login, across all workspaces that share the Redis."""
    return f"qd:{{logins}}:{name.casefold()}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one Slack workspace. Sets, hashes and streams without a TTL above are bounded by what they hold."""

    team: str

    def _key(self, *parts: str) -> str:
        return ":".join((f"qd:{{{self.team}}}", *parts))

    def request(self, request_id: str) -> str:
        """Hash: `body`, and `op` of the last change."""
        return self._key("request", request_id)

    @property
    def awaiting(self) -> str:
        """Sorted set: open requests, by when they are to be looked at (Unix seconds)."""
        return self._key("awaiting")

    @property
    def awaiting_claims(self) -> str:
        """Hash: request to until when (Unix seconds) somebody looks after it, and who."""
        return self._key("awaiting", "claims")

    def lock(self, org: str, name: str) -> str:
        """Hash: `body`, and `op` of the last change; `name` is `project/stack`."""
        return self._key("lock", org, name)

    def locked(self, org: str) -> str:
        """Set: `project/stack` of what is locked."""
        return self._key("locked", org)

    def tracked(self, org: str, deployment_id: str) -> str:
        """Hash: `body`, `revision`, `op`."""
        return self._key("tracked", org, deployment_id)

    def active(self, org: str) -> str:
        """Set: ids of deployments that are not over."""
        return self._key("active", org)

    def board(self, channel: str) -> str:
        """Hash: `body`, `revision`, `op`."""
        return self._key("board", channel)

    @property
    def boarded(self) -> str:
        """Set: channels that ever had a board."""
        return self._key("boarded")

    def stacks(self, org: str) -> str:
        """Set: `project/stack`."""
        return self._key("stacks", org)

    def overview(self, org: str) -> str:
        """String: the last look."""
        return self._key("overview", org)

    def pauses(self, org: str) -> str:
        """Hash: `project/stack`, or `*` for all of them, to who paused it here."""
        return self._key("pauses", org)

    def options(self, command_id: str) -> str:
        """String: options of a command whose "are you sure" is not answered."""
        return self._key("options", command_id)

    @property
    def horizons(self) -> str:
        """Sorted set: organisations by their horizon (Unix seconds)."""
        return self._key("horizons")

    @property
    def looks(self) -> str:
        """Sorted set: organisations by their next look (Unix seconds)."""
        return self._key("looks")

    @property
    def look_claims(self) -> str:
        """Hash: organisation to who looks at it."""
        return self._key("looks", "claims")

    @property
    def look_wishes(self) -> str:
        """Hash: organisation to the earliest look asked for while somebody looks."""
        return self._key("looks", "wishes")

    @property
    def inbox(self) -> str:
        """Stream: commands that are not done."""
        return self._key("inbox")

    @property
    def claims(self) -> str:
        """Hash: entry of the inbox to until when (Unix milliseconds), how often it was begun, by whom, and the ticket of that take."""
        return self._key("inbox", "claims")

    @property
    def dead(self) -> str:
        """Stream: commands that will never succeed, with the reason."""
        return self._key("inbox", "dead")

    def seen(self, dedupe: str) -> str:
        """String: a command that was recorded lately; lives as long as the caller says."""
        return self._key("seen", dedupe)

    def lane(self, lane: str) -> str:
        """Hash: what Slack shows and should show. With an empty name, the prefix."""
        return self._key("lane", lane)

    def posts(self, lane: str) -> str:
        """List: what is still to be said in the thread, each led by its rank's digit. With an empty name, the prefix."""
        return self._key("posts", lane)

    def said(self, lane: str) -> str:
        """Set: keys of posts that were ever to be said."""
        return self._key("said", lane)

    def parked(self, channel: str) -> str:
        """Set: lanes that Slack refused in a channel; until the bot is let in there, or for as long as a lane lives."""
        return self._key("parked", channel)

    @property
    def due(self) -> tuple[str, str, str]:
        """Sorted sets, one per rank: lanes by when they are due (Unix milliseconds)."""
        return self._key("due", "0"), self._key("due", "1"), self._key("due", "2")

    def reply(self, key: str) -> str:
        """Hash: a private answer; what is left of it once sent keeps its key taken. With an empty key, the prefix."""
        return self._key("reply", key)

    @property
    def replies(self) -> str:
        """Sorted set: keys of replies by when they are due (Unix milliseconds)."""
        return self._key("replies")

    def budget(self, bucket: str) -> str:
        """Hash: one of Slack's limits; lives as long as it says anything."""
        return self._key("budget", bucket)

    def once(self, key: str) -> str:
        """String: `begun` or `done`."""
        return self._key("once", key)

    def form(self, form_id: str) -> str:
        """String: what was filled in and waits to be saved, sealed."""
        return self._key("form", form_id)

    @property
    def audit(self) -> str:
        """Stream: who did what; bounded by age and count (`bot.store.commit.Retention`)."""
        return self._key("audit")

    def audited(self, entry_id: str) -> str:
        """String: this record was kept."""
        return self._key("audited", entry_id)

    def link(self, user: str) -> str:
        """Hash: `body` (the token in it is sealed), and `op` of the last change."""
        return self._key("link", user)

    @property
    def links(self) -> str:
        """Set: users who linked a login."""
        return self._key("links")
