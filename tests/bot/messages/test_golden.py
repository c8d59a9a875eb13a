"""Every rendering, word for word. `UPDATE_GOLDEN=1` writes them anew: read the diff before you commit it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.messages.message import Message
from sandbox.slack_workspace import block_kit
from tests.bot.messages.limits import message_problems, view_problems
from tests.bot.messages.samples import ADA, BEN, CROWD, CYD, DEPLOYS, MESSAGES, VIEWS

GOLDEN = Path(__file__).parent / "golden"
PEOPLE = (ADA, BEN, CYD, *CROWD)


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_a_rendering_is_as_it_was_read_and_approved(name: str) -> None:
    got = _as_json(MESSAGES[name]) if name in MESSAGES else VIEWS[name]
    file = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(json.dumps(got, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert got == json.loads(file.read_text(encoding="utf-8"))


def test_every_golden_file_belongs_to_a_sample() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == {*MESSAGES, *VIEWS}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_within_slacks_limits(name: str) -> None:
    message = MESSAGES[name]
    assert message_problems(message, people=PEOPLE, channels=(DEPLOYS,)) == []
    assert list(block_kit.message_problems(message.blocks)) == []


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_within_slacks_limits(name: str) -> None:
    view = VIEWS[name]
    assert view_problems(view, people=PEOPLE, channels=(DEPLOYS,)) == []
    assert list(block_kit.view_problems(view, view["type"])) == []


def _as_json(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}
