"""Reading JSON that may be anything."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pulumi.wire import fields


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2022-10-17 22:12:34.834", datetime(2022, 10, 17, 22, 12, 34, 834000, UTC)),
        ("2023-09-15T23:28:17.644409853Z", datetime(2023, 9, 15, 23, 28, 17, 644409, UTC)),
        ("2022-10-17T22:12:41Z", datetime(2022, 10, 17, 22, 12, 41, 0, UTC)),
        ("2022-10-18T00:12:41+02:00", datetime(2022, 10, 17, 22, 12, 41, 0, UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("yesterday", None),
        ("", None),
        (1694820531, None),
        (None, None),
    ],
)
def test_times_are_read_in_every_form_the_service_writes_them(written: Any, moment: datetime | None) -> None:
    assert fields.time({"at": written}, "at") == moment


@given(st.datetimes(min_value=datetime(2, 1, 2), max_value=datetime(9999, 12, 30)), st.integers(-14, 14))  # noqa: DTZ001  zones come with the claim
def test_any_rfc_3339_time_is_the_same_moment_in_utc(local: datetime, hours: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert fields.time({"at": moment.isoformat()}, "at") == moment


@pytest.mark.parametrize(
    ("written", "seconds"), [(1694820531, 1694820531), (0, None), (2**52, None), ("1694820531", None)]
)
def test_unix_times_are_seconds_and_zero_is_not_yet(written: Any, seconds: int | None) -> None:
    moment = fields.unix_time({"at": written}, "at")
    assert (moment and moment.timestamp()) == seconds


@pytest.mark.parametrize("value", [None, 1, "1", True, 1.5, [], {}, [1], {"a": 1}, 10**30])
def test_a_value_of_another_type_is_empty(value: Any) -> None:
    raw = {"key": value}
    assert isinstance(fields.text(raw, "key"), str)
    assert fields.number(raw, "key") == (1 if value == 1 and value is not True else None)
    assert fields.flag(raw, "key") is (value is True)
    assert isinstance(fields.mapping(raw, "key"), dict)
    assert fields.objects(raw, "key") == []
    assert fields.strings(raw, "key") == ()
    assert fields.counts(raw, "key") == ({"a": 1} if value == {"a": 1} else {})


def test_lists_keep_what_is_of_the_right_type() -> None:
    raw = {"key": [{"a": 1}, "b", None, 3]}
    assert fields.objects(raw, "key") == [{"a": 1}]
    assert fields.strings(raw, "key") == ("b",)
