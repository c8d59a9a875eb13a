"""Where people look at a deployment."""

import pytest

from bot.domain.stacks import StackRef
from bot.pulumi.console import console_base, console_url


@pytest.mark.parametrize(
    ("backend", "base"),
    [
        ("https://api.pulumi.com", "https://app.pulumi.com"),
        ("https://api.pulumi.com/", "https://app.pulumi.com"),
        ("https://api.pulumi.acme.com", "https://app.pulumi.acme.com"),
        ("http://127.0.0.1:8181", "http://127.0.0.1:8181"),
        ("http://127.0.0.1:8181/", "http://127.0.0.1:8181"),
        ("https://pulumi.acme.com/cloud/?x=1#y", "https://pulumi.acme.com/cloud"),
        ("https://apiary.acme.com", "https://apiary.acme.com"),
    ],
)
def test_the_console_lives_beside_the_api(backend: str, base: str) -> None:
    assert console_base(backend) == base


def test_a_deployments_page_is_named_by_its_version() -> None:
    dev = StackRef(org="acme", project="web", stack="dev")
    assert (
        console_url("https://app.pulumi.com", dev, 7) == "https://app.pulumi.com/acme/web/dev/deployments/7"
    )


def test_names_cannot_break_out_of_an_address() -> None:
    odd = StackRef(org="acme", project="a/b|<c>", stack="é")
    assert console_url("http://x", odd, 7) == "http://x/acme/a%2Fb%7C%3Cc%3E/%C3%A9/deployments/7"
