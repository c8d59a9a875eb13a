"""A secret is kept so that only its own purpose and a key of ours bring it back."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.vault import NoKeyError, SealedShutError, Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@given(st.text())
def test_what_was_sealed_opens_again_and_does_not_show(secret: str) -> None:
    vault = Vault((NEW,))
    sealed = vault.seal(secret, purpose="token")
    assert vault.open(sealed, purpose="token") == secret
    assert len(secret) < 4 or secret not in sealed


def test_one_kind_of_secret_cannot_be_passed_off_as_another() -> None:
    sealed = Vault((NEW,)).seal("pul-1", purpose="token:U1")
    with pytest.raises(SealedShutError, match="not as"):
        Vault((NEW,)).open(sealed, purpose="token:U2")


def test_an_older_key_still_opens_and_renewing_makes_it_needless() -> None:
    sealed = Vault((OLD,)).seal("pul-1", purpose="token")
    renewed = Vault((NEW, OLD)).renew(sealed)
    assert Vault((NEW, OLD)).open(sealed, purpose="token") == "pul-1"
    assert Vault((NEW,)).open(renewed, purpose="token") == "pul-1"


@pytest.mark.parametrize(
    "sealed", ["", "not sealed", Vault((OLD,)).seal("x", purpose="token")], ids=["empty", "text", "foreign"]
)
def test_what_no_key_of_ours_sealed_stays_shut(sealed: str) -> None:
    with pytest.raises(SealedShutError) as opening:
        Vault((NEW,)).open(sealed, purpose="token")
    with pytest.raises(SealedShutError):
        Vault((NEW,)).renew(sealed)
    assert "store it again" in opening.value.for_people


def test_without_a_key_nothing_is_kept_and_the_person_is_told() -> None:
    vault = Vault(())
    assert not vault
    assert Vault((NEW,))
    with pytest.raises(NoKeyError) as refused:
        vault.seal("x", purpose="token")
    assert "ENCRYPTION_KEY" in refused.value.for_people
