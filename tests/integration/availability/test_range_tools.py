"""Many days at once: weeks copied, days closed and opened again, free sessions taken off the calendar."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from application.accounts.callers import Caller
from application.availability.copy_week import CopiedWeek, CopyWeekCommand
from application.availability.own_days import ChangedDays
from application.availability.publish_pattern import PublishedPattern
from application.availability.save_availability import SlotRow
from application.availability.save_service import SaveServiceCommand
from application.availability.views import AvailabilityView
from application.availability.wanted_pattern import WantedPattern
from application.bookings.cancel_booking import CancelBookingCommand
from application.consultants.update_profile import UpdateProfileCommand
from application.paging import PageRequest
from domain.availability import Slot, SlotNotOpen, SlotStatus
from domain.day_ranges import DayRange
from domain.money import Money
from domain.refusals import Invalid, NotFound
from domain.weekly_patterns import Hours
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

ZONE = "America/New_York"
NEW_YORK = ZoneInfo(ZONE)
FREE = Money(0, "NGN")
DAY, WEEK, HOUR = timedelta(days=1), timedelta(weeks=1), timedelta(hours=1)
MONDAY = datetime.now(UTC).date() + timedelta(days=14 - datetime.now(UTC).weekday())
"""The Monday after next, more than a week ahead."""
TOOLS = ("close_days", "reopen_days", "delete_free_slots")
Tool = Callable[..., Awaitable[ChangedDays]]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """When the clocks in New York show that."""
    return datetime.combine(day, time(hour, minute), NEW_YORK).astimezone(UTC)


async def consultant_in_new_york(marketplace: Marketplace) -> Caller:
    consultant = await marketplace.consultant()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(time_zone=ZONE))
    return consultant


async def publish(marketplace: Marketplace, consultant: Caller, *starts: datetime, **terms: Any) -> list[Slot]:
    """Free hours."""
    facts: dict[str, Any] = {"price": FREE} | terms
    rows = [SlotRow(starts_at=start, ends_at=start + HOUR, **facts) for start in starts]
    return await marketplace.product.save_availability(consultant, rows)


async def own_slots(marketplace: Marketplace, consultant: Caller) -> list[AvailabilityView]:
    """All of them, by time."""
    found: list[AvailabilityView] = []
    page = PageRequest(limit=100)
    while True:
        part = await marketplace.product.availability_queries.own_slots(
            consultant.account_id, since=None, until=None, page=page
        )
        found += part.items
        if part.next_key is None:
            return found
        page = PageRequest(limit=100, after=part.next_key)


async def copy(
    marketplace: Marketplace, consultant: Caller, source: date, *targets: date, dry_run: bool = False
) -> CopiedWeek:
    return await marketplace.product.copy_week(
        consultant, CopyWeekCommand(source=source, targets=targets, dry_run=dry_run)
    )


async def daily_pattern(marketplace: Marketplace, consultant: Caller, **changes: Any) -> PublishedPattern:
    """An hour at nine every day, without an end."""
    facts: dict[str, Any] = {"first_date": MONDAY, "price": FREE} | changes
    wanted = WantedPattern(
        weekdays=frozenset(range(1, 8)), hours=Hours(time(9), time(10)), session_length=HOUR, **facts
    )
    return await marketplace.product.publish_pattern(consultant, wanted)


async def exceptions(marketplace: Marketplace, pattern_id: UUID | None) -> list[date]:
    """The dates on which the pattern is closed."""
    rows = await marketplace.database.pool.fetch(
        "SELECT date FROM pattern_exceptions WHERE pattern_id = $1 AND start_time IS NULL ORDER BY date",
        pattern_id,
    )
    return [row["date"] for row in rows]


def told(changed: ChangedDays) -> list[tuple[UUID, str, str | None]]:
    """Of every session: what happened to it, and why not."""
    return [(change.slot.id, change.outcome, change.reason) for change in changed.sessions]


# Copying a week


async def test_a_week_is_copied_into_others_as_it_is(marketplace: Marketplace) -> None:
    consultant = await consultant_in_new_york(marketplace)
    service = await marketplace.product.save_service(
        consultant,
        SaveServiceCommand(
            name="Review", length=HOUR, price=Money(250_000, "NGN"), capacity=3, buffer_after=HOUR / 4
        ),
    )
    await publish(marketplace, consultant, at(MONDAY, 9), capacity=2)
    row = SlotRow(starts_at=at(MONDAY + 6 * DAY, 22), service_id=service.id)
    await marketplace.product.save_availability(consultant, [row])
    source = await own_slots(marketplace, consultant)

    copied = await copy(marketplace, consultant, MONDAY, MONDAY + 2 * WEEK, MONDAY + WEEK)

    assert (len(copied.created), copied.skipped) == (4, [])
    stored = await own_slots(marketplace, consultant)
    assert [slot.id for slot in stored[2:]] == [slot.id for slot in copied.created]
    for number, slot in enumerate(stored[2:]):
        original, weeks = source[number % 2], 1 + number // 2
        assert slot.starts_at.astimezone(NEW_YORK).replace(tzinfo=None) == (
            original.starts_at.astimezone(NEW_YORK).replace(tzinfo=None) + weeks * WEEK
        )
        for name in ("max_slots", "price", "service_id", "buffer_before_minutes", "buffer_after_minutes"):
            assert getattr(slot, name) == getattr(original, name)
        assert (slot.status, slot.seats_taken, slot.pattern_id) == ("open", 0, None)
    assert await broken_invariants(marketplace.database) == []


async def test_a_week_that_is_over_is_copied_with_those_who_had_seats_left_out(marketplace: Marketplace) -> None:
    consultant = await consultant_in_new_york(marketplace)
    [slot] = await publish(marketplace, consultant, at(MONDAY, 9))
    await marketplace.booking(await marketplace.client(), slot)
    await marketplace.move_into_past(slot.id, by=4 * WEEK)
    copied = await copy(marketplace, consultant, MONDAY - 4 * WEEK, MONDAY)
    [made] = copied.created
    assert (abs(made.span.starts_at - at(MONDAY, 9)) <= HOUR, made.seats_taken) == (True, 0)


async def test_what_cannot_be_copied_is_skipped_and_says_why(marketplace: Marketplace) -> None:
    consultant = await consultant_in_new_york(marketplace)
    service = await marketplace.product.save_service(
        consultant, SaveServiceCommand(name="Review", length=HOUR, price=FREE)
    )
    nine, closed, of_service, fine = await publish(
        marketplace, consultant, at(MONDAY, 9), at(MONDAY, 11), at(MONDAY, 13), at(MONDAY, 15)
    )
    await marketplace.product.save_availability(
        consultant,
        [
            SlotRow(slot_id=closed.id, status=SlotStatus.CLOSED),
            SlotRow(slot_id=of_service.id, service_id=service.id),
        ],
    )
    await marketplace.product.save_service(consultant, SaveServiceCommand(service_id=service.id, is_offered=False))
    in_the_way = at(MONDAY + WEEK, 10, 10)
    await publish(marketplace, consultant, in_the_way, buffer_before=HOUR / 4)

    copied = await copy(marketplace, consultant, MONDAY, MONDAY + WEEK, MONDAY - 8 * WEEK)

    assert [slot.span.starts_at for slot in copied.created] == [at(MONDAY + WEEK, 15)]
    assert Counter((one.wall.date(), str(one.obstacle)) for one in copied.skipped) == {
        (MONDAY + WEEK, "overlap"): 1,
        (MONDAY + WEEK, "is_closed"): 1,
        (MONDAY + WEEK, "service_not_offered"): 1,
        (MONDAY - 8 * WEEK, "in_past"): 2,
        (MONDAY - 8 * WEEK, "is_closed"): 1,
        (MONDAY - 8 * WEEK, "service_not_offered"): 1,
    }
    assert nine.status is fine.status is SlotStatus.OPEN


async def test_a_wall_time_that_the_clocks_skip_is_left_out_and_the_others_keep_theirs(
    marketplace: Marketplace,
) -> None:
    consultant = await consultant_in_new_york(marketplace)
    sunday = MONDAY + 13 * DAY
    while DayRange(sunday, sunday).span(NEW_YORK).length != timedelta(hours=23):
        sunday += WEEK
    before = sunday - WEEK
    await publish(marketplace, consultant, at(before, 2, 30), at(before, 9))
    copied = await copy(marketplace, consultant, before - 6 * DAY, sunday - 6 * DAY, sunday + DAY)
    assert [slot.span.starts_at for slot in copied.created] == [
        at(sunday, 9),
        at(sunday + WEEK, 2, 30),
        at(sunday + WEEK, 9),
    ]
    [skipped] = copied.skipped
    assert (skipped.wall, skipped.obstacle) == (
        datetime.combine(sunday, time(2, 30)),
        "wall_time_does_not_exist",
    )


async def test_a_preview_of_a_copy_is_the_copy_without_storing_it(marketplace: Marketplace) -> None:
    consultant = await consultant_in_new_york(marketplace)
    await publish(marketplace, consultant, at(MONDAY, 9), at(MONDAY, 11), at(MONDAY + WEEK, 11))
    before = await own_slots(marketplace, consultant)
    preview = await copy(marketplace, consultant, MONDAY, MONDAY + WEEK, dry_run=True)
    assert await own_slots(marketplace, consultant) == before
    copied = await copy(marketplace, consultant, MONDAY, MONDAY + WEEK)
    assert [slot.terms for slot in preview.created] == [slot.terms for slot in copied.created]
    assert preview.skipped == copied.skipped
    assert (len(copied.created), len(copied.skipped)) == (1, 1)


@pytest.mark.parametrize(
    ("source", "targets", "field"),
    [
        (MONDAY + DAY, [MONDAY], "source_week"),
        (MONDAY, [MONDAY + DAY], "target_weeks"),
        (MONDAY, [], "target_weeks"),
        (MONDAY, [MONDAY], "target_weeks"),
        (MONDAY, [MONDAY + WEEK] * 2, "target_weeks"),
        (MONDAY, [MONDAY + n * WEEK for n in range(1, 54)], "target_weeks"),
        (date(1, 1, 1), [MONDAY], "source_week"),
        (MONDAY, [date(9999, 12, 27)], "target_weeks"),
    ],
)
def test_weeks_begin_on_mondays_and_are_named_once(source: date, targets: list[date], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        CopyWeekCommand(source=source, targets=tuple(targets))
    assert {error.field for error in refusal.value.errors} == {field}


async def test_of_many_who_copy_the_same_week_at_once_one_creates_and_the_others_skip(
    marketplace: Marketplace,
) -> None:
    consultant = await consultant_in_new_york(marketplace)
    await publish(marketplace, consultant, *(at(MONDAY, hour) for hour in (9, 11, 13)))
    results = await asyncio.gather(*(copy(marketplace, consultant, MONDAY, MONDAY + WEEK) for _ in range(4)))
    assert sorted(len(copied.created) for copied in results) == [0, 0, 0, 3]
    assert {str(one.obstacle) for copied in results for one in copied.skipped} == {"overlap"}
    assert await broken_invariants(marketplace.database) == []


# Closing, opening again, and taking off the calendar


async def test_sessions_that_begin_on_closed_days_are_closed_and_their_bookings_stay(
    marketplace: Marketplace,
) -> None:
    consultant, client = await consultant_in_new_york(marketplace), await marketplace.client()
    slots = await publish(
        marketplace,
        consultant,
        at(MONDAY - DAY, 23, 0),
        at(MONDAY, 0),
        at(MONDAY, 12),
        at(MONDAY, 14),
        at(MONDAY + DAY, 23, 30),
        at(MONDAY + 2 * DAY, 0, 30),
    )
    booking = await marketplace.booking(client, slots[2])
    await marketplace.product.save_availability(
        consultant, [SlotRow(slot_id=slots[3].id, status=SlotStatus.CLOSED)]
    )

    changed = await marketplace.product.close_days(consultant, DayRange(MONDAY, MONDAY + DAY))

    assert told(changed) == [
        (slots[1].id, "closed", None),
        (slots[2].id, "closed", None),
        (slots[3].id, "kept", "already_closed"),
        (slots[4].id, "closed", None),
    ]
    stored = await own_slots(marketplace, consultant)
    assert [slot.status for slot in stored] == ["open", *["closed"] * 4, "open"]
    assert {change.slot.id: change.slot.version for change in changed.sessions} == {
        slot.id: slot.version for slot in stored[1:5]
    }
    assert (await marketplace.details(client, booking.id)).status == "confirmed"
    assert await broken_invariants(marketplace.database) == []


async def test_closed_days_open_again(marketplace: Marketplace) -> None:
    consultant, client = await consultant_in_new_york(marketplace), await marketplace.client()
    slots = await publish(marketplace, consultant, at(MONDAY, 9), at(MONDAY, 11), at(MONDAY + DAY, 9))
    booking = await marketplace.booking(client, slots[0])
    await marketplace.product.close_days(consultant, DayRange(MONDAY, MONDAY + DAY))
    changed = await marketplace.product.reopen_days(consultant, DayRange(MONDAY, MONDAY))
    assert told(changed) == [(slots[0].id, "reopened", None), (slots[1].id, "reopened", None)]
    assert [slot.status for slot in await own_slots(marketplace, consultant)] == ["open", "open", "closed"]
    assert (await marketplace.details(client, booking.id)).status == "confirmed"
    changed = await marketplace.product.reopen_days(consultant, DayRange(MONDAY, MONDAY))
    assert {reason for _, _, reason in told(changed)} == {"already_open"}


async def test_what_has_begun_is_neither_closed_nor_opened(marketplace: Marketplace) -> None:
    consultant = await consultant_in_new_york(marketplace)
    [slot] = await publish(marketplace, consultant, at(MONDAY, 9))
    await marketplace.move_into_past(slot.id, by=5 * WEEK)
    past = DayRange(MONDAY - 5 * WEEK - DAY, MONDAY - 5 * WEEK + DAY)
    for tool in (marketplace.product.close_days, marketplace.product.reopen_days):
        assert told(await tool(consultant, past)) == [(slot.id, "kept", "has_begun")]


async def test_a_closed_day_is_not_filled_by_a_pattern_and_one_that_is_open_again_is(
    marketplace: Marketplace,
) -> None:
    consultant = await consultant_in_new_york(marketplace)
    published = await daily_pattern(marketplace, consultant, first_date=datetime.now(UTC).date())
    end = published.published_until
    await publish_once_more_after(marketplace, end - 5 * DAY)
    holiday = DayRange(end - 4 * DAY, end - 2 * DAY)

    changed = await marketplace.product.close_days(consultant, holiday)

    assert [(one.pattern_id, one.date) for one in changed.pattern_dates] == [
        (published.pattern_id, day) for day in holiday
    ]
    assert await exceptions(marketplace, published.pattern_id) == list(holiday)
    assert await marketplace.product.roll_patterns_forward() == 2
    assert await dates_with_sessions(marketplace, consultant, after=end - 5 * DAY) == [end - DAY, end]

    changed = await marketplace.product.reopen_days(consultant, DayRange(end - 2 * DAY, end + 9 * DAY))
    assert [one.date for one in changed.pattern_dates] == [end - 2 * DAY]
    assert await exceptions(marketplace, published.pattern_id) == [end - 4 * DAY, end - 3 * DAY]
    await publish_once_more_after(marketplace, end - 5 * DAY)
    assert await marketplace.product.roll_patterns_forward() == 3


async def publish_once_more_after(marketplace: Marketplace, day: date) -> None:
    """As if the dates that follow had not had their turn yet."""
    pool = marketplace.database.pool
    await pool.execute("UPDATE weekly_patterns SET published_until = $1", day)
    await pool.execute("DELETE FROM slots WHERE starts_at >= $1", at(day + DAY, 0))


async def dates_with_sessions(marketplace: Marketplace, consultant: Caller, *, after: date) -> list[date]:
    slots = await own_slots(marketplace, consultant)
    return [day for slot in slots if (day := slot.starts_at.astimezone(NEW_YORK).date()) > after]


async def test_patterns_of_others_and_ended_ones_are_left_alone(marketplace: Marketplace) -> None:
    consultant, stranger = await consultant_in_new_york(marketplace), await consultant_in_new_york(marketplace)
    ended, foreign = await daily_pattern(marketplace, consultant), await daily_pattern(marketplace, stranger)
    assert ended.pattern_id is not None
    await marketplace.product.end_pattern(consultant, ended.pattern_id)
    changed = await marketplace.product.close_days(consultant, DayRange(MONDAY, MONDAY + DAY))
    assert changed.pattern_dates == []
    assert await exceptions(marketplace, ended.pattern_id) == []
    assert await exceptions(marketplace, foreign.pattern_id) == []
    assert {slot.status for slot in await own_slots(marketplace, stranger)} == {"open"}


async def test_a_pattern_that_has_dates_closed_has_another_version(
    marketplace: Marketplace,
) -> None:
    consultant = await consultant_in_new_york(marketplace)
    published = await daily_pattern(marketplace, consultant)
    assert published.pattern_id is not None
    queries = marketplace.product.pattern_queries
    before = await queries.own_pattern(consultant.account_id, published.pattern_id)
    await marketplace.product.close_days(consultant, DayRange(MONDAY, MONDAY))
    after = await queries.own_pattern(consultant.account_id, published.pattern_id)
    assert before is not None
    assert after is not None
    assert after.version == before.version + 1
    assert after.published_until == before.published_until


async def test_free_sessions_go_and_those_with_people_stay(marketplace: Marketplace) -> None:
    consultant = await consultant_in_new_york(marketplace)
    one, two, three = await marketplace.clients(3)
    free, held, lapsed, full, later = await publish(
        marketplace, consultant, *(at(MONDAY, hour) for hour in (9, 11, 13, 15)), at(MONDAY + DAY, 9)
    )
    await marketplace.booking(one, held)
    gone = await marketplace.booking(two, lapsed)
    await marketplace.database.pool.execute(
        "INSERT INTO waiting_entries (id, slot_id, client_id, status, joined_at) "
        "VALUES (gen_random_uuid(), $1, $2, 'waiting', clock_timestamp())",
        full.id,
        three.account_id,
    )
    await marketplace.product.cancel_booking(two, CancelBookingCommand(booking_id=gone.id))

    changed = await marketplace.product.delete_free_slots(consultant, DayRange(MONDAY, MONDAY))

    assert told(changed) == [
        (free.id, "withdrawn", None),
        (held.id, "kept", "has_seats_taken"),
        (lapsed.id, "withdrawn", None),
        (full.id, "kept", "has_people_waiting"),
    ]
    assert [slot.id for slot in await own_slots(marketplace, consultant)] == [held.id, full.id, later.id]
    await publish(marketplace, consultant, at(MONDAY, 9))  # its time is free again
    assert await broken_invariants(marketplace.database) == []


@pytest.mark.parametrize("name", TOOLS)
async def test_a_preview_is_what_happens_without_storing_it(marketplace: Marketplace, name: str) -> None:
    consultant, client = await consultant_in_new_york(marketplace), await marketplace.client()
    tool: Tool = getattr(marketplace.product, name)
    published = await daily_pattern(marketplace, consultant, last_date=MONDAY + 6 * DAY)
    slots = await publish(marketplace, consultant, at(MONDAY, 11), at(MONDAY, 13))
    await marketplace.booking(client, slots[0])
    if name == "reopen_days":
        await marketplace.product.close_days(consultant, DayRange(MONDAY, MONDAY + 2 * DAY))
    before = await own_slots(marketplace, consultant), await exceptions(marketplace, published.pattern_id)

    preview = await tool(consultant, DayRange(MONDAY, MONDAY + DAY), dry_run=True)

    after = await own_slots(marketplace, consultant), await exceptions(marketplace, published.pattern_id)
    assert after == before
    assert await tool(consultant, DayRange(MONDAY, MONDAY + DAY)) == preview
    assert len(preview.sessions) == 4
    after = await own_slots(marketplace, consultant), await exceptions(marketplace, published.pattern_id)
    assert after != before


@pytest.mark.parametrize("name", TOOLS)
async def test_days_of_others_are_out_of_reach_and_clients_have_none(marketplace: Marketplace, name: str) -> None:
    consultant, stranger = await consultant_in_new_york(marketplace), await consultant_in_new_york(marketplace)
    await publish(marketplace, consultant, at(MONDAY, 9))
    before = await own_slots(marketplace, consultant)
    tool: Tool = getattr(marketplace.product, name)
    assert await tool(stranger, DayRange(MONDAY, MONDAY)) == ChangedDays(sessions=[], pattern_dates=[])
    assert await own_slots(marketplace, consultant) == before
    with pytest.raises(NotFound):
        await tool(await marketplace.client(), DayRange(MONDAY, MONDAY))


async def test_a_year_is_closed_at_once(marketplace: Marketplace) -> None:
    consultant = await consultant_in_new_york(marketplace)
    published = await daily_pattern(marketplace, consultant, last_date=MONDAY + 365 * DAY)
    changed = await marketplace.product.close_days(consultant, DayRange(MONDAY, MONDAY + 365 * DAY))
    assert Counter(change.outcome for change in changed.sessions) == {"closed": 366}
    assert len(await exceptions(marketplace, published.pattern_id)) == 366
    changed = await marketplace.product.reopen_days(consultant, DayRange(MONDAY, MONDAY + 365 * DAY))
    assert Counter(change.outcome for change in changed.sessions) == {"reopened": 366}
    assert await exceptions(marketplace, published.pattern_id) == []


async def test_whoever_books_while_free_sessions_are_deleted_has_a_seat_or_finds_none(
    marketplace: Marketplace,
) -> None:
    consultant = await consultant_in_new_york(marketplace)
    slots = await publish(marketplace, consultant, *(at(MONDAY, hour) for hour in range(8, 20)))
    clients = await marketplace.clients(len(slots))
    deleting = asyncio.create_task(marketplace.product.delete_free_slots(consultant, DayRange(MONDAY, MONDAY)))
    booked = await asyncio.gather(
        *(marketplace.booking(client, slot) for client, slot in zip(clients, slots, strict=True)),
        return_exceptions=True,
    )
    with_seat = {booking.slot_id for booking in booked if not isinstance(booking, BaseException)}
    kept = {change.slot.id for change in (await deleting).sessions if change.reason == "has_seats_taken"}
    assert kept == with_seat
    assert {type(refusal) for refusal in booked if isinstance(refusal, BaseException)} <= {SlotNotOpen}
    assert {slot.id for slot in await own_slots(marketplace, consultant)} == with_seat
    assert await broken_invariants(marketplace.database) == []


async def test_all_tools_at_once_leave_nothing_broken(marketplace: Marketplace) -> None:
    consultant = await consultant_in_new_york(marketplace)
    product, week = marketplace.product, DayRange.week_of(MONDAY)
    slots = await publish(marketplace, consultant, *(at(day, 13) for day in week))
    await daily_pattern(marketplace, consultant, last_date=week.last)
    tools = asyncio.gather(
        copy(marketplace, consultant, MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK),
        product.close_days(consultant, week),
        product.delete_free_slots(consultant, week),
        product.reopen_days(consultant, week),
    )
    clients = await marketplace.clients(len(slots))
    booked = await asyncio.gather(
        *(marketplace.booking(client, slot) for client, slot in zip(clients, slots, strict=True)),
        return_exceptions=True,
    )
    await tools
    with_seat = {booking.slot_id for booking in booked if not isinstance(booking, BaseException)}
    assert {type(refusal) for refusal in booked if isinstance(refusal, BaseException)} <= {SlotNotOpen}
    assert with_seat <= {slot.id for slot in await own_slots(marketplace, consultant)}
    assert await broken_invariants(marketplace.database) == []
