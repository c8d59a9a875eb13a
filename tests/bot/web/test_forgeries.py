"""However many requests are forged, the audit hears of them once a minute, and of every one."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.audit import LONGEST, Entry, safe
from bot.domain.refusals import SIGNED
from bot.web.forgeries import Forgeries
from tests.fakes import FakeClock


class Office:
    """Forgeries, and the records that they left."""

    def __init__(self) -> None:
        self.records: list[Entry] = []
        self.clock = FakeClock()
        self.patience = 0
        self.forgeries = Forgeries(self.keep, clock=self.clock)

    async def keep(self, entry: Entry) -> None:
        for _ in range(self.patience):
            await asyncio.sleep(0)
        self.records.append(entry)

    async def settled(self) -> None:
        """Whatever can happen without time going by has happened."""
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
def office() -> Office:
    return Office()


async def test_none_leave_no_record(office: Office) -> None:
    async with office.forgeries.watched():
        await office.settled()
    assert office.records == []


async def test_counting_one_writes_nothing_by_itself(office: Office) -> None:
    async with office.forgeries.watched():
        office.forgeries.count("Slack, stale", sample="10.0.0.9")
        assert office.records == []


async def test_a_flood_is_one_record_at_once_and_the_rest_when_the_time_has_come(office: Office) -> None:
    async with office.forgeries.watched():
        office.forgeries.count("Slack, stale", sample="10.0.0.9 1772373600")
        await office.settled()
        assert [each.reason for each in office.records] == [
            "1 from 14:00:00 to 14:00:00 UTC: Slack, stale 1; the first from 10.0.0.9 1772373600"
        ]
        for number in range(1000):
            office.clock.now += 1
            why = "Slack, wrong signature" if number % 4 else "Pulumi, no signature"
            office.forgeries.count(why, sample=f"10.0.0.{number}")
            await office.settled() if number % 100 == 0 else None
        assert len(office.records) == 1
    told = office.records[1]
    assert told.reason == (
        "1000 from 14:00:01 to 14:16:40 UTC: Slack, wrong signature 750, Pulumi, no signature 250; the first from 10.0.0.0"
    )
    assert (told.outcome, told.rule, told.user, told.at) == ("refused", SIGNED, "", office.clock.now)
    assert len({each.id for each in office.records}) == 2


async def test_what_is_being_told_when_the_process_ends_is_told_to_its_end(office: Office) -> None:
    office.patience = 5
    async with office.forgeries.watched():
        office.forgeries.count("Slack, stale", sample="10.0.0.9")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        office.forgeries.count("Slack, stale", sample="10.0.0.9")
    assert [each.reason[0] for each in office.records] == ["1", "1"]


async def test_what_a_forger_says_is_quoted_in_bounds_and_on_one_line(office: Office) -> None:
    async with office.forgeries.watched():
        office.forgeries.count("Slack, no timestamp", sample="a\nb\u202e" + "x" * 10_000)
        await office.settled()
    [told] = office.records
    assert "the first from a bxxx" in told.reason
    assert len(told.reason) < LONGEST
    assert safe(told) == told
