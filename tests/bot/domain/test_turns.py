"""What is asked of one stack is done in the order in which it was asked: what waits for what."""

from __future__ import annotations

import pytest

from bot.domain.commands import Command, Verb
from bot.domain.turns import READS, turn_of
from tests.builders import ADA, create_command


@pytest.mark.parametrize(
    ("command", "turn"),
    [
        (create_command(Verb.PAUSE, "web/dev"), "/web/dev"),
        (create_command(Verb.DEPLOY, "acme/web/dev", request_id="r-1"), "/web/dev"),
        (create_command(Verb.DEPLOY, "dev"), "/dev"),
        (create_command(Verb.CANCEL, "acme/web/dev", deployment_id="d-7"), "d-7"),
        (create_command(Verb.REJECT, "", request_id="r-1"), "r-1"),
        (create_command(Verb.LINK, "", id="c-9"), "c-9"),
        (create_command(Verb.PAUSE_ORG, "acme"), "*"),
        (create_command(Verb.RESUME_ORG, ""), "*"),
        (create_command(Verb.HOME, "", user=ADA), f"@{ADA}"),
    ],
)
def test_what_a_command_waits_for(command: Command, turn: str) -> None:
    assert turn_of(command) == turn


@pytest.mark.parametrize("verb", sorted(READS))
def test_whoever_only_reads_waits_for_nobody(verb: Verb) -> None:
    command = create_command(verb, "web/dev", deployment_id="d-7", request_id="r-1")
    assert turn_of(command) == command.id
