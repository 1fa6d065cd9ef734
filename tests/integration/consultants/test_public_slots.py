"""What a consultant's public list of sessions has in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.availability.save_service import SaveServiceCommand
from application.consultants.views import SlotView
from application.paging import PageRequest
from domain.availability import Slot
from domain.consultants import BookingLimits
from tests.integration.consultants.finding import consultant
from tests.marketplace import PRICE, Marketplace

DAY = timedelta(days=1)


async def offered(marketplace: Marketplace, *, limit: int = 100, **wanted: Any) -> list[SlotView]:
    """All pages of the list of a consultant called `busy`, joined."""
    seen: list[SlotView] = []
    after = None
    while True:
        page = await marketplace.product.consultant_queries.slots(
            "busy", **({"since": None, "until": None} | wanted), page=PageRequest(limit=limit, after=after)
        )
        assert page is not None
        assert len(page.items) <= limit
        seen += page.items
        after = page.next_key
        if after is None:
            return seen


async def daily(marketplace: Marketplace, caller: Caller, days: int) -> list[Slot]:
    """One session each day, from tomorrow on."""
    return [await marketplace.slot(caller, starts_in=day * DAY) for day in range(1, days + 1)]


def ids(slots: list[SlotView] | list[Slot]) -> list[UUID]:
    """In order."""
    return [slot.id for slot in slots]


async def test_open_future_sessions_by_time_full_ones_included(marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="busy")
    over = await marketplace.slot(caller, starts_in=timedelta(hours=1))
    await marketplace.move_into_past(over.id)
    slots = await daily(marketplace, caller, 5)
    await marketplace.booking(await marketplace.client(), slots[0])
    for limit in (1, 2, 5, 6):
        seen = await offered(marketplace, limit=limit)
        assert ids(seen) == ids(slots)
        assert [slot.seats_left for slot in seen] == [0, 1, 1, 1, 1]


async def test_seats_that_people_wait_for_are_not_left_and_those_of_lapsed_holds_are(
    marketplace: Marketplace,
) -> None:
    slot = await marketplace.slot(await consultant(marketplace, slug="busy"), capacity=2)
    bookings = [await marketplace.booking(await marketplace.client(), slot) for _ in range(2)]
    await marketplace.product.join_waiting_list(await marketplace.client(), slot.id)
    left = []
    for booking in bookings:
        left.append((await offered(marketplace))[0].seats_left)
        await marketplace.lapse_hold(booking.id)
    left.append((await offered(marketplace))[0].seats_left)
    assert left == [0, 0, 1]


async def test_sessions_outside_of_notice_and_window_are_left_out(marketplace: Marketplace) -> None:
    limits = BookingLimits(minimum_notice=2 * DAY, window=4 * DAY)
    caller = await consultant(marketplace, slug="busy", limits=limits)
    slots = [await marketplace.slot(caller, starts_in=day * DAY + timedelta(hours=1)) for day in range(1, 6)]
    assert ids(await offered(marketplace)) == ids(slots[1:3])
    assert ids(await offered(marketplace, limit=1)) == ids(slots[1:3])


async def test_on_a_full_day_only_sessions_that_take_place_anyway_are_listed(marketplace: Marketplace) -> None:
    caller = await consultant(
        marketplace, slug="busy", time_zone="Asia/Kathmandu", limits=BookingLimits(sessions_per_day=1)
    )
    midnight = datetime(datetime.now(UTC).year + 1, 3, 1, 18, 15, tzinfo=UTC)  # in Kathmandu, 5:45 ahead
    starts = [midnight - timedelta(hours=1), midnight, midnight + timedelta(hours=12), midnight + DAY]
    rows = [
        SlotRow(starts_at=start, ends_at=start + timedelta(hours=1), capacity=1, price=PRICE) for start in starts
    ]
    slots = await marketplace.product.save_availability(caller, rows)
    before, first, taken, after = sorted(slots, key=lambda slot: slot.span.starts_at)
    assert ids(await offered(marketplace)) == ids([before, first, taken, after])
    await marketplace.booking(await marketplace.client(), taken)
    assert ids(await offered(marketplace)) == ids([before, taken, after])


async def test_from_includes_its_instant_and_to_does_not(marketplace: Marketplace) -> None:
    slots = await daily(marketplace, await consultant(marketplace, slug="busy"), 4)
    second, fourth = slots[1].span.starts_at, slots[3].span.starts_at
    assert ids(await offered(marketplace, since=second, until=fourth)) == ids(slots[1:3])
    assert ids(await offered(marketplace, since=second, until=fourth, limit=1)) == ids(slots[1:3])


async def test_a_session_says_which_service_it_is_of_and_can_be_looked_for_by_it(
    marketplace: Marketplace, client: httpx.AsyncClient
) -> None:
    caller = await consultant(marketplace, slug="busy")
    plain = await marketplace.slot(caller, starts_in=DAY)
    service = await marketplace.product.save_service(
        caller, SaveServiceCommand(name="First talk", description="", length=timedelta(minutes=30), price=PRICE)
    )
    starts_at = datetime.now(UTC) + 2 * DAY
    [talk] = await marketplace.product.save_availability(
        caller, [SlotRow(starts_at=starts_at, service_id=service.id)]
    )
    seen = await offered(marketplace)
    assert [(slot.id, slot.service, slot.service_id) for slot in seen] == [
        (plain.id, None, None),
        (talk.id, "First talk", service.id),
    ]
    assert ids(await offered(marketplace, service_id=service.id)) == [talk.id]
    assert await offered(marketplace, service_id=uuid4()) == []

    answer = await client.get(f"/api/consultants/busy/slots?service={service.id}")
    [item] = answer.json()["items"]
    assert (item["id"], item["service"], item["service_id"]) == (str(talk.id), "First talk", str(service.id))
    assert (await client.get("/api/consultants/busy/slots?service=none")).status_code == 422


async def test_a_consultant_without_sessions_has_an_empty_list(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="busy")
    assert await offered(marketplace) == []


async def test_nobody_else_has_a_list(marketplace: Marketplace) -> None:
    queries = marketplace.product.consultant_queries
    assert await queries.slots("nobody", since=None, until=None, page=PageRequest()) is None
