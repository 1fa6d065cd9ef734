"""A client calls a session off, or gives up a seat, without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.bookings.views import BookingDetails
from application.consultants.update_profile import UpdateProfileCommand
from domain.consultants import CancellationPolicy
from domain.money import Money
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

HOUR = timedelta(hours=1)


async def paid(
    marketplace: Marketplace, client: Caller, policy: CancellationPolicy, starts_in: timedelta
) -> BookingDetails:
    """A seat under that policy."""
    consultant = await marketplace.consultant()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(policy=policy))
    return await marketplace.confirmed_booking(client, await marketplace.slot(consultant, starts_in=starts_in))


async def let_time_go_by(marketplace: Marketplace, booking: BookingDetails, by: timedelta) -> None:
    """The session comes nearer."""
    await marketplace.move_into_past(booking.slot_id, by=by)


@pytest.mark.parametrize(
    ("policy", "hours", "refund", "rule", "afterwards"),
    [
        (CancellationPolicy.FLEXIBLE, 30, "₦5,000.00", "all that you paid", "After that you get nothing"),
        (CancellationPolicy.FLEXIBLE, 20, "₦0.00", "too late to get the ₦5,000.00 back", None),
        (CancellationPolicy.MODERATE, 90, "₦5,000.00", "all that you paid", "After that you get ₦2,500.00"),
        (CancellationPolicy.MODERATE, 30, "₦2,500.00", "half of the ₦5,000.00", "After that you get nothing"),
        (CancellationPolicy.STRICT, 200, "₦2,500.00", "half of the ₦5,000.00", "After that you get nothing"),
        (CancellationPolicy.STRICT, 160, "₦0.00", "too late to get the ₦5,000.00 back", None),
    ],
)
async def test_the_exact_refund_stands_first_and_is_what_comes(
    browser: Browser,
    marketplace: Marketplace,
    policy: CancellationPolicy,
    hours: int,
    refund: str,
    rule: str,
    afterwards: str | None,
) -> None:
    client = await marketplace.client()
    booking = await paid(marketplace, client, policy, hours * HOUR)
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/cancel")
    assert mistakes_in(browser.page) == []
    assert f"You get back {refund}" in browser.main
    assert rule in browser.main
    assert ("This holds until" in browser.main) is (afterwards is not None)
    assert (afterwards or "") in browser.main
    await browser.send(f"/bookings/{booking.id}/cancel", reason="I have to travel")
    assert browser.path == f"/bookings/{booking.id}"
    assert "You cancelled this session." in browser.main
    assert "I have to travel" in browser.main
    after = await marketplace.details(client, booking.id)
    expected = int(refund.removeprefix("₦").replace(",", "").replace(".", ""))
    assert sum(refund.amount.amount for refund in after.refunds) == expected


async def test_a_refund_that_changed_while_reading_is_shown_again_before_anything_happens(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await paid(marketplace, client, CancellationPolicy.MODERATE, 73 * HOUR)
    path = f"/bookings/{booking.id}/cancel"
    await browser.log_in(client)
    await browser.open(path)
    assert "You get back ₦5,000.00" in browser.main
    await let_time_go_by(marketplace, booking, 2 * HOUR)
    await browser.send(path, status=409, reason="My child is ill & I stay home")
    assert "The refund is another one by now" in browser.main
    assert "You get back ₦2,500.00" in browser.main
    assert "My child is ill & I stay home" in browser.main
    assert mistakes_in(browser.page) == []
    assert (await marketplace.details(client, booking.id)).status == "confirmed"
    await browser.send(path)
    after = await marketplace.details(client, booking.id)
    assert (after.status, [refund.amount.amount for refund in after.refunds]) == ("cancelled", [250_000])


@pytest.mark.parametrize("agreed", ["", "lots", "-1", "9" * 40, "499999"])
async def test_nobody_cancels_for_a_sum_that_was_not_on_the_page(
    browser: Browser, marketplace: Marketplace, agreed: str
) -> None:
    client = await marketplace.client()
    booking = await paid(marketplace, client, CancellationPolicy.FLEXIBLE, 30 * HOUR)
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/cancel")
    await browser.send(
        f"/bookings/{booking.id}/cancel", status=409 if agreed == "499999" else 422, expected_refund=agreed
    )
    assert "You get back ₦5,000.00" in browser.main
    assert (await marketplace.details(client, booking.id)).status == "confirmed"


async def test_a_limit_that_a_move_made_meaningless_is_not_announced(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await paid(marketplace, client, CancellationPolicy.MODERATE, 100 * HOUR)
    await marketplace.database.pool.execute("UPDATE bookings SET refund_ceiling = 50 WHERE id = $1", booking.id)
    quote = (await marketplace.details(client, booking.id)).cancellation
    assert quote is not None
    assert quote.refund_afterwards is not None
    assert (quote.refund.amount, quote.refund_afterwards.amount) == (250_000, 0)
    assert quote.changes_at == booking.starts_at - 24 * HOUR


async def test_a_held_seat_is_given_up_without_a_word_about_refunds(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    slot = await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(client, slot)
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/pay")
    assert f"/bookings/{booking.id}/cancel" in browser.answer.text
    await browser.open(f"/bookings/{booking.id}/cancel")
    assert mistakes_in(browser.page) == []
    assert "Give up your seat?" in browser.main
    assert "Nothing was paid, so nothing goes back" in browser.main
    await browser.send(f"/bookings/{booking.id}/cancel")
    assert "Your seat is given back." in browser.main
    assert "You gave up the seat before it was paid for." in browser.main
    view = await marketplace.product.booking_queries.bookable_slot(slot.id)
    assert view is not None
    assert view.seats_left == 1


async def test_a_free_session_is_cancelled_without_talk_of_money(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    slot = await marketplace.slot(await marketplace.consultant(), price=Money(0, "NGN"))
    booking = await marketplace.booking(client, slot)
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/cancel")
    assert "₦" not in browser.main
    await browser.send(f"/bookings/{booking.id}/cancel")
    assert "You cancelled this session." in browser.main


async def test_another_tab_tells_that_it_is_done(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await paid(marketplace, client, CancellationPolicy.FLEXIBLE, 30 * HOUR)
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/cancel")
    other_tab = browser.answer
    await browser.open(f"/bookings/{booking.id}/cancel")
    await browser.send(f"/bookings/{booking.id}/cancel")
    browser.answer = other_tab
    await browser.send(f"/bookings/{booking.id}/cancel")
    assert "The booking is cancelled already." in browser.main
    assert len((await marketplace.details(client, booking.id)).refunds) == 1
    await browser.open(f"/bookings/{booking.id}/cancel")
    assert "There is nothing left to cancel." in browser.main


async def test_a_session_that_begins_while_reading_is_not_cancelled(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await paid(marketplace, client, CancellationPolicy.FLEXIBLE, HOUR)
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/cancel")
    await let_time_go_by(marketplace, booking, 2 * HOUR)
    await browser.send(f"/bookings/{booking.id}/cancel", status=409)
    assert "The session has begun" in browser.main
    assert mistakes_in(browser.page) == []
    assert (await marketplace.details(client, booking.id)).status == "confirmed"


async def test_somebody_elses_booking_is_not_there(new_browser: NewBrowser, marketplace: Marketplace) -> None:
    owner, stranger = await marketplace.client(), await marketplace.client()
    booking = await paid(marketplace, owner, CancellationPolicy.FLEXIBLE, 30 * HOUR)
    own = await paid(marketplace, stranger, CancellationPolicy.FLEXIBLE, 40 * HOUR)
    browser = new_browser()
    await browser.log_in(stranger)
    await browser.open(f"/bookings/{booking.id}/cancel", status=404)
    await browser.open(f"/bookings/{own.id}/cancel")
    form = fields_of(browser.form(f"/bookings/{own.id}/cancel"))
    answer = await browser.client.post(f"/bookings/{booking.id}/cancel", data=form, headers=OWN_PAGE)
    assert answer.status_code == 404
    assert (await marketplace.details(owner, booking.id)).status == "confirmed"
