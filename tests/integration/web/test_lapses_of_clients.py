"""What clients have entered or chosen survives a session that ends meanwhile."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.payments.tills import Till
from tests.integration.waiting_list.lines import full_slot
from tests.integration.web.browser import Browser
from tests.integration.web.html import fields_of
from tests.integration.web.test_lapses import count, lapse_and_go_on
from tests.integration.web.test_refund_pages import NUMBER, needs_account
from tests.marketplace import Marketplace

WORDS = "I have to travel, and the train does not wait.\nI am sorry."


async def test_cancelling_goes_on_with_its_reason(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(await marketplace.consultant()))
    await browser.log_in(client)
    page = f"/bookings/{booking.id}/cancel"
    await browser.open(page)
    await lapse_and_go_on(browser, marketplace, client, page, {"reason": WORDS})
    assert " ".join(WORDS.split()) in browser.main
    assert (await marketplace.details(client, booking.id)).status == "confirmed"
    await browser.send(page)
    after = await marketplace.details(client, booking.id)
    assert (after.status, after.history[-1].reason) == ("cancelled", WORDS)


async def test_a_report_of_an_absence_goes_on_with_its_words(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    slot = await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.confirmed_booking(client, slot)
    await marketplace.move_into_past(slot.id, by=timedelta(days=2))
    await browser.log_in(client)
    page = f"/bookings/{booking.id}/no-show"
    await browser.open(page)
    await lapse_and_go_on(browser, marketplace, client, page, {"reason": WORDS})
    assert await count(marketplace, "absence_reports") == 0
    await browser.send(page)
    assert await marketplace.database.pool.fetchval("SELECT words FROM absence_reports") == WORDS


async def test_a_move_goes_on_to_the_time_that_was_chosen(browser: Browser, marketplace: Marketplace) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    new = await marketplace.slot(consultant, starts_in=timedelta(days=5))
    await browser.log_in(client)
    page = f"/bookings/{booking.id}/move"
    await browser.open(f"{page}?slot={new.id}")
    await lapse_and_go_on(browser, marketplace, client, page, {})
    assert (await marketplace.details(client, booking.id)).slot_id == booking.slot_id
    await browser.send(page)
    assert (await marketplace.details(client, booking.id)).slot_id == new.id


async def test_joining_and_leaving_a_waiting_list_go_on(browser: Browser, marketplace: Marketplace) -> None:
    slot, _ = await full_slot(marketplace, await marketplace.consultant())
    client = await marketplace.client()
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    await lapse_and_go_on(browser, marketplace, client, f"/waiting/{slot.id}", {})
    assert await count(marketplace, "waiting_entries") == 0
    await browser.send(f"/waiting/{slot.id}")
    assert "You are first in line." in browser.main
    leave = f"/waiting/{await marketplace.database.pool.fetchval('SELECT id FROM waiting_entries')}/leave"
    await lapse_and_go_on(browser, marketplace, client, leave, {})
    assert await marketplace.database.pool.fetchval("SELECT status FROM waiting_entries") == "waiting"
    await browser.send(leave)
    assert await marketplace.database.pool.fetchval("SELECT status FROM waiting_entries") == "left"


async def test_a_refunds_bank_is_kept_and_the_number_of_the_account_is_asked_for_again(
    browser: Browser, marketplace: Marketplace
) -> None:
    till = await Till.of_new_booking(marketplace)
    await needs_account(till)
    await browser.log_in(till.client)
    page = f"/bookings/{till.booking_id}/refund-account"
    await browser.open(page)
    bank = next(option["value"] for option in browser.page.all("option") if option["value"])
    typed = {"bank_id": bank, "account_number": NUMBER}
    await lapse_and_go_on(browser, marketplace, till.client, page, typed)
    assert NUMBER not in browser.answer.text
    assert "the next page asks for them again" in browser.main
    await browser.send(page, status=422)
    fields = fields_of(browser.form(page))
    assert (fields["bank_id"], fields["account_number"]) == (bank, "")
    await browser.send(page, account_number=NUMBER)
    assert "is on its way to your account." in browser.main
