"""Whom a token belongs to."""

from typing import Any

import pytest

from bot.domain.links import Account
from bot.pulumi.wire.accounts import read_account


def test_a_login_a_name_and_the_organisations_by_login() -> None:
    raw = {
        "githubLogin": "ana",
        "name": "Ana Almeida",
        "email": "ana@acme.example",
        "organizations": [{"githubLogin": "acme", "name": "Acme Inc."}, {"name": "other"}, {}, "odd"],
    }
    assert read_account(raw) == Account(login="ana", name="Ana Almeida", organizations=("acme", "other"))


@pytest.mark.parametrize("raw", [{}, {"githubLogin": 3, "name": None, "organizations": "acme"}])
def test_what_is_not_said_is_empty(raw: dict[str, Any]) -> None:
    assert read_account(raw) == Account(login="", name="", organizations=())
