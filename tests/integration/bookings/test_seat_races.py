"""Many clients at once: the last line and the first line of defence, each alone and both away."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from domain.availability import Slot, SlotOverlap
from domain.bookings import BookingOverlap, SlotFull
from infrastructure.postgres import bookings
from tests.marketplace import Marketplace

CLIENTS = 32


async def race(marketplace: Marketplace, racers: list[Caller], slots: list[Slot]) -> Counter[str]:
    """Every racer books the slot in the same place of the list; what they got, by name."""

    async def book(racer: Caller, slot: Slot) -> str:
        try:
            return (await marketplace.booking(racer, slot)).status
        except Exception as refusal:
            return type(refusal).__name__

    return Counter(await asyncio.gather(*map(book, racers, slots)))


async def seats(marketplace: Marketplace, slot: Slot) -> tuple[int, int]:
    """The slot's counter, and the seat-holding bookings themselves."""
    row = await marketplace.database.pool.fetchrow(
        "SELECT seats_taken, (SELECT count(*) FROM bookings WHERE slot_id = s.id AND holds_seat(status)) AS held "
        "FROM slots s WHERE id = $1",
        slot.id,
    )
    return row["seats_taken"], row["held"]


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first line away: the slot is read without being locked."""
    monkeypatch.setattr(bookings, "LOCK_SEAT", bookings.LOCK_SEAT.replace("FOR NO KEY UPDATE OF s", ""))


@pytest.mark.parametrize("capacity", [1, 3, 10])
async def test_seats_go_to_exactly_as_many_clients_as_there_are(marketplace: Marketplace, capacity: int) -> None:
    racers = await marketplace.clients(CLIENTS)
    slot = await marketplace.slot(await marketplace.consultant(), capacity=capacity)
    outcome = await race(marketplace, racers, [slot] * CLIENTS)
    assert outcome == {"pending": capacity, SlotFull.__name__: CLIENTS - capacity}
    assert await seats(marketplace, slot) == (capacity, capacity)


@pytest.mark.usefixtures("without_lock")
async def test_the_constraint_alone_never_oversells(marketplace: Marketplace) -> None:
    racers = await marketplace.clients(CLIENTS)
    slot = await marketplace.slot(await marketplace.consultant(), capacity=3)
    outcome = await race(marketplace, racers, [slot] * CLIENTS)
    assert outcome["pending"] == 3
    assert await seats(marketplace, slot) == (3, 3)


@pytest.mark.usefixtures("without_lock")
async def test_this_race_oversells_when_both_lines_are_away(
    marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await marketplace.database.pool.execute("ALTER TABLE slots DROP CONSTRAINT ck_slots_seats_taken")
    racers = await marketplace.clients(CLIENTS)
    consultant = await marketplace.consultant()
    for run in range(1, 6):
        slot = await marketplace.slot(consultant, starts_in=timedelta(days=run), capacity=1)
        if (await race(marketplace, racers, [slot] * CLIENTS))["pending"] > 1:
            return
    pytest.fail("The race was not close enough to prove anything.")


async def test_one_client_at_overlapping_sessions_gets_one_of_them(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    slots = [
        await marketplace.slot(await marketplace.consultant(), starts_in=timedelta(days=1, minutes=10 * number))
        for number in range(5)
    ]
    outcome = await race(marketplace, [client] * 5, slots)
    assert outcome == {"pending": 1, BookingOverlap.__name__: 4}


async def test_clients_whose_lapsed_holds_cross_do_not_deadlock(marketplace: Marketplace) -> None:
    one, other = await marketplace.client(), await marketplace.client()
    first = await marketplace.slot(await marketplace.consultant())
    second = await marketplace.slot(await marketplace.consultant())
    for round_number in range(5):
        held = [await marketplace.booking(one, first), await marketplace.booking(other, second)]
        for booking in held:
            await marketplace.lapse_hold(booking.id)
        outcome = await race(marketplace, [one, other], [second, first])
        assert outcome == {"pending": 2}, round_number
        await marketplace.database.pool.execute(
            "UPDATE bookings SET hold_expires_at = now() - interval '1 minute' WHERE status = 'pending'"
        )
        one, other = await marketplace.client(), await marketplace.client()
    deadlocks = await marketplace.database.pool.fetchval(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    assert deadlocks == 0


async def test_one_of_several_overlapping_slots_of_a_consultant_is_published(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()

    async def publish(number: int) -> str:
        try:
            await marketplace.slot(consultant, starts_in=timedelta(days=1, minutes=10 * number))
        except Exception as refusal:
            inner = getattr(refusal, "refusal", refusal)
            return type(inner).__name__
        return "published"

    outcome = Counter(await asyncio.gather(*(publish(number) for number in range(5))))
    assert outcome == {"published": 1, SlotOverlap.__name__: 4}


async def test_no_seat_is_lost_when_holds_are_given_up_and_taken_at_once(marketplace: Marketplace) -> None:
    racers = await marketplace.clients(CLIENTS)
    slot = await marketplace.slot(await marketplace.consultant(), capacity=4)
    first_four = racers[:4]
    assert await race(marketplace, first_four, [slot] * 4) == {"pending": 4}
    await marketplace.database.pool.execute(
        "UPDATE bookings SET hold_expires_at = clock_timestamp() - interval '5 minutes' WHERE slot_id = $1",
        slot.id,
    )
    outcome, _ = await asyncio.gather(
        race(marketplace, racers[4:], [slot] * CLIENTS), marketplace.product.expire_holds()
    )
    assert outcome == {"pending": 4, SlotFull.__name__: CLIENTS - 8}
    assert await seats(marketplace, slot) == (4, 4)
