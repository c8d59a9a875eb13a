"""What somebody wants to see of the audit."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.audit import Entry


@dataclass(frozen=True, slots=True)
class Query:
    """Everything where empty. `stack` is a full name, `user` a Slack id, times are Unix seconds; `until` is not included."""

    stack: str = ""
    user: str = ""
    since: float = 0.0
    until: float = 0.0

    def matches(self, entry: Entry) -> bool:
        """Whether a record is meant. Times are left to whoever reads the stream in order."""
        return self.user in {"", entry.user} and self.stack in {"", entry.stack}
