"""Changes of settings on their way: from the form to the review, and from there to the service. Kept as sealed text, never in the clear."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from bot.domain.settings_form import Edits


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants changed.

    `seen` is the fingerprint of the settings that it was put together for, or last shown against. `changed` are the names of what was
    shown, and `saving` the command that began to save it: whoever takes that command over goes on instead of looking anew.
    """

    edits: Edits = field(repr=False)
    seen: str
    changed: tuple[str, ...] = ()
    saving: str = ""
    saved: bool = False

    def encode(self) -> str:
        """As text, secrets and all."""
        return json.dumps({**asdict(self), "edits": self.edits.encode()})

    @staticmethod
    def decode(text: str) -> Draft:
        """What `encode` wrote."""
        kept = json.loads(text)
        return Draft(
            edits=Edits.decode(kept["edits"]),
            seen=kept["seen"],
            changed=tuple(kept["changed"]),
            saving=kept["saving"],
            saved=kept["saved"],
        )
