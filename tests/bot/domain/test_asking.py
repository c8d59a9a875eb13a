"""How lock, unlock, can, and the ways past a rule are typed."""

from __future__ import annotations

import pytest

from bot.domain.commands import Invocation, Verb
from bot.domain.grammar import parse
from bot.domain.refusals import Refusal


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("lock web/prod", Invocation(Verb.LOCK, "web/prod")),
        ("lock web/prod for 2h", Invocation(Verb.LOCK, "web/prod", lasts=7200.0)),
        (
            "lock web/prod migrating the users table for 1d12h",
            Invocation(Verb.LOCK, "web/prod", reason="migrating the users table", lasts=129_600.0),
        ),
        ("lock web/prod waiting for ben", Invocation(Verb.LOCK, "web/prod", reason="waiting for ben")),
        ("lock web/prod heretofor 2h", Invocation(Verb.LOCK, "web/prod", reason="heretofor 2h")),
        ("lock web/prod db - users", Invocation(Verb.LOCK, "web/prod", reason="db - users")),
        ('lock web/prod --reason "db"', Invocation(Verb.LOCK, "web/prod", reason="db")),
        ("unlock web/prod", Invocation(Verb.UNLOCK, "web/prod")),
        ("can @ana deploy web/prod", Invocation(Verb.CAN, "web/prod", person="@ana", about=Verb.DEPLOY)),
        ("can <@U0ANA|ana> up web/prod", Invocation(Verb.CAN, "web/prod", person="U0ANA", about=Verb.DEPLOY)),
        ("can me destroy web/prod", Invocation(Verb.CAN, "web/prod", person="me", about=Verb.DESTROY)),
        (
            "can @ana deploy web/prod --break-glass",
            Invocation(Verb.CAN, "web/prod", person="@ana", about=Verb.DEPLOY, break_glass=True),
        ),
        (
            'deploy web/prod --break-glass --reason "the shop is down"',
            Invocation(Verb.DEPLOY, "web/prod", reason="the shop is down", break_glass=True),
        ),
        ("destroy web/prod --confirm web/prod", Invocation(Verb.DESTROY, "web/prod", typed="web/prod")),
    ],
)
def test_it_is_understood(text: str, understood: Invocation) -> None:
    assert parse(text) == understood


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("can", "/pulumi can needs a stack."),
        ("can @ana deploy", "/pulumi can needs a stack."),
        ("can web/prod", '"web/prod" is not a person.'),
        ("can @ana fly web/prod", '"fly" is nothing that a rule about a stack decides.'),
        ("can @ana status web/prod", '"status" is nothing that a rule about a stack decides.'),
        ("deploy web/prod --break-glass=yes", "--break-glass takes no value."),
        ("deploy web/prod --confirm", "--confirm needs the stack's name."),
        ("status web/prod --break-glass", "status does not take --break-glass."),
        ("withdraw web/prod", '"withdraw" is not typed.'),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    refused = parse(text)
    assert isinstance(refused, Refusal)
    assert refused.problem == problem
