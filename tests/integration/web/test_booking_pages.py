"""A client's way through the pages, without scripts: find, book, pay, meet, review."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from application.bookings.set_meeting_link import SetMeetingLinkCommand
from application.paging import FIRST_PAGE
from domain.money import Money
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")


async def test_a_stranger_finds_books_pays_meets_and_reviews(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    slug = await marketplace.slug(consultant)

    await browser.open("/consultants?q=contracts")
    assert f"/consultants/{slug}" in browser.answer.text
    await browser.open(f"/consultants/{slug}")
    assert f"/book/{slot.id}" in browser.answer.text
    await browser.open(f"/book/{slot.id}")
    assert "Log in and go on" in browser.main
    await browser.log_in(client)

    await browser.open(f"/book/{slot.id}?tz=America/New_York")
    await browser.send(f"/book/{slot.id}", reason_for_session="A lease.\nForty pages.")
    assert browser.path.endswith("/pay")
    assert "Pay ₦5,000.00" in browser.main
    assert "America/New_York" in browser.main
    pay = browser.path

    await browser.send(pay, status=303, follow=False)
    checkout = httpx.URL(browser.answer.headers["location"])
    assert checkout.host == "paystack.test"
    payments = await marketplace.product.payment_queries.of_client(client.account_id, FIRST_PAGE)
    reference = payments.items[0].reference
    await marketplace.pay(reference)
    await browser.open(f"/payments/return?trxref={reference}&reference={reference}")
    assert "Payment received" in browser.main

    booking = pay.removesuffix("/pay")
    await browser.open(booking)
    assert "Confirmed" in browser.main
    assert "will add the link" in browser.main
    booking_id = payments.items[0].booking_id
    await marketplace.product.set_meeting_link(
        consultant,
        SetMeetingLinkCommand(booking_id=booking_id, platform="Jitsi", link="https://meet.jit.si/lease"),
    )
    await browser.open("/bookings")
    assert "Join on Jitsi" in browser.main
    await browser.open("/payments")
    assert reference in browser.main

    await browser.open(f"{booking}/review")
    assert "once it is completed" in browser.main
    await marketplace.move_into_past(slot.id)
    await marketplace.product.complete_session(consultant, booking_id)
    await browser.open(f"{booking}/review")
    await browser.send(f"{booking}/review", status=422, comment="Clear and quick <b>")
    assert "Choose from 1 to 5 stars." in browser.main
    assert "Clear and quick <b>" in browser.main
    await browser.send(f"{booking}/review", rating="5")
    assert browser.path == booking
    await browser.open(f"/consultants/{slug}")
    assert "Clear and quick <b>" in browser.main
    assert "5.0 out of 5" in browser.main


async def test_a_free_session_is_booked_without_paying(browser: Browser, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), price=FREE)
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    await browser.send(f"/book/{slot.id}", reason_for_session="A lease")
    assert "Confirmed" in browser.main
    await browser.open(f"{browser.path}/pay")
    assert not browser.path.endswith("/pay")


async def test_a_seat_that_just_went_keeps_the_reason_and_offers_other_times(
    browser: Browser, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    await marketplace.booking(await marketplace.client(), slot)
    await browser.send(f"/book/{slot.id}", status=409, reason_for_session="My lease, & more")
    assert "full" in browser.main
    assert "My lease, & more" in browser.main
    assert "See other times" in browser.main
    assert browser.page.all("title")[0].text.startswith("Error: ")


async def test_a_second_press_books_nothing_twice(browser: Browser, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=5)
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    form = fields_of(browser.form(f"/book/{slot.id}")) | {"reason_for_session": "A lease"}
    for _ in range(2):
        browser.answer = await browser.client.post(
            f"/book/{slot.id}", data=form, headers=OWN_PAGE, follow_redirects=True
        )
        assert browser.path.startswith("/bookings/"), browser.main
        assert "Pay ₦5,000.00" in browser.main
    await browser.open(f"/book/{slot.id}")
    assert "See your booking" in browser.main


async def test_another_tab_leads_to_the_seat_that_one_has(browser: Browser, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=5)
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    other_tab = browser.answer
    await browser.open(f"/book/{slot.id}")
    await browser.send(f"/book/{slot.id}", reason_for_session="A lease")
    browser.answer = other_tab
    await browser.send(f"/book/{slot.id}", reason_for_session="A lease")
    assert "already have a seat" in browser.main
    assert "Pay ₦5,000.00" in browser.main


async def test_a_reason_is_needed(browser: Browser, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    await browser.send(f"/book/{slot.id}", status=422, reason_for_session="  ")
    [field] = [area for area in browser.page.all("textarea") if area["name"] == "reason_for_session"]
    assert field["aria-invalid"] == "true"
    assert "reason_for_session-error" in field["aria-describedby"]


async def test_a_hold_that_ran_out_offers_the_seat_again_with_what_was_written(
    browser: Browser, marketplace: Marketplace
) -> None:
    slot, client = await marketplace.slot(await marketplace.consultant()), await marketplace.client()
    booking = await marketplace.booking(client, slot)
    await browser.log_in(client)
    pay = f"/bookings/{booking.id}/pay"
    await browser.open(pay)
    await marketplace.lapse_hold(booking.id)
    await browser.send(pay, status=409)
    assert "The time to pay for this seat is over" in browser.main
    await browser.open(pay)
    assert mistakes_in(browser.page) == []
    assert "It is still free" in browser.main
    await browser.send(f"/book/{slot.id}")
    assert browser.path.endswith("/pay")
    assert browser.path != pay
    again = UUID(browser.path.split("/")[2])
    assert (await marketplace.details(client, again)).reason_for_session == booking.reason_for_session
    await browser.open(pay)
    assert "You have taken the seat again already." in browser.main
    assert f"/bookings/{again}" in browser.answer.text


async def test_a_hold_that_ran_out_and_is_gone_names_other_times(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot, other = (
        await marketplace.slot(consultant),
        await marketplace.slot(consultant, starts_in=timedelta(days=2)),
    )
    booking = await marketplace.booking(client, slot)
    await marketplace.lapse_hold(booking.id)
    await marketplace.product.expire_holds()
    await marketplace.booking(await marketplace.client(), slot)
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/pay")
    assert mistakes_in(browser.page) == []
    assert "All seats are taken." in browser.main
    assert "Join the waiting list" in browser.form(f"/waiting/{slot.id}").text
    assert f"/book/{other.id}" in browser.answer.text


async def test_while_paystack_is_away_nothing_is_charged_and_the_seat_stays_held(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    await marketplace.sandbox.post(
        "/_sandbox/faults", json={"endpoint": "initialize", "status": 503, "count": None}
    )
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/pay")
    assert browser.page.all("title")[0].text.startswith("Step 2 of 3: ")
    await browser.send(f"/bookings/{booking.id}/pay", status=503)
    assert browser.page.all("title")[0].text.startswith("Error: Step 2 of 3: ")
    assert "Nothing was charged" in browser.main
    assert "Your seat stays held until" in browser.main
    assert "Pay ₦5,000.00" in browser.main


async def test_a_payment_in_another_tab_is_the_same_payment(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    await browser.log_in(client)
    pay = f"/bookings/{booking.id}/pay"
    await browser.open(pay)
    assert "You began to pay already" not in browser.main
    await browser.send(pay, status=303, follow=False)
    checkout = browser.answer.headers["location"]
    await browser.open(pay)
    assert "You began to pay already" in browser.main
    await browser.send(pay, status=303, follow=False)
    assert browser.answer.headers["location"] == checkout
    [payment] = (await marketplace.details(client, booking.id)).payments
    await marketplace.pay(payment.reference)
    await browser.open(pay)
    await marketplace.product.settle_payment(payment.reference)
    await browser.send(pay)
    assert browser.path == f"/bookings/{booking.id}"
    assert "There is nothing to pay for this booking." in browser.main


async def test_bookings_of_others_are_not_there(new_browser: NewBrowser, marketplace: Marketplace) -> None:
    owner, other = await marketplace.client(), await marketplace.client()
    booking = await marketplace.booking(owner, await marketplace.slot(await marketplace.consultant()))
    browser = new_browser()
    await browser.log_in(other)
    for path in ("", "/pay", "/review"):
        await browser.open(f"/bookings/{booking.id}{path}", status=404)


async def test_a_payment_that_paystack_has_not_heard_of_is_looked_at_three_times(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    reference = (await marketplace.started_payment(client, booking)).reference
    await browser.log_in(client)
    path: str | None = f"/payments/return?reference={reference}"
    looks = 0
    while path:
        await browser.open(path)
        assert "Checking your payment" in browser.main
        looks += 1
        refresh = browser.answer.headers.get("refresh")
        path = refresh.split("url=")[1] if refresh else None
    assert looks == 4
    assert "Look again" in browser.main
    assert "You have not paid yet?" in browser.main
    assert f"/bookings/{booking.id}/pay" in browser.answer.text


async def test_while_paystack_is_away_the_page_says_so_and_promises_nothing(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    reference = (await marketplace.started_payment(client, booking)).reference
    await marketplace.pay(reference)
    await marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": "verify", "status": 503, "count": None})
    await browser.log_in(client)
    await browser.open(f"/payments/return?reference={reference}")
    assert "Checking your payment" in browser.main
    assert "Payment received" not in browser.main


async def test_nobody_is_sent_to_an_address_that_is_not_the_checkout(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    elsewhere = {"authorization_url": "https://checkout.example/abc"}
    fault = {"endpoint": "initialize", "count": 1, "data": elsewhere, "acts": True}
    answer = await marketplace.sandbox.post("/_sandbox/faults", json=fault)
    assert answer.is_success, answer.text
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}/pay")
    await browser.send(f"/bookings/{booking.id}/pay", status=503, follow=False)
    assert "location" not in browser.answer.headers
    assert "Nothing was charged" in browser.main


@pytest.mark.parametrize(
    ("status", "title", "sentence"),
    [
        ("failed", "The payment did not go through", "turned the payment down"),
        ("abandoned", "You have not paid yet", "You left Paystack's page before the payment was complete."),
    ],
)
async def test_a_payment_that_did_not_come_about_can_be_tried_again_while_the_seat_is_held(
    browser: Browser, marketplace: Marketplace, status: str, title: str, sentence: str
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    reference = (await marketplace.started_payment(client, booking)).reference
    await marketplace.pay(reference, status=status)
    # Paystack calls every attempt abandoned at first: it is believed a day later.
    await marketplace.database.pool.execute("UPDATE payments SET created_at = created_at - interval '25 hours'")
    await browser.log_in(client)
    await browser.open(f"/payments/return?reference={reference}")
    assert mistakes_in(browser.page) == []
    for words in (title, sentence, "Nothing was charged.", "Your seat is held until"):
        assert words in browser.main
    assert f"/bookings/{booking.id}/pay" in browser.answer.text
    await marketplace.lapse_hold(booking.id)
    await browser.open(f"/payments/return?reference={reference}")
    assert "The time to pay is over." in browser.main
    assert "See whether the seat is still free" in browser.main


async def test_money_that_came_late_takes_a_free_seat_again_and_says_so(
    browser: Browser, marketplace: Marketplace
) -> None:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(client, slot)
    reference = (await marketplace.started_payment(client, booking)).reference
    await marketplace.lapse_hold(booking.id)
    await marketplace.product.expire_holds()
    await marketplace.pay(reference)
    await browser.log_in(client)
    await browser.open(f"/payments/return?reference={reference}")
    assert mistakes_in(browser.page) == []
    assert browser.page.all("title")[0].text.startswith("Step 3 of 3: Payment received")
    assert "The seat was still free, so that it is yours again." in browser.main
    await browser.open(f"/bookings/{booking.id}")
    assert "Your payment came after the time to pay, and the seat was still free." in browser.main


async def test_money_that_came_too_late_is_on_its_way_back(browser: Browser, marketplace: Marketplace) -> None:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(client, slot)
    reference = (await marketplace.started_payment(client, booking)).reference
    await marketplace.lapse_hold(booking.id)
    await marketplace.product.expire_holds()
    await marketplace.confirmed_booking(await marketplace.client(), slot)
    await marketplace.pay(reference)
    await browser.log_in(client)
    await browser.open(f"/payments/return?reference={reference}")
    assert "Your money is on its way back" in browser.main


async def test_payments_of_others_are_not_there(new_browser: NewBrowser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    reference = (await marketplace.started_payment(client, booking)).reference
    await marketplace.pay(reference)
    browser = new_browser()
    await browser.log_in(await marketplace.client())
    await browser.open(f"/payments/return?reference={reference}", status=404)
    assert (await marketplace.details(client, booking.id)).status == "pending"


@pytest.mark.parametrize(
    "query", ["", "?reference=", "?reference=%00", "?trxref=imo-unknown", "?reference=" + "x" * 500]
)
async def test_a_return_without_a_known_reference_is_not_found(
    browser: Browser, marketplace: Marketplace, query: str
) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open(f"/payments/return{query}", status=404)


async def test_times_are_shown_in_the_zone_that_was_chosen_and_remembered(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slug = await marketplace.slug(consultant)
    await marketplace.slot(consultant, starts_in=timedelta(days=3))
    await browser.open(f"/consultants/{slug}")
    assert "Times are in Africa/Lagos (West Africa Standard Time, UTC+1)" in browser.main
    await browser.open(f"/consultants/{slug}?tz=Asia/Tokyo")
    assert "Times are in Asia/Tokyo" in browser.main
    assert "is in Africa/Lagos" in browser.main
    await browser.open(f"/consultants/{slug}")
    assert "Times are in Asia/Tokyo" in browser.main
    await browser.open(f"/consultants/{slug}?tz=Moon/Base")
    assert "There is no time zone called “Moon/Base”" in browser.main


async def test_full_sessions_stay_in_the_list_as_a_way_to_their_waiting_list(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    await marketplace.booking(await marketplace.client(), slot)
    await browser.open(f"/consultants/{await marketplace.slug(consultant)}")
    assert "Full Join waiting list" in browser.main
    [link] = [link for link in browser.page.all("a") if link["href"].startswith(f"/book/{slot.id}")]
    await browser.open(link["href"])
    assert "All seats are taken." in browser.main


async def test_many_times_are_shown_week_by_week_without_losing_one(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slots = [await marketplace.slot(consultant, starts_in=timedelta(hours=9 * number + 1)) for number in range(65)]
    path: str | None = f"/consultants/{await marketplace.slug(consultant)}"
    seen: list[str] = []
    while path:
        page = await browser.open(path)
        links = [link for link in page.all("a") if "hidden" not in link.attributes]
        seen += [link["href"].split("?")[0] for link in links if link["href"].startswith("/book/")]
        later = [link["href"] for link in links if link.text == "Later"]
        path = later[0] if later else None
    assert seen == [f"/book/{slot.id}" for slot in slots]


async def test_a_search_with_a_wrong_value_answers_and_says_so(browser: Browser, marketplace: Marketplace) -> None:
    await marketplace.consultant()
    await browser.open("/consultants?max_price=lots&min_rating=nan&available_from=soon&sort=best&language=Yoruba")
    assert "Left out, because it makes no sense here" in browser.main
    assert "Ada Number" in browser.main


async def test_nobody_fits_says_which_filters_are_in_force(browser: Browser, marketplace: Marketplace) -> None:
    await marketplace.consultant()
    await browser.open("/consultants?q=zzzz")
    assert "Nobody fits all of that" in browser.main
    assert "“zzzz”" in browser.main


async def test_a_cursor_that_was_changed_does_not_break_the_page(browser: Browser) -> None:
    await browser.open("/consultants?cursor=AAAA")
    assert "This is where the search begins." in browser.main
