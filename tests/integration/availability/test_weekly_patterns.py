"""Weekly patterns on the real database: publish, change, end, roll forward, and all of that at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from application.accounts.callers import Caller
from application.availability.change_pattern import ChangedPattern
from application.availability.pattern_views import PatternView
from application.availability.publish_pattern import PublishedPattern
from application.availability.save_availability import RowRefused, SlotRow
from application.availability.views import AvailabilityView
from application.availability.wanted_pattern import WantedPattern
from application.paging import FIRST_PAGE, PageRequest
from domain.availability import Buffers, Slot, SlotNotOpen, SlotOverlap, SlotStatus
from domain.bookings import SlotFull
from domain.money import Money
from domain.refusals import Invalid, NotFound, StaleVersion
from domain.services import Service, ServiceNotOffered
from domain.weekly_patterns import (
    DAY,
    HORIZON,
    MOST_PATTERNS,
    Hours,
    PatternEnded,
    PatternException,
    SkipReason,
    TooManyPatterns,
)
from infrastructure.identity import new_id
from tests.marketplace import PRICE, Marketplace
from tests.statements import recorded_statements

LAGOS = ZoneInfo("Africa/Lagos")
TODAY = datetime.now(LAGOS).date()
FIRST = TODAY + 2 * DAY
EVERY_DAY = frozenset(range(1, 8))
HOUR = timedelta(hours=1)


def wanted(**changes: Any) -> WantedPattern:
    """Every day of two weeks from nine to noon in the consultant's zone, an hour each."""
    terms: dict[str, Any] = {
        "weekdays": EVERY_DAY,
        "hours": Hours(time(9), time(12)),
        "session_length": HOUR,
        "first_date": FIRST,
        "last_date": FIRST + 13 * DAY,
    }
    return WantedPattern(**terms | changes)


OPEN_ENDED: dict[str, Any] = {"last_date": None, "hours": Hours(time(9), time(10))}


def at(hour: int, *, day: int = 0, minute: int = 0) -> datetime:
    """A wall time in Lagos, so many days after the first date."""
    return datetime.combine(FIRST + day * DAY, time(hour, minute), LAGOS)


async def publish(
    marketplace: Marketplace, consultant: Caller, pattern: WantedPattern | None = None, *, dry_run: bool = False
) -> PublishedPattern:
    return await marketplace.product.publish_pattern(consultant, pattern or wanted(), dry_run=dry_run)


async def change(
    marketplace: Marketplace,
    consultant: Caller,
    published: PublishedPattern,
    pattern: WantedPattern,
    **options: Any,
) -> ChangedPattern:
    assert published.pattern_id is not None
    return await marketplace.product.change_pattern(consultant, published.pattern_id, pattern, **options)


async def end(
    marketplace: Marketplace, consultant: Caller, published: PublishedPattern, **options: Any
) -> ChangedPattern:
    assert published.pattern_id is not None
    return await marketplace.product.end_pattern(consultant, published.pattern_id, **options)


async def own_slots(marketplace: Marketplace, consultant: Caller) -> list[AvailabilityView]:
    slots: list[AvailabilityView] = []
    page = PageRequest(limit=100)
    while True:
        found = await marketplace.product.availability_queries.own_slots(
            consultant.account_id, since=None, until=None, page=page
        )
        slots += found.items
        if found.next_key is None:
            return slots
        page = replace(page, after=found.next_key)


async def own_pattern(marketplace: Marketplace, consultant: Caller, pattern_id: UUID | None) -> PatternView:
    assert pattern_id is not None
    pattern = await marketplace.product.pattern_queries.own_pattern(consultant.account_id, pattern_id)
    assert pattern is not None
    return pattern


async def add(marketplace: Marketplace, consultant: Caller, starts_at: datetime, length: timedelta = HOUR) -> Slot:
    row = SlotRow(starts_at=starts_at, ends_at=starts_at + length, price=PRICE)
    [slot] = await marketplace.product.save_availability(consultant, [row])
    return slot


async def remove(marketplace: Marketplace, consultant: Caller, slot: Slot) -> None:
    await marketplace.product.save_availability(consultant, [SlotRow(slot_id=slot.id, remove=True)])


async def a_service(marketplace: Marketplace, consultant: Caller, **changes: Any) -> Service:
    service = Service(
        id=new_id(),
        consultant_id=consultant.account_id,
        name="A second look",
        description="",
        length=timedelta(minutes=45),
        price=Money(250_000, "NGN"),
        capacity=4,
        buffers=Buffers(after=timedelta(minutes=15)),
    )
    async with marketplace.product.publish_pattern.open_uow() as uow:
        await uow.services.add(replace(service, **changes))
        await uow.commit()
    return service


def starts(slots: list[Slot]) -> list[datetime]:
    return [slot.span.starts_at for slot in slots]


def outcome(result: PublishedPattern | ChangedPattern) -> Any:
    """All that a preview and its deed have in common: everything but the ids of what is created."""
    nobody = UUID(int=0)
    created = [replace(slot, id=nobody, pattern_id=nobody) for slot in result.created]
    untouched = (result.kept, result.withdrawn) if isinstance(result, ChangedPattern) else ()
    return created, untouched, result.skipped, result.published_until


# Publishing


async def test_a_pattern_becomes_sessions_at_local_times(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant, wanted(capacity=3, price=Money(0, "NGN")))
    expected = [at(hour, day=day) for day in range(14) for hour in (9, 10, 11)]
    assert starts(published.created) == expected
    assert (published.skipped, published.published_until) == ([], FIRST + 13 * DAY)
    stored = await own_slots(marketplace, consultant)
    assert [(slot.id, slot.starts_at) for slot in stored] == [
        (slot.id, slot.span.starts_at) for slot in published.created
    ]
    assert {(slot.max_slots, slot.price.amount, slot.status, slot.pattern_id) for slot in stored} == {
        (3, 0, "open", published.pattern_id)
    }


async def test_what_is_left_out_comes_from_the_profile(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant)
    pattern = await own_pattern(marketplace, consultant, published.pattern_id)
    assert (pattern.time_zone, pattern.price.amount, pattern.max_slots) == ("Africa/Lagos", PRICE.amount, 1)


async def test_what_is_left_out_comes_from_the_service(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await a_service(marketplace, consultant)
    published = await publish(marketplace, consultant, wanted(service_id=service.id, session_length=None))
    first, second, *_ = published.created
    assert (first.terms.capacity, first.terms.price, first.terms.service_id) == (4, service.price, service.id)
    assert (first.span.length, first.terms.buffers) == (service.length, service.buffers)
    assert second.span.starts_at - first.span.starts_at == HOUR


async def test_a_pattern_may_differ_from_its_service(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await a_service(marketplace, consultant)
    other = wanted(service_id=service.id, capacity=1, price=PRICE, buffer_after=timedelta(0))
    [slot, *_] = (await publish(marketplace, consultant, other)).created
    assert (slot.terms.capacity, slot.terms.price, slot.terms.buffers) == (1, PRICE, Buffers())
    assert slot.span.length == HOUR


async def test_only_an_own_service_that_is_offered_is_published(marketplace: Marketplace) -> None:
    consultant, other = await marketplace.consultant(), await marketplace.consultant()
    theirs = await a_service(marketplace, other)
    withdrawn = await a_service(marketplace, consultant, is_offered=False)
    for service_id in (theirs.id, uuid4()):
        with pytest.raises(Invalid) as refusal:
            await publish(marketplace, consultant, wanted(service_id=service_id))
        assert refusal.value.errors[0].field == "service_id"
    with pytest.raises(ServiceNotOffered):
        await publish(marketplace, consultant, wanted(service_id=withdrawn.id))


async def test_publishing_again_creates_nothing_and_makes_no_second_pattern(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    first = await publish(marketplace, consultant)
    again = await publish(marketplace, consultant)
    assert (again.pattern_id, again.created) == (first.pattern_id, [])
    assert [skipped.reason for skipped in again.skipped] == [SkipReason.ALREADY_PUBLISHED] * 42
    patterns = await marketplace.product.pattern_queries.own_patterns(consultant.account_id, FIRST_PAGE)
    assert [pattern.id for pattern in patterns.items] == [first.pattern_id]


async def test_publishing_again_creates_only_what_is_missing(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    first = await publish(marketplace, consultant)
    await remove(marketplace, consultant, first.created[5])
    again = await publish(marketplace, consultant)
    assert starts(again.created) == [first.created[5].span.starts_at]


@pytest.mark.parametrize("pattern", [wanted(), wanted(**OPEN_ENDED)])
async def test_a_preview_says_exactly_what_happens_and_stores_nothing(
    marketplace: Marketplace, pattern: WantedPattern
) -> None:
    consultant = await marketplace.consultant()
    await add(marketplace, consultant, at(9, minute=30))
    preview = await publish(marketplace, consultant, pattern, dry_run=True)
    assert len(await own_slots(marketplace, consultant)) == 1
    assert preview.pattern_id is None
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM weekly_patterns") == 0
    assert outcome(await publish(marketplace, consultant, pattern)) == outcome(preview)


async def test_what_is_skipped_comes_with_its_reason(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await add(marketplace, consultant, at(9))
    await add(marketplace, consultant, at(10, minute=30), timedelta(minutes=15))
    yesterday = wanted(
        first_date=TODAY - DAY, last_date=TODAY + 800 * DAY, weekdays=frozenset({FIRST.isoweekday()})
    )
    exceptions = (PatternException(TODAY - DAY, Hours(time(9), time(10))),)
    published = await publish(marketplace, consultant, replace(yesterday, exceptions=exceptions))
    skipped = {one.occurrence.span.starts_at: one.reason for one in published.skipped}
    assert skipped[at(9, day=-3)] is SkipReason.IN_PAST
    assert skipped[at(9)] is SkipReason.ALREADY_PUBLISHED
    assert skipped[at(10)] is SkipReason.OVERLAP
    assert skipped[max(skipped)] is SkipReason.TOO_FAR_AHEAD
    assert at(11) in starts(published.created)


async def test_clocks_that_go_forward_are_reported(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    night = wanted(
        time_zone="Europe/London",
        hours=Hours(time(1), time(2)),
        weekdays=frozenset({7}),
        last_date=FIRST + 365 * DAY,
    )
    published = await publish(marketplace, consultant, night)
    [skipped] = published.skipped
    assert (skipped.reason, skipped.occurrence.wall.month) == (SkipReason.WALL_TIME_DOES_NOT_EXIST, 3)


async def test_closed_dates_and_other_hours_are_kept(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    exceptions = (PatternException(FIRST), PatternException(FIRST + DAY, Hours(time(15), time(16))))
    published = await publish(marketplace, consultant, wanted(last_date=FIRST + DAY, exceptions=exceptions))
    assert starts(published.created) == [at(15, day=1)]
    pattern = await own_pattern(marketplace, consultant, published.pattern_id)
    assert [(one.date, one.start_time) for one in pattern.exceptions] == [(FIRST, None), (FIRST + DAY, "15:00")]


@pytest.mark.parametrize(
    ("field", "pattern"),
    [
        ("time_zone", wanted(time_zone="Mars/Olympus")),
        ("session_minutes", wanted(session_length=None)),
        ("session_minutes", wanted(session_length=timedelta(0))),
        ("weekdays", wanted(weekdays=frozenset())),
        ("last_date", wanted(first_date=TODAY - 9 * DAY, last_date=TODAY - DAY)),
        ("last_date", wanted(session_length=timedelta(minutes=5), last_date=FIRST + 70 * DAY)),
        ("last_date", wanted(first_date=date(2000, 1, 1), last_date=date(2099, 12, 31))),
        ("buffer_after_minutes", wanted(buffer_after=timedelta(hours=5))),
        ("price", wanted(price=Money(1, "NGN"))),
    ],
)
async def test_what_does_not_fit_names_its_field(
    marketplace: Marketplace, field: str, pattern: WantedPattern
) -> None:
    consultant = await marketplace.consultant()
    with pytest.raises(Invalid) as refusal:
        await publish(marketplace, consultant, pattern)
    assert [error.field for error in refusal.value.errors] == [field]


async def test_only_consultants_have_patterns(marketplace: Marketplace) -> None:
    with pytest.raises(NotFound):
        await publish(marketplace, await marketplace.client())


async def test_a_consultant_has_so_many_patterns_and_no_more(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    patterns = [wanted(hours=Hours(time(9), time(10, minute)), last_date=FIRST) for minute in range(MOST_PATTERNS)]
    published = [await publish(marketplace, consultant, pattern) for pattern in patterns]
    with pytest.raises(TooManyPatterns):
        await publish(marketplace, consultant)
    assert (await publish(marketplace, consultant, patterns[0])).pattern_id == published[0].pattern_id
    await end(marketplace, consultant, published[0])
    await publish(marketplace, consultant)


async def test_a_year_of_sessions_is_a_handful_of_statements(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    with recorded_statements() as sent:
        published = await publish(
            marketplace, consultant, wanted(hours=Hours(time(9), time(15)), last_date=FIRST + 364 * DAY)
        )
    assert len(published.created) == 2190
    assert len(sent) <= 11
    with recorded_statements() as sent:
        ended = await end(marketplace, consultant, published)
    assert len(ended.withdrawn) == 2190
    assert len(sent) <= 11


# Changing


async def test_a_change_keeps_withdraws_and_creates(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant, wanted(last_date=FIRST))
    nine, ten, eleven = published.created
    closed = SlotRow(slot_id=ten.id, status=SlotStatus.CLOSED)
    await marketplace.product.save_availability(consultant, [closed])
    other = wanted(hours=Hours(time(10), time(13)), last_date=FIRST + DAY, capacity=6)
    preview = await change(marketplace, consultant, published, other, dry_run=True)
    assert len(await own_slots(marketplace, consultant)) == 3
    changed = await change(marketplace, consultant, published, other)
    assert outcome(changed) == outcome(preview)
    assert starts(changed.created) == [at(12), *(at(hour, day=1) for hour in (10, 11, 12))]
    assert [slot.id for slot in changed.withdrawn] == [nine.id]
    stored = {slot.id: slot for slot in await own_slots(marketplace, consultant)}
    assert nine.id not in stored
    assert (stored[ten.id].status, stored[ten.id].max_slots) == ("closed", 6)
    assert (stored[eleven.id].status, stored[eleven.id].max_slots) == ("open", 6)
    assert {slot.id: slot.version for slot in changed.kept} == {
        slot_id: stored[slot_id].version for slot_id in (ten.id, eleven.id)
    }
    pattern = await own_pattern(marketplace, consultant, published.pattern_id)
    assert (pattern.start_time, pattern.max_slots, pattern.version) == ("10:00", 6, 2)


async def test_a_change_touches_no_session_that_somebody_has_a_claim_on(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    published = await publish(marketplace, consultant, wanted(last_date=FIRST))
    nine, ten, eleven = published.created
    booking = await marketplace.booking(client, nine)
    await marketplace.database.pool.execute(
        "INSERT INTO waiting_entries (id, slot_id, client_id, status, joined_at) "
        "VALUES (gen_random_uuid(), $1, $2, 'waiting', clock_timestamp())",
        ten.id,
        client.account_id,
    )
    moved = wanted(last_date=FIRST, hours=Hours(time(9, 30), time(13, 30)), price=Money(900_000, "NGN"))
    changed = await change(marketplace, consultant, published, moved)
    assert [slot.id for slot in changed.kept] == [nine.id, ten.id]
    assert [slot.id for slot in changed.withdrawn] == [eleven.id]
    assert starts(changed.created) == [at(11, minute=30), at(12, minute=30)]
    stored = {slot.id: slot for slot in await own_slots(marketplace, consultant)}
    assert (stored[nine.id].seats_taken, stored[nine.id].price.amount) == (1, PRICE.amount)
    assert stored[ten.id].people_waiting == 1
    assert (await marketplace.details(client, booking.id)).status == "pending"


async def test_a_lapsed_hold_keeps_no_session_from_being_changed(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant, wanted(last_date=FIRST))
    booking = await marketplace.booking(await marketplace.client(), published.created[0])
    await marketplace.lapse_hold(booking.id)
    assert len((await end(marketplace, consultant, published)).withdrawn) == 3


async def test_a_change_does_not_bring_back_what_was_removed_or_moved_by_hand(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant, wanted(last_date=FIRST))
    nine, ten, eleven = published.created
    await remove(marketplace, consultant, nine)
    later = SlotRow(slot_id=eleven.id, starts_at=at(15), ends_at=at(16))
    await marketplace.product.save_availability(consultant, [later])
    changed = await change(marketplace, consultant, published, wanted(last_date=FIRST, capacity=2))
    assert ([slot.id for slot in changed.kept], changed.created) == ([ten.id], [])
    assert [(one.occurrence.span, one.reason) for one in changed.skipped] == [
        (nine.span, SkipReason.LEFT_OUT),
        (eleven.span, SkipReason.LEFT_OUT),
    ]
    stored = {slot.id: slot for slot in await own_slots(marketplace, consultant)}
    assert (stored[eleven.id].max_slots, stored[eleven.id].pattern_id) == (1, None)


async def test_a_pattern_can_be_given_an_end_and_lose_it_again(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant, wanted(**OPEN_ENDED))
    assert published.published_until == FIRST + HORIZON
    shorter = await change(marketplace, consultant, published, wanted(**OPEN_ENDED | {"last_date": FIRST}))
    assert (len(shorter.kept), len(shorter.withdrawn)) == (1, 84)
    longer = await change(marketplace, consultant, published, wanted(**OPEN_ENDED))
    assert (len(longer.kept), len(longer.created)) == (1, 84)


async def test_a_change_can_expect_a_version(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant)
    await change(marketplace, consultant, published, wanted(capacity=2), expected_version=1)
    with pytest.raises(StaleVersion):
        await change(marketplace, consultant, published, wanted(capacity=3), expected_version=1)
    with pytest.raises(StaleVersion):
        await end(marketplace, consultant, published, expected_version=1)
    await end(marketplace, consultant, published, expected_version=2)


async def test_patterns_of_others_are_not_there(marketplace: Marketplace) -> None:
    consultant, stranger = await marketplace.consultant(), await marketplace.consultant()
    published = await publish(marketplace, consultant)
    with pytest.raises(NotFound):
        await change(marketplace, stranger, published, wanted(capacity=2))
    with pytest.raises(NotFound):
        await end(marketplace, stranger, published)
    assert published.pattern_id is not None
    queries = marketplace.product.pattern_queries
    assert await queries.own_pattern(stranger.account_id, published.pattern_id) is None
    assert (await queries.own_patterns(stranger.account_id, FIRST_PAGE)).items == []


# Ending


async def test_ending_withdraws_what_is_free_and_keeps_the_rest(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    published = await publish(marketplace, consultant)
    single = await add(marketplace, consultant, at(20))
    taken = published.created[7]
    await marketplace.booking(client, taken)
    preview = await end(marketplace, consultant, published, dry_run=True)
    assert len(await own_slots(marketplace, consultant)) == 43
    ended = await end(marketplace, consultant, published)
    assert outcome(ended) == outcome(preview)
    assert ([slot.id for slot in ended.kept], len(ended.withdrawn)) == ([taken.id], 41)
    assert {slot.id for slot in await own_slots(marketplace, consultant)} == {taken.id, single.id}
    with pytest.raises(PatternEnded):
        await end(marketplace, consultant, published)
    with pytest.raises(PatternEnded):
        await change(marketplace, consultant, published, wanted())
    assert (await own_pattern(marketplace, consultant, published.pattern_id)).ended_at is not None
    patterns = await marketplace.product.pattern_queries.own_patterns(consultant.account_id, FIRST_PAGE)
    assert patterns.items == []


async def test_an_ended_pattern_can_be_published_anew(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant)
    await end(marketplace, consultant, published)
    again = await publish(marketplace, consultant)
    assert (again.pattern_id != published.pattern_id, len(again.created)) == (True, 42)


# Rolling forward


async def behind(marketplace: Marketplace, published: PublishedPattern, days: int) -> None:
    """As though the pattern had been published some days ago, and nothing since."""
    await marketplace.database.pool.execute(
        "UPDATE weekly_patterns SET first_date = first_date - $2::int, published_until = $3::date - $2::int "
        "WHERE id = $1",
        published.pattern_id,
        days,
        TODAY + HORIZON,
    )
    await marketplace.database.pool.execute(
        "UPDATE slots SET status = 'cancelled' WHERE pattern_id = $1 AND starts_at > $2",
        published.pattern_id,
        datetime.combine(TODAY + HORIZON - (days - 1) * DAY, time(), LAGOS),
    )


async def test_a_pattern_without_an_end_is_rolled_forward(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant, wanted(**OPEN_ENDED))
    assert await marketplace.product.roll_patterns_forward() == 0
    await behind(marketplace, published, days=5)
    assert await marketplace.product.roll_patterns_forward() == 5
    assert await marketplace.product.roll_patterns_forward() == 0
    last = max(slot.starts_at for slot in await own_slots(marketplace, consultant))
    assert last == datetime.combine(TODAY + HORIZON, time(9), LAGOS)
    pattern = await own_pattern(marketplace, consultant, published.pattern_id)
    assert pattern.published_until == TODAY + HORIZON


async def test_rolling_brings_back_nothing_and_steps_around_what_is_in_the_way(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    published = await publish(marketplace, consultant, wanted(**OPEN_ENDED))
    await remove(marketplace, consultant, published.created[3])
    await behind(marketplace, published, days=3)
    await add(marketplace, consultant, datetime.combine(TODAY + HORIZON, time(9, 30), LAGOS))
    assert await marketplace.product.roll_patterns_forward() == 2
    stored = [slot.starts_at for slot in await own_slots(marketplace, consultant)]
    assert published.created[3].span.starts_at not in stored


async def test_patterns_that_ended_or_whose_service_is_withdrawn_stay_where_they_are(
    marketplace: Marketplace,
) -> None:
    consultant = await marketplace.consultant()
    service = await a_service(marketplace, consultant)
    ended = await publish(marketplace, consultant, wanted(**OPEN_ENDED))
    later = OPEN_ENDED | {"hours": Hours(time(18), time(19))}
    of_service = await publish(marketplace, consultant, wanted(**later, service_id=service.id))
    await end(marketplace, consultant, ended)
    await marketplace.database.pool.execute("UPDATE services SET is_offered = false")
    for published in (ended, of_service):
        await behind(marketplace, published, days=5)
    assert await marketplace.product.roll_patterns_forward() == 0


async def test_one_pattern_that_cannot_be_rolled_keeps_no_other_from_its_turn(marketplace: Marketplace) -> None:
    broken, sound = await marketplace.consultant(), await marketplace.consultant()
    for consultant in (broken, sound):
        await behind(marketplace, await publish(marketplace, consultant, wanted(**OPEN_ENDED)), days=2)
    await marketplace.database.pool.execute(
        "UPDATE weekly_patterns SET time_zone = 'Mars/Olympus', published_until = published_until - 1 "
        "WHERE consultant_id = $1",
        broken.account_id,
    )
    assert await marketplace.product.roll_patterns_forward() == 2


# All at once


async def test_two_publications_at_once_create_each_session_once(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    results = await asyncio.gather(*(publish(marketplace, consultant) for _ in range(8)))
    assert sorted(len(result.created) for result in results) == [0] * 7 + [42]
    assert len({result.pattern_id for result in results}) == 1
    assert len(await own_slots(marketplace, consultant)) == 42


async def test_overlapping_publications_and_saves_at_once_never_overlap_in_the_end(
    marketplace: Marketplace,
) -> None:
    consultant = await marketplace.consultant()
    patterns = [wanted(hours=Hours(time(9, minute), time(12, minute))) for minute in (0, 20, 40)]
    saves = [add(marketplace, consultant, at(9, day=day, minute=10)) for day in range(8)]
    results = await asyncio.gather(
        *(publish(marketplace, consultant, pattern) for pattern in patterns), *saves, return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(one, RowRefused) and isinstance(one.refusal, SlotOverlap) for one in refused)
    assert not any(isinstance(result, BaseException) for result in results[:3])
    slots = await own_slots(marketplace, consultant)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(slots))


async def test_rolling_several_times_at_once_publishes_once(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await behind(marketplace, await publish(marketplace, consultant, wanted(**OPEN_ENDED)), days=5)
    rolled = await asyncio.gather(*(marketplace.product.roll_patterns_forward() for _ in range(4)))
    assert sorted(rolled) == [0, 0, 0, 5]


@pytest.mark.parametrize("act", ["change", "end"])
async def test_no_booking_is_lost_while_its_pattern_changes_or_ends(marketplace: Marketplace, act: str) -> None:
    consultant = await marketplace.consultant()
    clients = await marketplace.clients(24)
    published = await publish(marketplace, consultant, wanted(last_date=FIRST + 7 * DAY))
    slots = published.created

    async def book(client: Caller, slot: Slot) -> UUID | None:
        try:
            return (await marketplace.booking(client, slot)).slot_id
        except (SlotNotOpen, SlotFull, NotFound):
            return None

    async def take_away() -> ChangedPattern:
        if act == "end":
            return await end(marketplace, consultant, published)
        return await change(marketplace, consultant, published, wanted(hours=Hours(time(18), time(20))))

    first = [book(client, slot) for client, slot in zip(clients[:12], slots[::2], strict=True)]
    second = [book(client, slot) for client, slot in zip(clients[12:], slots[1::2], strict=True)]
    *results, changed = await asyncio.gather(*first, *second, take_away())
    booked = {slot_id for slot_id in results if isinstance(slot_id, UUID)}
    assert isinstance(changed, ChangedPattern)
    assert {slot.id for slot in changed.kept} == booked
    assert {slot.id for slot in changed.withdrawn} == {slot.id for slot in slots} - booked
    held = await marketplace.database.pool.fetch(
        "SELECT s.id, s.status FROM bookings b JOIN slots s ON s.id = b.slot_id WHERE b.status = 'pending'"
    )
    assert {row["id"] for row in held} == booked
    assert {row["status"] for row in held} <= {"open"}
