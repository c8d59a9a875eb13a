"""An answer is JSON or one typed error."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.errors import AnswerLostError, PulumiError, PulumiUnavailableError, RateLimitedError
from bot.pulumi.wire.answers import Answer, check, read_array, read_object, retry_after, unreadable
from bot.pulumi.wire.calls import Call, Safety

READ = Call("GET", "/api/x")
SET = Call("POST", "/api/x/pause", safety=Safety.IDEMPOTENT)
CREATE = Call("POST", "/api/x", safety=Safety.ONCE)
NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT
PAGE = b"<!DOCTYPE html><html><body>secret internals</body></html>"


def refused(status: int, body: Any = b"", *, call: Call = READ, **headers: str) -> PulumiError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with pytest.raises(PulumiError) as caught:
        check(call, Answer(status, names, content), now=NOW)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, PulumiUnavailableError),
        (400, errors.BadRequestError),
        (401, errors.UnauthorizedError),
        (402, errors.BadRequestError),
        (403, errors.ForbiddenError),
        (404, errors.NotFoundError),
        (408, PulumiUnavailableError),
        (409, errors.ConflictError),
        (418, errors.BadRequestError),
        (429, RateLimitedError),
        (500, PulumiUnavailableError),
        (503, PulumiUnavailableError),
        (799, PulumiUnavailableError),
    ],
)
def test_each_status_means_one_kind_of_error_whatever_was_asked(status: int, kind: type[PulumiError]) -> None:
    for call in (READ, SET, CREATE):
        assert type(refused(status, call=call)) is kind


@pytest.mark.parametrize(("status", "silent"), [(502, False), (504, True)])
def test_a_gateway_that_got_no_answer_leaves_a_change_uncertain(status: int, silent: bool) -> None:  # noqa: FBT001  a table
    assert type(refused(status)) is PulumiUnavailableError
    for call in (SET, CREATE):
        error = refused(status, call=call)
        assert isinstance(error, AnswerLostError)
        assert error.timed_out is silent


def test_a_good_answer_is_no_error() -> None:
    check(READ, Answer(202, {}, b"{}"), now=NOW)


def test_an_error_holds_what_an_operator_needs() -> None:
    error = refused(404, {"code": 404, "message": "Not Found: Stack"}, x_pulumi_request_id="abc-1")
    assert (error.method, error.path, error.status) == ("GET", "/api/x", 404)
    assert error.request_id == "abc-1"
    assert error.message == "Not Found: Stack"
    assert str(error) == "GET /api/x answered 404: Not Found: Stack (request abc-1)"


def test_a_rate_limits_error_holds_it_too() -> None:
    error = refused(429, {"message": "slow down"}, retry_after="7", x_pulumi_request_id="abc-1")
    assert isinstance(error, RateLimitedError)
    assert (error.retry_after, error.request_id, error.path) == (7.0, "abc-1", "/api/x")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "no"}, "no"),
        ({"message": "bad", "errors": [{"resource": "git", "attribute": "branch", "errorType": "missing"}]}, "bad (git branch missing)"),
        ({"message": "bad", "errors": ["x", {"errorType": "e"}]}, "bad (e)"),
        ({"message": 3}, "Bad Request"),
        ({"message": "two\n\tlines\x00\x1b[31m"}, "two lines [31m"),
        ("just a string", "just a string"),
        ([1], "Bad Request"),
        (b"plain text, as some proxies speak", "plain text, as some proxies speak"),
        (b"\xff\xfe", "��"),
        (b"", "Bad Request"),
        (PAGE, "answered with a web page"),
        (b"  \n<html>secret</html>", "answered with a web page"),
        (b"[" * 100_000, "[" * 299 + "…"),
    ],
)  # fmt: skip
def test_the_services_own_words_are_kept_in_one_line(body: Any, message: str) -> None:
    assert refused(400, body).message == message


def test_a_page_is_known_by_its_type_too() -> None:
    assert (
        refused(500, b"oops", content_type="Text/HTML; charset=utf-8").message == "answered with a web page"
    )


def test_a_status_without_a_name_has_no_reason() -> None:
    assert refused(799).message == "it gave no reason"


def test_a_long_message_is_cut() -> None:
    message = refused(400, {"message": "x" * 10_000}).message
    assert len(message) == 300
    assert message.endswith("…")


def test_a_proxys_404_says_nothing_about_a_stack() -> None:
    assert type(refused(404, PAGE)) is PulumiUnavailableError


def test_a_web_page_that_says_all_is_well_is_not_the_api() -> None:
    assert type(refused(200, PAGE)) is PulumiUnavailableError
    assert type(refused(200, PAGE, call=CREATE)) is AnswerLostError


def test_bytes_that_are_no_text_cost_a_character_and_not_the_answer() -> None:
    assert read_object(READ, Answer(200, {}, b'{"line": "caf\xe9 \xf0\x9f\x92"}')) == {
        "line": "caf\ufffd \ufffd"
    }
    assert refused(400, b'{"message": "caf\xe9"}').message == "caf\ufffd"


def test_the_beginning_of_an_answer_is_not_the_answer() -> None:
    with pytest.raises(PulumiUnavailableError, match="more than can be read"):
        check(READ, Answer(200, {}, b'{"a": 1}', is_whole=False), now=NOW)
    assert refused(400, b'{"message": "no"}').message == "no"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"nope", b"\xff", b"null", b"[" * 100_000])
def test_an_answer_that_is_no_json_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(PulumiUnavailableError):
        read_object(READ, Answer(200, {}, body))
    with pytest.raises(AnswerLostError):
        read_object(CREATE, Answer(200, {}, body))


def test_objects_and_arrays_are_read() -> None:
    assert read_object(READ, Answer(200, {}, b'{"a": 1}')) == {"a": 1}
    assert read_array(READ, Answer(200, {}, b"[1]")) == [1]
    assert read_array(READ, Answer(200, {}, b"null")) == []
    with pytest.raises(PulumiUnavailableError):
        read_array(READ, Answer(200, {}, b"{}"))


def test_an_unreadable_answer_keeps_the_request_id() -> None:
    assert unreadable(READ, Answer(200, {"x-pulumi-request-id": "r"}), "m").request_id == "r"


def test_an_answers_body_does_not_show_in_its_repr() -> None:
    assert "hunter2" not in repr(Answer(200, {"set-cookie": "hunter2"}, b"hunter2"))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("99999999999999999999", 86_400.0),
        ("Tue, 14 Nov 2023 22:13:50 GMT", 30.0),
        ("Tue, 14 Nov 2023 22:13:50 -0000", 30.0),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("", 5.0),
        ("soon", 5.0),
        ("-1", 5.0),
        ("1.5", 5.0),
        ("٣", 5.0),
    ],
)
def test_a_wait_is_seconds_or_a_date(value: str, seconds: float) -> None:
    assert retry_after(value, now=NOW) == seconds


@given(
    st.integers(100, 999), st.binary(max_size=40), st.text(max_size=20), st.sampled_from([READ, SET, CREATE])
)
def test_whatever_comes_is_a_value_or_a_typed_error(
    status: int, body: bytes, header: str, call: Call
) -> None:
    answer = Answer(status, {"retry-after": header, "content-type": header}, body)
    try:
        check(call, answer, now=NOW)
        assert isinstance(read_object(call, answer), dict)
    except PulumiError as error:
        assert error.status == status  # noqa: PT017  one claim about either end
        assert len(str(error)) < 500  # noqa: PT017
