"""What the app did, counted per method: calls, 429s, refusals and broken rules."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack_workspace.errors import SlackError

_KEPT = 50


@dataclass(slots=True)
class MethodCount:
    """One method's figures. `errors` counts every refusal by its code; `violations` those that a correct app never gets."""

    calls: int = 0
    ratelimited: int = 0
    violations: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        return {
            "calls": self.calls,
            "ratelimited": self.ratelimited,
            "violations": self.violations,
            "errors": dict(self.errors),
        }


class Counts:
    """Per method, and the last violations in words. Acks and deliveries count under names like `ack:slash_commands`."""

    def __init__(self) -> None:
        self.methods: dict[str, MethodCount] = {}
        self.violations: deque[str] = deque(maxlen=_KEPT)

    def of(self, method: str) -> MethodCount:
        return self.methods.setdefault(method, MethodCount())

    def called(self, method: str) -> None:
        self.of(method).calls += 1

    def ratelimited(self, method: str) -> None:
        self.of(method).ratelimited += 1

    def refused(self, method: str, error: SlackError) -> None:
        """Count a refusal, and as a violation if it is one."""
        self.of(method).errors[error.code] += 1
        if error.is_violation:
            self.violated(method, str(error))

    def violated(self, method: str, text: str) -> None:
        self.of(method).violations += 1
        self.violations.append(f"{method}: {text}")

    def as_json(self) -> dict[str, Any]:
        """Figures for `GET /sandbox/state`, with totals."""
        each = {name: count.as_json() for name, count in sorted(self.methods.items())}
        totals = {
            name: sum(count[name] for count in each.values())
            for name in ("calls", "ratelimited", "violations")
        }
        return {"methods": each, **totals, "last_violations": list(self.violations)}
