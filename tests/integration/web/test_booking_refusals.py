"""The page on which one books: what it tells before, and what when the seat cannot be had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.bookings.reserve_seat import ReserveSeatCommand
from application.consultants.update_profile import UpdateProfileCommand
from domain.availability import Slot, SlotStatus
from domain.consultants import BookingLimits
from domain.money import Money
from tests.integration.web.browser import Browser
from tests.integration.web.html import mistakes_in
from tests.marketplace import Marketplace

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Obstacle = Callable[[Marketplace, Caller, Caller, Slot], Awaitable[None]]


async def fill(marketplace: Marketplace, consultant: Caller, client: Caller, slot: Slot) -> None:
    """Somebody was quicker."""
    await marketplace.booking(await marketplace.client(), slot)


async def close(marketplace: Marketplace, consultant: Caller, client: Caller, slot: Slot) -> None:
    """The consultant keeps the time for themselves."""
    closed = SlotRow(slot_id=slot.id, status=SlotStatus.CLOSED)
    await marketplace.product.save_availability(consultant, [closed])


async def withdraw(marketplace: Marketplace, consultant: Caller, client: Caller, slot: Slot) -> None:
    """The consultant takes it off the calendar."""
    await marketplace.product.cancel_slot(consultant, slot.id)


async def begin(marketplace: Marketplace, consultant: Caller, client: Caller, slot: Slot) -> None:
    """Time goes by."""
    await marketplace.move_into_past(slot.id, by=11 * DAY)


async def want_notice(marketplace: Marketplace, consultant: Caller, client: Caller, slot: Slot) -> None:
    """The consultant wants to know earlier."""
    limits = BookingLimits(minimum_notice=11 * DAY)
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(limits=limits))


async def fill_the_day(marketplace: Marketplace, consultant: Caller, client: Caller, slot: Slot) -> None:
    """The consultant works no more on that day."""
    await marketplace.product.update_profile(
        consultant, UpdateProfileCommand(limits=BookingLimits(sessions_per_day=1))
    )
    beside = await marketplace.database.pool.fetchrow(
        "SELECT $1::timestamptz + interval '1 hour' * (CASE WHEN "
        "extract(hour FROM $1::timestamptz AT TIME ZONE 'Africa/Lagos') < 12 THEN 3 ELSE -3 END) AS at",
        slot.span.starts_at,
    )
    assert beside is not None
    row = SlotRow(starts_at=beside["at"], ends_at=beside["at"] + HOUR, capacity=1, price=slot.terms.price)
    [other] = await marketplace.product.save_availability(consultant, [row])
    await marketplace.booking(await marketplace.client(), other)


async def be_busy(marketplace: Marketplace, consultant: Caller, client: Caller, slot: Slot) -> None:
    """The client books something else at that time."""
    beside = await marketplace.slot(await marketplace.consultant(), starts_in=10 * DAY)
    await marketplace.booking(client, beside)


async def unpublish(marketplace: Marketplace, consultant: Caller, client: Caller, slot: Slot) -> None:
    """The consultant stops."""
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(is_published=False))


@pytest.mark.parametrize(
    ("obstacle", "sentence", "near"),
    [
        (fill, "the last seat was taken a moment ago", 3),
        (close, "This session is not open for booking.", 3),
        (withdraw, "This session is not open for booking.", 3),
        (begin, "This session has already begun.", 3),
        (want_notice, "the consultant needs more notice", 1),
        (fill_the_day, "The consultant has no more time on that day.", 3),
        (be_busy, "You already have a session at that time.", 3),
        (unpublish, "This consultant is not taking bookings at the moment.", 0),
    ],
)
async def test_what_comes_between_has_its_sentence_keeps_the_reason_and_names_other_times(
    browser: Browser, marketplace: Marketplace, obstacle: Obstacle, sentence: str, near: int
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, starts_in=10 * DAY)
    others = {(await marketplace.slot(consultant, starts_in=days * DAY)).id: days for days in (2, 8, 9, 13)}
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    await obstacle(marketplace, consultant, client, slot)
    await browser.send(f"/book/{slot.id}", status=409, reason_for_session="My lease, & more")
    assert sentence in browser.main
    assert "My lease, & more" in browser.main
    assert mistakes_in(browser.page) == []
    links = [link["href"].removeprefix("/book/").split("?")[0] for link in browser.page.all("a")]
    times = [others[UUID(link)] for link in links if len(link) == 36 and link != str(slot.id)]
    assert times == {0: [], 1: [13], 3: [2, 8, 9] if obstacle is begin else [8, 9, 13]}[near]


async def test_a_client_learns_of_an_obstacle_before_writing_anything(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, starts_in=10 * DAY)
    await want_notice(marketplace, consultant, client, slot)
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    assert "the consultant needs more notice" in browser.main
    assert browser.page.all("textarea") == []
    assert "waiting list" not in browser.main


async def test_a_full_session_has_a_waiting_list(browser: Browser, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    await marketplace.booking(await marketplace.client(), slot)
    await browser.open(f"/book/{slot.id}")
    assert "Log in to join the waiting list" in browser.main
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    assert mistakes_in(browser.page) == []
    assert "All seats are taken." in browser.main
    assert "Join the waiting list" in browser.form(f"/waiting/{slot.id}").text


async def wait(marketplace: Marketplace, client: Caller, slot: Slot, *, offered_for: str | None) -> None:
    """A place in line, as the use cases of the waiting list would leave it."""
    await marketplace.database.pool.execute(
        "INSERT INTO waiting_entries (id, slot_id, client_id, status, joined_at, offer_expires_at) "
        "VALUES (gen_random_uuid(), $1, $2, $3, now(), now() + $4::text::interval)",
        slot.id,
        client.account_id,
        "offered" if offered_for else "waiting",
        offered_for,
    )


async def test_whoever_waits_is_told_and_whoever_is_offered_a_seat_can_take_it(
    browser: Browser, marketplace: Marketplace
) -> None:
    slot, client = await marketplace.slot(await marketplace.consultant()), await marketplace.client()
    holder = await marketplace.client()
    held = await marketplace.booking(holder, slot)
    await wait(marketplace, client, slot, offered_for=None)
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    assert "You are on the waiting list of this session" in browser.main
    assert "Join the waiting list" not in browser.main
    await marketplace.lapse_hold(held.id)
    await marketplace.product.expire_holds()
    await marketplace.database.pool.execute(
        "UPDATE waiting_entries SET status = 'offered', offer_expires_at = now() + interval '2 hours'"
    )
    await browser.open(f"/book/{slot.id}")
    assert "a seat is kept for you until" in browser.main
    await browser.send(f"/book/{slot.id}", reason_for_session="A lease")
    assert browser.path.endswith("/pay")
    view = await marketplace.product.booking_queries.bookable_slot(slot.id, holder.account_id)
    assert view is not None
    assert not view.is_bookable


async def test_the_page_tells_what_kind_of_session_it_is_and_when_in_both_zones(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, price=Money(0, "NGN"), capacity=3)
    service_id = await marketplace.database.pool.fetchval(
        "INSERT INTO services (id, consultant_id, name, description, length_minutes, price_amount, "
        "price_currency, capacity, buffer_before_minutes, buffer_after_minutes, created_at) "
        "VALUES (gen_random_uuid(), $1, 'First talk', 'We get to know each other.', 60, 0, 'NGN', 3, 0, 0, now()) "
        "RETURNING id",
        consultant.account_id,
    )
    await marketplace.database.pool.execute("UPDATE slots SET service_id = $2 WHERE id = $1", slot.id, service_id)
    await browser.open(f"/book/{slot.id}?tz=America/New_York")
    for words in ("First talk", "We get to know each other.", "1 hour", "Free", "3 of 3 seats left"):
        assert words in browser.main
    assert "your time (America/New_York, UTC-" in browser.main
    assert "for Ada (Africa/Lagos, UTC+1)" in browser.main
    client = await marketplace.client()
    booking = await marketplace.product.reserve_seat(client, ReserveSeatCommand(slot_id=slot.id, reason="Hello"))
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}")
    assert "First talk with Ada" in browser.main
