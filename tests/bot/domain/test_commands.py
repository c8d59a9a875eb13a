"""Commands: which answer a private question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.commands import Verb
from tests.builders import create_command, create_origin

PRIVATE = create_origin(is_private=True)


@pytest.mark.parametrize(
    ("verb", "answer", "answers"),
    [
        (Verb.CANCEL, {"confirmed": True}, True),
        (Verb.CANCEL, {}, False),
        (Verb.DEPLOY, {"confirmed": True}, False),
        (Verb.DEPLOY, {"typed": "web/dev"}, True),
    ],
)
def test_a_yes_and_a_typed_name_answer_a_private_question(
    verb: Verb, answer: dict[str, Any], *, answers: bool
) -> None:
    asked = replace(create_command(verb, **answer), origin=PRIVATE)
    assert asked.answers_a_question is answers
    assert not create_command(verb, **answer).answers_a_question
