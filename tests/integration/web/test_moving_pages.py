"""A client moves a session, without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.views import BookingDetails
from domain.availability import Slot
from domain.money import Money
from interfaces.web.time_words import span
from interfaces.web.zones import zone_or_utc
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import PRICE, Marketplace

NEW_YORK = zone_or_utc("America/New_York")
FREE = Money(0, "NGN")


class Moving:
    """A client in front of the page on which they choose another time."""

    def __init__(
        self, marketplace: Marketplace, consultant: Caller, client: Caller, booking: BookingDetails
    ) -> None:
        self.marketplace = marketplace
        self.consultant = consultant
        self.client = client
        self.booking = booking
        self.path = f"/bookings/{booking.id}/move"

    async def another(self, days: int = 5, *, price: Money = PRICE) -> Slot:
        """A free session."""
        return await self.marketplace.slot(self.consultant, starts_in=timedelta(days=days), price=price)

    async def details(self) -> BookingDetails:
        """As it is now."""
        return await self.marketplace.details(self.client, self.booking.id)


@pytest.fixture
async def moving(browser: Browser, marketplace: Marketplace) -> Moving:
    """A paid seat, four days from now."""
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.confirmed_booking(
        client, await marketplace.slot(consultant, starts_in=timedelta(days=4))
    )
    await browser.log_in(client)
    return Moving(marketplace, consultant, client, booking)


async def test_a_session_moves_after_both_times_were_shown(browser: Browser, moving: Moving) -> None:
    new = await moving.another()
    await browser.open(f"/bookings/{moving.booking.id}?tz=America/New_York")
    assert "Move to another time" in browser.main
    page = await browser.open(moving.path)
    assert f"{moving.path}?slot={new.id}" in [link["href"] for link in page.all("a")]
    await browser.open(f"{moving.path}?slot={new.id}")
    assert mistakes_in(browser.page) == []
    old_time = span(moving.booking.starts_at, moving.booking.ends_at, NEW_YORK)
    new_time = span(new.span.starts_at, new.span.ends_at, NEW_YORK)
    assert [struck.text for struck in browser.page.all("del")] == [old_time]
    assert new_time in browser.main
    assert "Nothing is paid again" in browser.main
    assert "₦5,000.00 at most" in browser.main
    await browser.send(moving.path)
    assert browser.path == f"/bookings/{moving.booking.id}"
    assert f"Your session is on {new_time} now." in browser.main
    assert f"Moved from {old_time.split(' – ')[0]}" in browser.main
    assert (await moving.details()).slot_id == new.id


async def test_sessions_at_another_price_are_not_offered(browser: Browser, moving: Moving) -> None:
    other = await moving.another(price=FREE)
    await browser.open(moving.path)
    assert str(other.id) not in browser.answer.text
    assert "No other time is free" in browser.main
    assert mistakes_in(browser.page) == []
    assert f"/bookings/{moving.booking.id}/cancel" in browser.answer.text


async def test_a_time_that_just_went_leaves_the_old_seat(browser: Browser, moving: Moving) -> None:
    new, other = await moving.another(), await moving.another(6)
    await browser.open(f"{moving.path}?slot={new.id}")
    await moving.marketplace.booking(await moving.marketplace.client(), new)
    await browser.send(moving.path, status=409)
    assert "the last seat was taken a moment ago. You keep your seat on" in browser.main
    assert mistakes_in(browser.page) == []
    links = [link["href"] for link in browser.page.all("a")]
    assert f"{moving.path}?slot={other.id}" in links
    assert f"{moving.path}?slot={new.id}" not in links
    assert (await moving.details()).slot_id == moving.booking.slot_id


@pytest.mark.parametrize("slot", ["{taken}", "nonsense", "00000000-0000-0000-0000-000000000000"])
async def test_a_link_to_a_time_that_is_not_free_says_so(browser: Browser, moving: Moving, slot: str) -> None:
    taken = await moving.another()
    await moving.marketplace.booking(await moving.marketplace.client(), taken)
    await browser.open(f"{moving.path}?slot={slot.format(taken=taken.id)}")
    assert "That time is not free any more. You keep your seat on" in browser.main


@pytest.mark.parametrize("slot", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
async def test_a_move_to_nowhere_moves_nothing(browser: Browser, moving: Moving, slot: str) -> None:
    new = await moving.another()
    await browser.open(f"{moving.path}?slot={new.id}")
    await browser.send(moving.path, status=409 if slot.startswith("0") else 422, slot=slot)
    assert "You keep your seat" in browser.main
    assert (await moving.details()).slot_id == moving.booking.slot_id


async def test_a_second_press_shows_what_the_first_did(browser: Browser, moving: Moving) -> None:
    new = await moving.another()
    await browser.open(f"{moving.path}?slot={new.id}")
    page = browser.answer
    for _ in range(2):
        browser.answer = page
        await browser.send(moving.path)
        assert browser.path == f"/bookings/{moving.booking.id}"
        assert "Your session is on" in browser.main
    assert len((await moving.details()).history) == 3


async def test_what_is_cancelled_in_the_meantime_does_not_move(browser: Browser, moving: Moving) -> None:
    new = await moving.another()
    await browser.open(f"{moving.path}?slot={new.id}")
    await moving.marketplace.product.cancel_booking(
        moving.client, CancelBookingCommand(booking_id=moving.booking.id)
    )
    await browser.send(moving.path)
    assert browser.path == f"/bookings/{moving.booking.id}"
    assert "This booking is not confirmed." in browser.main
    assert "You cancelled this session." in browser.main
    await browser.open(moving.path)
    assert "cannot be moved any more" in browser.main


async def test_a_refund_that_is_gone_stays_gone_and_is_told(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.confirmed_booking(
        client, await marketplace.slot(consultant, starts_in=timedelta(hours=3))
    )
    new = await marketplace.slot(consultant, starts_in=timedelta(days=9))
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/move?slot={new.id}")
    assert "If you cancel later, nothing goes back" in browser.main
    await browser.send(f"/bookings/{booking.id}/move")
    await browser.open(f"/bookings/{booking.id}/cancel")
    assert "₦0.00" in browser.main
    assert "moving never makes the refund better" in browser.main


async def test_somebody_elses_session_is_not_there(new_browser: NewBrowser, moving: Moving) -> None:
    new = await moving.another()
    stranger, browser = await moving.marketplace.client(), new_browser()
    own = await moving.marketplace.confirmed_booking(stranger, await moving.another(6))
    await browser.log_in(stranger)
    await browser.open(moving.path, status=404)
    await browser.open(f"/bookings/{own.id}/move?slot={new.id}")
    form = fields_of(browser.form(f"/bookings/{own.id}/move"))
    answer = await browser.client.post(moving.path, data=form, headers=OWN_PAGE)
    assert answer.status_code == 404
    assert (await moving.details()).slot_id == moving.booking.slot_id
