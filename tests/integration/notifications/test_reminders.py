"""What is ahead is told in time, once; what was read long ago is forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.bookings.set_session_link import SetSessionLinkCommand
from application.notifications import remind_of_sessions, tidy_notifications
from domain.availability import Slot
from domain.notifications import ALL_ARE_KEPT_FOR, BROWSERS_ARE_KNOWN_FOR, READ_ARE_KEPT_FOR, Kind
from tests.integration.accounts.people import log_in
from tests.integration.notifications.ear import forget, heard, kinds
from tests.integration.waiting_list.lines import FREE
from tests.marketplace import Marketplace

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Ahead:
    """A session that somebody booked long before it begins."""

    marketplace: Marketplace
    consultant: Caller
    client: Caller
    slot: Slot

    async def remind(self, *, before: timedelta, limit: int = 100) -> int:
        """What the job does at that time before the session."""
        now = self.slot.span.starts_at - before
        async with self.marketplace.product.remind_of_sessions.open_uow() as uow:
            told = await uow.notifications.remind(now, limit=limit)
            told += await uow.notifications.miss_links(now, limit=limit)
            await uow.commit()
        return told

    async def told(self) -> tuple[list[str], list[str]]:
        """The client first."""
        return await kinds(self.marketplace, self.client), await kinds(self.marketplace, self.consultant)

    async def set_link(self) -> None:
        """Nothing is missing any more."""
        command = SetSessionLinkCommand(slot_id=self.slot.id, platform="Jitsi", link="https://meet.example.com/1")
        await self.marketplace.product.set_session_link(self.consultant, command)
        await forget(self.marketplace)


async def booked(marketplace: Marketplace, *, starts_in: timedelta) -> Ahead:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, starts_in=starts_in, capacity=3, price=FREE)
    await marketplace.booking(client, slot)
    await forget(marketplace)
    return Ahead(marketplace, consultant, client, slot)


@pytest.fixture
async def ahead(marketplace: Marketplace) -> Ahead:
    return await booked(marketplace, starts_in=timedelta(days=5))


async def test_a_day_before_and_an_hour_before_once_each_and_not_when_it_has_begun(ahead: Ahead) -> None:
    await ahead.set_link()
    said: list[str] = []
    for before, told in (
        (DAY + MINUTE, []),
        (DAY - MINUTE, [Kind.REMINDER_DAY]),
        (2 * HOUR, []),
        (HOUR - MINUTE, [Kind.REMINDER_HOUR]),
        (MINUTE, []),
        (-MINUTE, []),
    ):
        assert [await ahead.remind(before=before), await ahead.remind(before=before)] == [len(told), 0]
        said += told
        assert sorted((await ahead.told())[0]) == sorted(said)
    assert (await ahead.told())[1] == []


async def test_a_worker_that_was_away_says_only_what_is_still_so(ahead: Ahead) -> None:
    await ahead.set_link()
    assert await ahead.remind(before=-MINUTE) == 0
    assert await ahead.remind(before=30 * MINUTE) == 1
    assert await ahead.told() == ([Kind.REMINDER_HOUR], [])


@pytest.mark.parametrize(
    ("starts_in", "before", "told"),
    [
        (3 * HOUR, 2 * HOUR, []),
        (3 * HOUR, 30 * MINUTE, [Kind.REMINDER_HOUR]),
        (50 * MINUTE, 30 * MINUTE, []),
    ],
)
async def test_who_booked_later_than_that_knows(
    marketplace: Marketplace, starts_in: timedelta, before: timedelta, told: list[str]
) -> None:
    ahead = await booked(marketplace, starts_in=starts_in)
    await ahead.set_link()
    await ahead.remind(before=before)
    assert await ahead.told() == (told, [])


async def test_a_session_that_was_moved_or_cancelled(ahead: Ahead) -> None:
    await ahead.set_link()
    market = ahead.marketplace
    later = await market.slot(ahead.consultant, starts_in=timedelta(days=6), capacity=3, price=FREE)
    other = await market.client()
    cancelled = await market.booking(other, ahead.slot)
    await market.product.cancel_booking(other, CancelBookingCommand(booking_id=cancelled.id))
    booking_id = await market.database.pool.fetchval(
        "SELECT id FROM bookings WHERE client_id = $1", ahead.client.account_id
    )
    await ahead.remind(before=12 * HOUR)
    command = RescheduleBookingCommand(booking_id=booking_id, slot_id=later.id)
    await market.product.reschedule_booking(ahead.client, command)
    await ahead.remind(before=12 * HOUR)
    assert (await kinds(market, ahead.client), await kinds(market, other)) == ([Kind.REMINDER_DAY], [])
    await ahead.remind(before=12 * HOUR - DAY)
    [first, second] = sorted(await heard(market, ahead.client), key=lambda told: str(told.facts.starts_at))
    assert (first.kind, second.kind) == (Kind.REMINDER_DAY, Kind.REMINDER_DAY)
    assert second.facts.starts_at == later.span.starts_at.replace(microsecond=0)


async def test_a_consultant_whose_link_is_missing_is_told_once_however_many_come(ahead: Ahead) -> None:
    await ahead.marketplace.booking(await ahead.marketplace.client(), ahead.slot)
    await forget(ahead.marketplace)
    for _ in range(2):
        await ahead.remind(before=DAY + MINUTE)
    assert (await ahead.told())[1] == []
    for before in (DAY - MINUTE, HOUR, MINUTE):
        await ahead.remind(before=before)
    [told] = await heard(ahead.marketplace, ahead.consultant)
    assert (told.kind, told.subject_id, told.person) == (Kind.LINK_MISSING, ahead.slot.id, None)


async def test_eight_workers_at_once_remind_once_and_of_all_of_it(
    marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remind_of_sessions, "AT_ONCE", 3)
    slot = await marketplace.slot(await marketplace.consultant(), starts_in=5 * HOUR, capacity=10, price=FREE)
    for client in await marketplace.clients(10):
        await marketplace.booking(client, slot)
    await forget(marketplace)
    await marketplace.database.pool.execute("UPDATE bookings SET created_at = created_at - interval '2 days'")
    told = await asyncio.gather(*(marketplace.product.remind_of_sessions() for _ in range(8)))
    assert sum(told) + await marketplace.product.remind_of_sessions() == 11
    rows = await marketplace.database.pool.fetch("SELECT kind, count(*) FROM notifications GROUP BY 1")
    assert dict(tuple(row) for row in rows) == {Kind.REMINDER_DAY: 10, Kind.LINK_MISSING: 1}
    assert await marketplace.product.remind_of_sessions() == 0


async def test_what_was_read_is_kept_for_a_season_and_all_for_a_year(
    marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy_notifications, "AT_ONCE", 2)
    client = await marketplace.client()
    await marketplace.database.pool.executemany(
        """
        INSERT INTO notifications (recipient_id, kind, source, created_at, read_at)
        VALUES ($1, 'token.created', $2, clock_timestamp() - $3::interval, clock_timestamp() - $4::interval)
        """,
        [
            (client.account_id, "read lately", ALL_ARE_KEPT_FOR - DAY, DAY),
            (client.account_id, "read long ago", READ_ARE_KEPT_FOR + 2 * DAY, READ_ARE_KEPT_FOR + DAY),
            (client.account_id, "unread", ALL_ARE_KEPT_FOR - DAY, None),
            (client.account_id, "unread for too long", ALL_ARE_KEPT_FOR + DAY, None),
            (client.account_id, "read too late", ALL_ARE_KEPT_FOR + DAY, DAY),
        ],
    )
    assert await marketplace.product.tidy_notifications() == 3
    rows = await marketplace.database.pool.fetch("SELECT source FROM notifications ORDER BY 1")
    assert [row["source"] for row in rows] == ["read lately", "unread"]
    assert await marketplace.product.tidy_notifications() == 0


async def test_a_browser_that_nobody_came_with_for_a_year_is_forgotten(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    for _ in range(2):
        await log_in(marketplace, client.username)
    await marketplace.database.pool.execute(
        "UPDATE known_browsers SET last_seen_at = last_seen_at - $1::interval "
        "WHERE browser_hash = (SELECT browser_hash FROM known_browsers LIMIT 1)",
        BROWSERS_ARE_KNOWN_FOR + DAY,
    )
    await marketplace.product.tidy_notifications()
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM known_browsers") == 1
