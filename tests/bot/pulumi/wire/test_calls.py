"""What every call has in common."""

from importlib.metadata import PackageNotFoundError

import pytest

from bot.domain.stacks import StackRef
from bot.errors import NotFoundError, UnauthorizedError
from bot.pulumi.wire import calls
from bot.pulumi.wire.calls import Call, Token, headers_of, org_path, stack_path


def test_the_token_goes_into_the_authorization_header_after_the_word_token() -> None:
    headers = headers_of(Call("GET", "/api/x"), token="pul-1")
    assert headers == {
        "Accept": "application/vnd.pulumi+8",
        "Content-Type": "application/json",
        "User-Agent": calls.USER_AGENT,
        "Authorization": "token pul-1",
    }


def test_the_user_agent_names_the_product_and_its_version() -> None:
    assert calls.USER_AGENT.startswith("quarterdeck/")


def test_a_product_that_was_never_installed_still_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(calls, "version", missing)
    assert calls._own_version() == "0"


def test_a_token_shows_in_no_repr_and_is_sent_as_it_is() -> None:
    token = Token("pul-hunter2")
    assert "hunter2" not in repr({"token": token, "more": [token]})
    assert headers_of(Call("GET", "/api/x"), token=token)["Authorization"] == "token pul-hunter2"


@pytest.mark.parametrize("token", ["", "pul 1", "pul-1\n", "pul-1\r\nX-Evil: 1", "pul-é", "\x00"])
def test_what_cannot_be_a_token_is_refused_without_quoting_it(token: str) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        headers_of(Call("GET", "/api/x"), token=token)
    assert not token or token not in str(caught.value)


def test_a_calls_body_does_not_show_in_its_repr() -> None:
    assert "hunter2" not in repr(Call("POST", "/api/x", body=b"hunter2"))


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("web", "web"),
        ("web.v2_x-y", "web.v2_x-y"),
        ("a/b", "a%2Fb"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("50%", "50%25"),
        ("é", "%C3%A9"),
        ("\ud800", "%3F"),
        ("...", "..."),
    ],
)
def test_names_are_percent_encoded(name: str, encoded: str) -> None:
    stack = StackRef(org="acme", project=name, stack="dev")
    assert stack_path(stack, "pause") == f"/api/stacks/acme/{encoded}/dev/deployments/pause"


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_leave_its_place_in_the_path_does_not_exist(name: str) -> None:
    with pytest.raises(NotFoundError):
        org_path(name)


@pytest.mark.parametrize("base", ["https://api.pulumi.com", "https://api.pulumi.com/"])
def test_an_address_is_the_service_the_path_and_the_query(base: str) -> None:
    call = Call("GET", "/api/x", query=(("status", "a b"), ("page", "1")))
    assert call.url(base) == "https://api.pulumi.com/api/x?status=a+b&page=1"


def test_a_service_may_live_under_a_path() -> None:
    assert Call("GET", "/api/x").url("https://host/pulumi/") == "https://host/pulumi/api/x"
