"""What looks like a secret is one, and a sealed one can be sent back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.pulumi_cloud.secretness import MASK, looks_secret, seal, unseal


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MY_PASSWORD", "foo"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SESSION_TOKEN", "x"),
        ("api-key", "x"),
        ("HARMLESS", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"),
    ],
)
def test_key_terms_and_entropy_make_a_secret(name: str, value: str) -> None:
    assert looks_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_REGION", "us-west-2"),
        ("CUSTOM_VARIABLE", "foo"),
        ("QUARTERDECK_REQUEST_01JDB2Q8Z7", "1"),
        ("GREETING", "a sentence that is rather long but made of words"),
        ("PADDING", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ],
)
def test_plain_variables_stay_plain(name: str, value: str) -> None:
    assert not looks_secret(name, value)


@given(st.text(max_size=100))
def test_a_sealed_secret_hides_its_value_and_comes_back(value: str) -> None:
    sealed = seal(value)
    assert sealed["secret"] == MASK
    assert unseal(dict(sealed)) == value


@pytest.mark.parametrize("value", [{}, {"secret": 1}, {"secret": "x", "other": 1}, {"key": "x"}])
def test_other_objects_are_no_secrets(value: dict[str, object]) -> None:
    assert unseal(value) is None
