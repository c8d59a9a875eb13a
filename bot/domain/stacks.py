"""Names of stacks: how a person writes them, and which one was meant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class StackRef:
    """A stack's full name, `org/project/stack`; unique in Pulumi Cloud."""

    org: str
    project: str
    stack: str

    def __str__(self) -> str:
        return f"{self.org}/{self.project}/{self.stack}"

    @property
    def short(self) -> str:
        """`project/stack`: what people say when there is one organisation."""
        return f"{self.project}/{self.stack}"
