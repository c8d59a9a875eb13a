"""A digest changes when settings do, and only then: whatever the service does with its ciphertexts."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.domain.stacks import StackRef
from bot.pulumi.client import PulumiClient
from bot.pulumi.settings_digest import NONE, digest
from tests.bot.pulumi.service import Service

DEV = StackRef("acme", "web", "dev")


def holding(ciphertext: str, /, **more: Any) -> dict[str, Any]:
    secret = {"secret": "[secret]", "ciphertext": ciphertext}
    return {"operationContext": {"environmentVariables": {"TOKEN": secret, **more}}}


def once(settings: dict[str, Any]) -> str:
    return digest(settings, settings)


def test_the_order_of_fields_does_not_matter() -> None:
    assert once({"a": 1, "b": {"c": 2, "d": 3}}) == once({"b": {"d": 3, "c": 2}, "a": 1})
    assert len(once({})) == 20


def test_every_change_is_another_name() -> None:
    told = [once(each) for each in ({}, {"a": 1}, {"a": True}, {"a": "1"}, {"a": [1, 2]}, {"a": [2, 1]})]
    assert len({*told, NONE}) == 7


def test_a_ciphertext_that_stays_tells_a_secrets_change() -> None:
    assert once(holding("A")) != once(holding("B"))


def test_ciphertexts_written_anew_at_each_look_change_nothing() -> None:
    assert digest(holding("A"), holding("B")) == digest(holding("C"), holding("D"))


def test_whatever_else_changes_is_seen_all_the_same() -> None:
    before = digest(holding("A"), holding("B"))
    assert digest(holding("C", REGION="eu"), holding("D", REGION="eu")) != before
    assert digest({}, {}) != before


def test_the_settings_own_version_tells_a_secrets_change_where_ciphertexts_cannot() -> None:
    first, then = ({**holding(mark), "version": version} for mark, version in (("A", 1), ("B", 2)))
    assert digest({**first, **holding("C")}, first) != digest({**then, **holding("D")}, then)


def test_a_change_between_the_two_looks_is_not_taken_for_chance() -> None:
    assert digest(holding("A"), holding("B", REGION="eu")) == once(holding("B", REGION="eu"))


def test_a_variable_may_be_called_ciphertext() -> None:
    with_one, with_another = holding("A", ciphertext="1"), holding("A", ciphertext="2")
    assert digest(with_one, holding("B", ciphertext="1")) != digest(
        with_another, holding("B", ciphertext="2")
    )


@pytest.mark.parametrize(("settings", "looks"), [({"tag": "t"}, 1), (holding("A"), 2)])
async def test_only_secrets_need_a_second_look(
    client: PulumiClient, service: Service, settings: dict[str, Any], looks: int
) -> None:
    for _ in range(looks):
        service.answers(settings)
    assert await client.settings_digest(DEV) == once(settings)
    assert len(service.seen) == looks


@pytest.mark.parametrize("settings", [None, holding("A")])
async def test_no_settings_have_a_name_too(
    client: PulumiClient, service: Service, settings: dict[str, Any] | None
) -> None:
    """Also where they are cleared between the two looks."""
    if settings:
        service.answers(settings)
    service.answers({"message": "no settings"}, status=404)
    assert await client.settings_digest(DEV) == NONE


@pytest.mark.parametrize(("ciphertexts", "sees"), [("kept", True), ("fresh", False)])
async def test_an_approval_holds_as_long_as_the_settings_do(
    cloud: PulumiClient,
    controls: httpx.AsyncClient,
    ciphertexts: str,
    sees: bool,  # noqa: FBT001  a table
) -> None:
    await controls.post("/settings", json={"options": {"ciphertexts": ciphertexts}})
    seen = await cloud.settings_digest(DEV)
    assert await cloud.settings_digest(DEV) == seen
    variables = {"DATABASE_PASSWORD": {"secret": "another"}}
    await cloud.patch_settings(DEV, {"operationContext": {"environmentVariables": variables}})
    assert (await cloud.settings_digest(DEV) != seen) is sees
    now = await cloud.settings_digest(DEV)
    await cloud.patch_settings(DEV, {"operationContext": {"environmentVariables": {"REGION": "eu"}}})
    assert await cloud.settings_digest(DEV) != now
