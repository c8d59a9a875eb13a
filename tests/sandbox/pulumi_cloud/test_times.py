"""Times are written as Go and the service write them."""

import pytest

from sandbox.pulumi_cloud.times import SECOND, ZERO_TIME, ManualClock, compact, rfc3339

MOMENT = 1_666_044_754 * SECOND


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (MOMENT, "2022-10-17T22:12:34Z"),
        (MOMENT + 1, "2022-10-17T22:12:34.000000001Z"),
        (MOMENT + 191_646_000, "2022-10-17T22:12:34.191646Z"),
        (None, ZERO_TIME),
    ],
)
def test_job_times_are_rfc_3339_with_up_to_nine_digits(moment: int | None, text: str) -> None:
    assert rfc3339(moment) == text


def test_created_and_modified_have_a_space_and_milliseconds() -> None:
    assert compact(MOMENT + 834_999_999) == "2022-10-17 22:12:34.834"


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(MOMENT)
    assert clock() == clock() == MOMENT
    clock.advance(1.5)
    assert clock() == MOMENT + SECOND * 3 // 2
