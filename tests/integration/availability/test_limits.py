"""When clients may book: notice, window, and sessions per day of the consultant's zone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.consultants.update_profile import LimitsChange, UpdateProfileCommand
from domain.availability import Slot
from domain.bookings import DayFull, NoticeTooShort, TooFarAhead
from domain.consultants import BookingLimits
from domain.day_ranges import DayRange
from domain.money import Money
from domain.refusals import Invalid, Refusal
from domain.time_span import TimeSpan
from infrastructure.postgres import bookings
from infrastructure.postgres.bookings import SqlBookings
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")
LENGTH = timedelta(minutes=15)
HOUR = timedelta(hours=1)
ONE_A_DAY = BookingLimits(sessions_per_day=1)


def next_day(zone: str, *, hours: float) -> TimeSpan:
    """A whole day of the zone that is so long, the day after tomorrow or later."""
    first = datetime.now(UTC).date() + timedelta(days=2)
    spans = (DayRange(day, day).span(ZoneInfo(zone)) for day in (first + timedelta(days=n) for n in count()))
    return next(span for span in spans if span.length == timedelta(hours=hours))


async def consultant_with(marketplace: Marketplace, limits: BookingLimits, zone: str = "Africa/Lagos") -> Caller:
    """A published consultant with limits."""
    consultant = await marketplace.consultant()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(limits=limits, time_zone=zone))
    return consultant


async def sessions(
    marketplace: Marketplace,
    consultant: Caller,
    starts: Sequence[datetime],
    *,
    price: Money = FREE,
    seats: int = 1,
) -> list[Slot]:
    """A quarter of an hour each."""
    rows = [SlotRow(starts_at=at, ends_at=at + LENGTH, price=price, capacity=seats) for at in starts]
    return await marketplace.product.save_availability(consultant, rows)


async def outcome(attempt: Awaitable[object]) -> str:
    """`done`, or the name of the refusal."""
    try:
        await attempt
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


async def move(marketplace: Marketplace, client: Caller, booking_id: UUID, slot: Slot) -> None:
    """The client takes another session instead."""
    await marketplace.product.reschedule_booking(
        client, RescheduleBookingCommand(booking_id=booking_id, slot_id=slot.id)
    )


@pytest.mark.parametrize(
    ("limits", "starts_in", "refusal"),
    [
        (BookingLimits(minimum_notice=2 * HOUR), timedelta(hours=2, minutes=1), None),
        (BookingLimits(minimum_notice=2 * HOUR), timedelta(hours=1, minutes=59), NoticeTooShort),
        (BookingLimits(window=timedelta(days=7)), timedelta(days=7) - HOUR, None),
        (BookingLimits(window=timedelta(days=7)), timedelta(days=7) + HOUR, TooFarAhead),
    ],
)
async def test_notice_and_window_hold_for_bookings_and_for_moves(
    marketplace: Marketplace, limits: BookingLimits, starts_in: timedelta, refusal: type[Refusal] | None
) -> None:
    consultant, client, other = await consultant_with(marketplace, limits), *await marketplace.clients(2)
    now = datetime.now(UTC)
    start = timedelta(days=1)
    first, wanted = await sessions(marketplace, consultant, [now + start, now + starts_in])
    booking = await marketplace.booking(client, first)
    expected = refusal.__name__ if refusal else "done"
    assert await outcome(move(marketplace, client, booking.id, wanted)) == expected
    if refusal:
        assert await outcome(marketplace.booking(other, wanted)) == expected
    assert await broken_invariants(marketplace.database) == []


async def test_limits_hold_from_now_on_and_change_nothing_that_is_booked(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    at = next_day("Africa/Lagos", hours=24).starts_at
    slots = await sessions(marketplace, consultant, [at, at + HOUR])
    booked = [await marketplace.booking(client, slot) for slot in slots]
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(limits=ONE_A_DAY))
    assert {(await marketplace.details(client, booking.id)).status for booking in booked} == {"confirmed"}


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Africa/Lagos", 24),
        ("Pacific/Kiritimati", 24),  # 14 hours before UTC
        ("Pacific/Pago_Pago", 24),  # 11 hours behind it
        ("Asia/Kathmandu", 24),
        ("Europe/Berlin", 23),
        ("Europe/Berlin", 25),
        ("America/Havana", 23),  # its clocks skip midnight
        ("America/Havana", 25),  # they show it twice
        ("Africa/Cairo", 25),  # the last hour of the day occurs twice
        ("Australia/Lord_Howe", 24.5),
    ],
)
async def test_a_day_is_the_day_of_the_consultants_zone(marketplace: Marketplace, zone: str, hours: float) -> None:
    day = next_day(zone, hours=hours)
    consultant, client = await consultant_with(marketplace, ONE_A_DAY, zone), await marketplace.client()
    inside = [day.starts_at, day.starts_at + HOUR / 2, day.starts_at + day.length / 2]
    inside += [day.ends_at - HOUR / 2, day.ends_at - LENGTH]
    outside = [day.starts_at - LENGTH, day.ends_at]
    slots = await sessions(marketplace, consultant, inside + outside)
    on_that_day, on_other_days = slots[: len(inside)], slots[len(inside) :]
    for slot in on_that_day:
        booking = await marketplace.booking(client, slot)
        others = [other for other in on_that_day if other is not slot]
        assert {await outcome(marketplace.booking(client, other)) for other in others} == {DayFull.__name__}
        await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking.id))
    await marketplace.booking(client, on_that_day[0])
    for slot in on_other_days:
        assert (await marketplace.booking(client, slot)).status == "confirmed"


async def test_as_many_sessions_a_day_as_the_limit_says_and_any_number_of_seats(marketplace: Marketplace) -> None:
    consultant = await consultant_with(marketplace, BookingLimits(sessions_per_day=2))
    one, two, three = await marketplace.clients(3)
    at = next_day("Africa/Lagos", hours=24).starts_at
    first, second, third = await sessions(marketplace, consultant, [at, at + HOUR, at + 2 * HOUR], seats=3)
    for client in (one, two):
        await marketplace.booking(client, first)
    await marketplace.booking(one, second)
    assert await outcome(marketplace.booking(three, third)) == DayFull.__name__
    await marketplace.booking(three, second)
    await marketplace.booking(three, first)


async def test_what_other_consultants_do_that_day_does_not_matter(marketplace: Marketplace) -> None:
    at = next_day("Africa/Lagos", hours=24).starts_at
    client = await marketplace.client()
    for number in range(2):
        [slot] = await sessions(marketplace, await consultant_with(marketplace, ONE_A_DAY), [at + number * HOUR])
        await marketplace.booking(client, slot)


async def test_a_seat_that_is_given_back_makes_room_that_day(marketplace: Marketplace) -> None:
    consultant, client = await consultant_with(marketplace, ONE_A_DAY), await marketplace.client()
    at = next_day("Africa/Lagos", hours=24).starts_at
    first, second = await sessions(marketplace, consultant, [at, at + HOUR])
    booking = await marketplace.booking(client, first)
    assert await outcome(marketplace.booking(client, second)) == DayFull.__name__
    await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking.id))
    await marketplace.booking(client, second)


async def test_a_hold_that_ran_out_takes_no_room_that_day(marketplace: Marketplace) -> None:
    consultant = await consultant_with(marketplace, ONE_A_DAY)
    late, prompt = await marketplace.clients(2)
    at = next_day("Africa/Lagos", hours=24).starts_at
    first, second = await sessions(marketplace, consultant, [at, at + HOUR], price=Money(500_000, "NGN"))
    held = await marketplace.booking(late, first)
    payment = await marketplace.started_payment(late, held)
    assert await outcome(marketplace.booking(prompt, second)) == DayFull.__name__
    await marketplace.lapse_hold(held.id)
    assert await outcome(marketplace.booking(prompt, second)) == "done"

    await marketplace.pay(payment.reference)  # money that is settled late is above the limits
    await marketplace.product.settle_payment(payment.reference)
    assert (await marketplace.details(late, held.id)).status == "confirmed"
    assert await broken_invariants(marketplace.database) == []


async def test_moves_within_a_full_day_and_between_days(marketplace: Marketplace) -> None:
    consultant = await consultant_with(marketplace, ONE_A_DAY)
    one, two = await marketplace.clients(2)
    day = next_day("Africa/Lagos", hours=24)
    at, next_at = day.starts_at, day.ends_at
    first, second, third, tomorrow = await sessions(
        marketplace, consultant, [at, at + HOUR, day.ends_at - LENGTH, next_at], seats=2
    )
    mine = await marketplace.booking(one, first)
    await move(marketplace, one, mine.id, second)  # the only session of the day moves
    await move(marketplace, one, mine.id, third)
    theirs = await marketplace.booking(two, third)
    assert await outcome(move(marketplace, one, mine.id, first)) == DayFull.__name__  # it would become two
    await move(marketplace, one, mine.id, tomorrow)
    assert await outcome(marketplace.booking(one, first)) == DayFull.__name__
    await move(marketplace, two, theirs.id, tomorrow)  # two seats of one session
    await marketplace.booking(two, first)
    assert await broken_invariants(marketplace.database) == []


async def test_nobody_moves_into_a_day_that_is_full(marketplace: Marketplace) -> None:
    consultant = await consultant_with(marketplace, ONE_A_DAY)
    one, two = await marketplace.clients(2)
    day = next_day("Africa/Lagos", hours=24)
    first, second, tomorrow = await sessions(
        marketplace, consultant, [day.starts_at, day.starts_at + HOUR, day.ends_at]
    )
    await marketplace.booking(one, first)
    booking = await marketplace.booking(two, tomorrow)
    assert await outcome(move(marketplace, two, booking.id, second)) == DayFull.__name__


async def test_of_many_clients_who_book_different_sessions_of_a_day_exactly_as_many_get_one_as_the_limit_says(
    marketplace: Marketplace,
) -> None:
    consultant = await consultant_with(marketplace, ONE_A_DAY)
    at = next_day("Africa/Lagos", hours=24).starts_at
    slots = await sessions(marketplace, consultant, [at + number * HOUR for number in range(20)])
    racers = await marketplace.clients(len(slots))
    attempts = (outcome(marketplace.booking(racer, slot)) for racer, slot in zip(racers, slots, strict=True))
    assert Counter(await asyncio.gather(*attempts)) == {"done": 1, DayFull.__name__: len(slots) - 1}
    assert await broken_invariants(marketplace.database) == []


async def test_of_many_clients_who_move_into_a_day_at_once_one_gets_there(
    marketplace: Marketplace,
) -> None:
    consultant = await consultant_with(marketplace, ONE_A_DAY)
    day = next_day("Africa/Lagos", hours=24)
    wanted = await sessions(marketplace, consultant, [day.starts_at + number * HOUR for number in range(8)])
    sources = await sessions(marketplace, consultant, [day.ends_at + number * HOUR * 24 for number in range(8)])
    racers = await marketplace.clients(8)
    booked = [await marketplace.booking(racer, slot) for racer, slot in zip(racers, sources, strict=True)]
    moves = (
        outcome(move(marketplace, racer, booking.id, slot))
        for racer, booking, slot in zip(racers, booked, wanted, strict=True)
    )
    assert Counter(await asyncio.gather(*moves)) == {"done": 1, DayFull.__name__: 7}
    assert await broken_invariants(marketplace.database) == []


Counting = Callable[..., Awaitable[int]]


@pytest.fixture
def meeting_after_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bookings meet after both have counted the day's sessions, if nothing keeps them from it."""
    barrier = asyncio.Barrier(2)
    counting: Counting = SqlBookings._other_sessions_that_day

    async def count_and_meet(self: SqlBookings, *args: object) -> int:
        sessions_that_day = await counting(self, *args)
        with suppress(TimeoutError, asyncio.BrokenBarrierError):
            await asyncio.wait_for(barrier.wait(), timeout=1)
        return sessions_that_day

    monkeypatch.setattr(SqlBookings, "_other_sessions_that_day", count_and_meet)


@pytest.mark.usefixtures("meeting_after_counting")
@pytest.mark.parametrize(("is_locked", "booked"), [(True, 1), (False, 2)])
async def test_it_is_the_lock_on_the_day_that_keeps_the_limit(
    marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch, is_locked: bool, booked: int
) -> None:
    if not is_locked:
        monkeypatch.setattr(bookings, "LOCK_DAY", bookings.LOCK_DAY.replace("FOR NO KEY UPDATE", ""))
    consultant = await consultant_with(marketplace, ONE_A_DAY)
    at = next_day("Africa/Lagos", hours=24).starts_at
    slots = await sessions(marketplace, consultant, [at, at + HOUR])
    racers = await marketplace.clients(2)
    attempts = (outcome(marketplace.booking(racer, slot)) for racer, slot in zip(racers, slots, strict=True))
    assert Counter(await asyncio.gather(*attempts))["done"] == booked


async def test_some_limits_change_and_the_others_stay(marketplace: Marketplace) -> None:
    consultant = await consultant_with(
        marketplace, BookingLimits(minimum_notice=HOUR, window=timedelta(days=30), sessions_per_day=4)
    )

    async def limits_after(**change: Any) -> tuple[int, int, int | None]:
        command = UpdateProfileCommand(limits=LimitsChange(**change))
        await marketplace.product.update_profile(consultant, command)
        profile = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
        assert profile is not None
        return profile.minimum_notice_minutes, profile.booking_window_days, profile.sessions_per_day

    assert await limits_after(window=timedelta(days=60)) == (60, 60, 4)
    assert await limits_after(sessions_per_day=None) == (60, 60, None)
    assert await limits_after(minimum_notice=timedelta(0), sessions_per_day=2) == (0, 60, 2)
    with pytest.raises(Invalid):
        await limits_after(sessions_per_day=0)
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(headline="Leases"))
    assert await limits_after() == (0, 60, 2)


async def test_changes_of_different_limits_at_once_are_both_kept(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    changes = [
        LimitsChange(minimum_notice=HOUR),
        LimitsChange(window=timedelta(days=9)),
        LimitsChange(sessions_per_day=3),
    ]
    await asyncio.gather(
        *(
            marketplace.product.update_profile(consultant, UpdateProfileCommand(limits=change))
            for change in changes
        )
    )
    profile = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
    assert profile is not None
    assert (profile.minimum_notice_minutes, profile.booking_window_days, profile.sessions_per_day) == (60, 9, 3)
