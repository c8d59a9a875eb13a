"""Webhooks: only Pulumi's are believed, and whatever they hold is read."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pulumi.webhooks import organization, verify

SECRET = "hush"
DEPLOYED: dict[str, Any] = {
    "user": {"name": "Ada", "githubLogin": "ada", "avatarUrl": "https://x/a.png"},
    "organization": {"name": "Acme Inc.", "githubLogin": "acme", "avatarUrl": "https://x/b.png"},
    "projectName": "website",
    "stackName": "prod",
    "deploymentUrl": "https://app.pulumi.com/acme/website/prod/deployments/127",
    "version": 127,
    "operation": "update",
    "status": "running",
}


def signed(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_body_signed_with_the_shared_secret_is_pulumis() -> None:
    body = json.dumps(DEPLOYED).encode()
    assert verify(body, signed(body), secret=SECRET)
    assert verify(body, f" {signed(body).upper()} ", secret=SECRET)


@pytest.mark.parametrize(
    "signature", ["", "0" * 64, "sha256=", "é", "\ud800", signed(b"{} "), signed(b"{}", "other")]
)
def test_anything_else_is_not(signature: str) -> None:
    assert not verify(b"{}", signature, secret=SECRET)


def test_without_a_secret_nobody_is_believed() -> None:
    assert not verify(b"{}", signed(b"{}", ""), secret="")


def test_the_signature_is_over_the_raw_bytes_known_from_elsewhere() -> None:
    known = "4b2f4a4a1a1a0d6cbbcb3a0f5c4d2b1c" * 2
    assert not verify(b"what do ya want for nothing?", known, secret="Jefe")
    rfc_4231_case_2 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert verify(b"what do ya want for nothing?", rfc_4231_case_2, secret="Jefe")


@pytest.mark.parametrize(
    "kind", [DEPLOYED, {"organization": DEPLOYED["organization"], "kind": "of the future"}]
)
def test_whatever_happened_it_says_where(kind: dict[str, Any]) -> None:
    assert organization(json.dumps(kind).encode()) == "acme"


def test_an_organisation_without_a_login_goes_by_its_name() -> None:
    assert organization(b'{"organization": {"name": "acme"}}') == "acme"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"3", b"\xff", b"[" * 100_000, b'{"message": "ping"}', b'{"organization": "acme"}'],
)
def test_a_body_that_does_not_say_is_nobodys(body: bytes) -> None:
    assert organization(body) == ""


@given(
    st.dictionaries(
        st.sampled_from(["organization", "projectName"]),
        st.none()
        | st.integers()
        | st.text(max_size=5)
        | st.dictionaries(st.just("githubLogin"), st.none() | st.text(max_size=2)),
    )
)
def test_whatever_a_body_holds_the_answer_is_a_name(raw: dict[str, Any]) -> None:
    assert isinstance(organization(json.dumps(raw).encode()), str)
