"""Freeze windows: by the week, by date, across midnight, years and changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.freezes import Window, frozen_until, read_window

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


def window(text: str, zone: ZoneInfo = BERLIN) -> Window:
    found = read_window(text, zone)
    assert found is not None, text
    return found


def moment(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("text", "now", "ends"),
    [
        ("Fri 16:00 - Mon 08:00", "2026-03-06 15:59", None),
        ("Fri 16:00 - Mon 08:00", "2026-03-06 16:00", "2026-03-09 08:00"),
        ("Fri 16:00\u2013Mon 08:00", "2026-03-08 23:00", "2026-03-09 08:00"),
        ("friday 16:00 to monday 8:00", "2026-03-09 07:59", "2026-03-09 08:00"),
        ("Fri 16:00 - Mon 08:00", "2026-03-09 08:00", None),
        ("Sat - Sun", "2026-03-07 00:00", "2026-03-09 00:00"),
        ("Sat - Sun", "2026-03-08 23:59", "2026-03-09 00:00"),
        ("Sun - Sun", "2026-03-07 23:59", None),
        ("Sun - Sun", "2026-03-08 12:00", "2026-03-09 00:00"),
        ("Wed 09:00 - Wed 11:00", "2026-03-04 10:00", "2026-03-04 11:00"),
        ("Wed 22:00 - Wed 02:00", "2026-03-04 23:00", "2026-03-11 02:00"),
        ("2026-12-20 18:00 - 2027-01-04 08:00", "2026-12-31 23:59", "2027-01-04 08:00"),
        ("2026-12-20 18:00 - 2027-01-04 08:00", "2027-12-31 23:59", None),
        ("2026-12-24 - 2026-12-26", "2026-12-26 23:59", "2026-12-27 00:00"),
        ("2026-12-24 - 2026-12-24", "2026-12-24 00:00", "2026-12-25 00:00"),
        # Clocks go forward on 2026-03-29 and back on 2026-10-25: the window is what the wall shows.
        ("Sat 20:00 - Sun 08:00", "2026-03-29 04:00", "2026-03-29 08:00"),
        ("Sat 20:00 - Sun 08:00", "2026-10-25 04:00", "2026-10-25 08:00"),
    ],
)
def test_it_is_frozen_from_its_first_moment_until_its_last(text: str, now: str, ends: str | None) -> None:
    assert window(text).until(moment(now)) == (moment(ends) if ends else None)


def test_the_time_is_that_of_its_zone() -> None:
    monday = moment("2026-03-09 00:30", TOKYO)
    assert window("Mon 00:00 - Mon 01:00", TOKYO).until(monday) is not None
    assert window("Mon 00:00 - Mon 01:00", BERLIN).until(monday) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fri",
        "Fri 16:00",
        "Fri 25:00 - Mon 08:00",
        "Fri 16:60 - Mon 08:00",
        "Fry 16:00 - Mon 08:00",
        "Mon 08:00 - Mon 08:00",
        "Mon - Sun",
        "2026-02-30 - 2026-03-01",
        "2026-03-02 - 2026-03-01",
        "2026-03-01 10:00 - 2026-03-01 10:00",
        "9999-12-31 - 9999-12-31",
        "Fri 16:00 - 2026-03-01",
    ],
)
def test_what_is_no_window_is_none(text: str) -> None:
    assert read_window(text, BERLIN) is None


def test_windows_that_touch_are_one_freeze() -> None:
    both = (window("Fri 16:00 - Sat 00:00"), window("Sat - Sun"))
    assert frozen_until(both, moment("2026-03-06 17:00")) == moment("2026-03-09 00:00")
    assert frozen_until(both, moment("2026-03-09 00:00")) is None
    assert frozen_until((), 0.0) is None


def test_windows_without_a_gap_in_the_week_end_some_time() -> None:
    always = (window("Mon - Thu"), window("Fri - Sun"))
    assert frozen_until(always, moment("2026-03-06 17:00")) is not None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=150)
def test_what_it_says_of_its_end_is_true(now: datetime) -> None:
    weekend = window("Fri 16:00 - Mon 08:00")
    ends = weekend.until(now.timestamp())
    here = now.astimezone(BERLIN)
    minutes = here.weekday() * 1440 + here.hour * 60 + here.minute
    assert (ends is not None) == (minutes >= 4 * 1440 + 960 or minutes < 480)
    if ends is not None:
        assert now.timestamp() < ends <= now.timestamp() + 3 * 86_400
        assert weekend.until(ends) is None
