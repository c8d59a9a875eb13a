"""Ada edits the settings of web/dev: what she sees in her modal, and what the channel hears."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.commands import Command, Verb
from bot.domain.settings_drafts import Draft
from bot.domain.settings_form import Edits, purpose
from bot.domain.settings_parts import fingerprint
from bot.messages.settings_views import read_place
from bot.store.keys import Keys
from bot.vault import Vault
from tests.bot.crew import Crew
from tests.bot.domain.settings_samples import HUSH
from tests.builders import ADA, DEV, TEAM, create_command

VIEW = "V1"
VAULT = Vault(("c2FuZGJveC1lbmNyeXB0aW9uLWtleS0zMi1ieXRlcyE=",))
WANTED = Edits({"branch": "next"}, {"REGION": "eu-north-1"}, {"NPM_TOKEN": HUSH})


@dataclass(slots=True)
class Modal:
    """One modal of Ada's, in which everything happens."""

    crew: Crew

    @property
    def view(self) -> dict[str, Any]:
        """As it is now."""
        return self.crew.channels.modals[VIEW]

    @property
    def words(self) -> str:
        """All that is in it."""
        return json.dumps(self.view, ensure_ascii=False)

    @property
    def set_now(self) -> Mapping[str, Any]:
        """The settings at Pulumi Cloud."""
        return self.crew.pulumi.deployment_settings.get(DEV, {})

    async def do(self, verb: Verb, **facts: Any) -> None:
        """A press or a submission in it."""
        await self.crew.run(command(verb, **facts))

    async def review(self, edits: Edits = WANTED, *, seen: str = "", **facts: Any) -> str:
        """Submit the form; the id under which what is shown waits to be saved."""
        await self.do(
            Verb.REVIEW_SETTINGS, form=form(self.crew, edits, seen=seen or fingerprint(self.set_now)), **facts
        )
        return read_place(self.view).form


def command(verb: Verb, **facts: Any) -> Command:
    """What Ada does in her modal."""
    return create_command(verb, "acme/web/dev", **{"view_id": VIEW, **facts})


def form(crew: Crew, edits: Edits, *, seen: str = "") -> str:
    """What the handler records of a submitted form."""
    draft = Draft(edits, seen=seen).encode()
    return crew.vault.seal(draft, purpose=purpose(TEAM, ADA, str(DEV))) if crew.vault else draft


async def everything_in_redis(crew: Crew) -> str:
    """Every value of every kind, as text."""
    found: list[Any] = []
    async for key in crew.redis.scan_iter("*"):
        found.append(await crew.redis.dump(key))
        if await crew.redis.type(key) == b"string":
            found.append(await crew.redis.get(key))
    return repr(found)


KEYS = Keys(TEAM)
