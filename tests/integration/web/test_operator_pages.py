"""The operators' pages: the list, one thing on it, what can be done, one payment, and the audit trail."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.accounts import Role
from infrastructure.identity import new_id
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork
from tests.integration.operations.desk import LOST, Desk
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import PASSWORD, Marketplace

PROOF = {"note": "They wrote to us.\nIt is so.", "current_password": PASSWORD}


@pytest.fixture
async def desk(marketplace: Marketplace, browser: Browser) -> Desk:
    """An operator at the browser."""
    desk = await Desk.furnish(marketplace)
    await browser.log_in(desk.operator)
    return desk


async def test_an_empty_list_says_so(browser: Browser, desk: Desk) -> None:
    await browser.open("/operator/items")
    assert "Nothing to resolve" in browser.main
    assert mistakes_in(browser.page) == []
    await browser.open("/operator/items?show=resolved")
    assert "Nothing resolved yet" in browser.main
    assert mistakes_in(browser.page) == []


async def test_an_orphan_is_looked_at_and_sent_back(browser: Browser, desk: Desk) -> None:
    await desk.orphan()
    item = f"/operator/items/{await desk.item()}"
    await browser.open("/operator/items")
    assert [link for link in browser.page.all("a") if link["href"] == item]
    await browser.open(item)
    assert mistakes_in(browser.page) == []
    for said in ("No booking is known for it.", LOST, "₦5,000.00", "lost@example.com", "Ledger: A charge came in"):
        assert said in browser.main
    await browser.open(f"{item}/refund")
    assert mistakes_in(browser.page) == []
    assert fields_of(browser.form(f"{item}/refund"))["amount"] == "5000"
    await browser.send(f"{item}/refund", PROOF)
    assert "₦5,000.00 goes back." in browser.main
    assert f"Sent back {browser.main.split('Sent back ')[1].split(' They')[0]}" in browser.main
    assert f"by {desk.operator.username}" in browser.main
    assert "They wrote to us. It is so." in browser.main
    await browser.open(f"{item}/refund")
    assert browser.path == item
    await browser.open("/operator/items?show=resolved")
    assert "Sent back" in browser.main
    assert mistakes_in(browser.page) == []


async def test_what_is_missing_or_wrong_is_said_at_its_field_and_nothing_happens(
    browser: Browser, desk: Desk
) -> None:
    await desk.orphan()
    action = f"/operator/items/{await desk.item()}/refund"
    await browser.open(action)
    await browser.send(action, status=422, amount="lots")
    assert mistakes_in(browser.page) == []
    for said in ("Enter a sum such as", "Say why.", "Enter your password."):
        assert said in browser.main
    await browser.send(action, PROOF | {"current_password": "wrong"}, status=422, amount="5000")
    assert "They wrote to us." in browser.answer.text
    assert mistakes_in(browser.page) == []
    await browser.send(action, PROOF, status=409, amount="5000.01")
    assert "more than is left" in browser.main
    await browser.send(action, PROOF, status=409, amount="4000")
    assert "all of it has to go back" in browser.main
    assert await desk.actions_audited() == []


async def test_a_charge_is_attached_to_the_booking_that_it_is_for(browser: Browser, desk: Desk) -> None:
    client, booking = await desk.held()
    await desk.orphan()
    item = f"/operator/items/{await desk.item()}"
    await browser.open(f"{item}/attach")
    assert mistakes_in(browser.page) == []
    await browser.send(f"{item}/attach", PROOF, status=422, booking="that one")
    assert "Enter the id of the booking" in browser.main
    await browser.send(f"{item}/attach", PROOF, status=422, booking=str(uuid4()))
    assert "There is no such booking." in browser.main
    await browser.send(f"{item}/attach", PROOF, booking=str(booking.id))
    assert "the booking is confirmed" in browser.main
    assert (await desk.marketplace.details(client, booking.id)).status == "confirmed"


async def test_a_charge_is_written_off_after_saying_what_that_means(browser: Browser, desk: Desk) -> None:
    await desk.orphan()
    item = f"/operator/items/{await desk.item()}"
    await browser.open(f"{item}/write-off")
    assert "₦5,000.00 stays with Imoran." in browser.main
    await browser.send(f"{item}/write-off", PROOF)
    assert "₦5,000.00 is written off." in browser.main


async def test_a_stuck_refund_shows_what_was_tried_and_is_sent_once_more(browser: Browser, desk: Desk) -> None:
    await desk.stuck_refund()
    item = f"/operator/items/{await desk.item()}"
    await browser.open(item)
    assert mistakes_in(browser.page) == []
    for said in ("Paystack says failed", "Refund of ₦5,000.00 sent", "Send it once more"):
        assert said in browser.main
    await browser.open(f"{item}/ask-again")
    assert mistakes_in(browser.page) == []
    await browser.send(f"{item}/ask-again", PROOF)
    assert "it is resolved" in browser.main


async def test_work_that_failed_shows_its_last_error_and_is_tried_again(browser: Browser, desk: Desk) -> None:
    await desk.failed_errand()
    item = f"/operator/items/{await desk.item()}"
    await browser.open(item)
    assert "tried 20 times" in browser.main
    assert "PaymentGatewayUnavailable" in browser.main
    await browser.open(f"{item}/run-again")
    await browser.send(f"{item}/run-again", PROOF)
    assert "It is being tried again." in browser.main


async def test_an_open_dispute_says_until_when_to_answer(browser: Browser, desk: Desk) -> None:
    _, reference = await desk.disputed()
    await browser.open(f"/operator/items/{await desk.item()}")
    assert mistakes_in(browser.page) == []
    for said in ("Answer by", "Waits for our answer", reference, "Disputed by the payer's bank"):
        assert said in browser.main
    await browser.open(f"/operator/items/{await desk.item()}/write-off")
    assert "No money moves." in browser.main


async def test_two_operators_with_the_same_page_open(desk: Desk, new_browser: NewBrowser) -> None:
    await desk.orphan()
    action = f"/operator/items/{await desk.item()}/write-off"
    browsers = [new_browser(), new_browser()]
    for browser, colleague in zip(browsers, [desk, await desk.colleague()], strict=True):
        await browser.log_in(colleague.operator)
        await browser.open(action)
    await browsers[0].send(action, PROOF)
    await browsers[1].send(action, PROOF, status=409)
    assert "resolved already" in browsers[1].main
    assert mistakes_in(browsers[1].page) == []
    assert await desk.actions_audited() == ["write-off"]


@pytest.mark.parametrize("by", ["reference", "e-mail", "booking"])
async def test_a_payment_is_found_and_tells_everything_that_happened(
    browser: Browser, desk: Desk, by: str
) -> None:
    client, booking_id, reference = await desk.paid()
    email = f"{client.username}@example.com"
    words = {"reference": reference, "e-mail": email.upper(), "booking": str(booking_id)}[by]
    await browser.open(f"/operator/payments?q={words}")
    assert browser.path == f"/operator/payments/{reference}"
    assert mistakes_in(browser.page) == []
    for said in ("Booking: seat held (by the client)", "Booking confirmed", "Ledger: It was earned", email):
        assert said in browser.main


async def test_several_payments_are_listed_and_none_is_said(browser: Browser, desk: Desk) -> None:
    await browser.open("/operator/payments")
    assert mistakes_in(browser.page) == []
    await browser.open("/operator/payments?q=nobody%40example.com")
    assert "No payment found" in browser.main
    await desk.orphan()
    await desk.orphan(reference="imo-bbbbbbbbbbbbbbbbbbbbbbbbbb")
    await browser.open("/operator/payments?q=lost%40example.com")
    assert mistakes_in(browser.page) == []
    assert LOST in browser.main


async def test_money_of_any_payment_goes_back_from_its_page(browser: Browser, desk: Desk) -> None:
    _, _, reference = await desk.paid()
    page = f"/operator/payments/{reference}"
    await browser.open(f"{page}/refund")
    assert mistakes_in(browser.page) == []
    assert "The booking stays as it is." in browser.main
    await browser.send(f"{page}/refund", PROOF, status=409, amount="6000")
    await browser.send(f"{page}/refund", PROOF, amount="2000")
    assert "₦2,000.00 goes back." in browser.main
    await browser.open(f"{page}/refund")
    await browser.send(f"{page}/refund", PROOF, amount="3000")
    await browser.open(f"{page}/refund")
    assert browser.path == page


async def test_the_audit_trail_is_filtered_and_shows_no_secret(browser: Browser, desk: Desk) -> None:
    await desk.orphan()
    item_id = await desk.item()
    await browser.open(f"/operator/items/{item_id}/write-off")
    await browser.send(f"/operator/items/{item_id}/write-off", PROOF)
    for query in ("", f"?about={item_id}", f"?who={desk.operator.username}", "?kind=operator.write-off"):
        await browser.open(f"/operator/audit{query}")
        assert mistakes_in(browser.page) == []
        assert f"Closed or written off, by {desk.operator.username}" in browser.main
        assert "They wrote to us." in browser.main
        assert PASSWORD not in browser.answer.text
    await browser.open("/operator/audit?who=nobody")
    assert "Nothing found" in browser.main


async def test_the_list_is_filtered_by_kind(browser: Browser, desk: Desk) -> None:
    await desk.orphan()
    await desk.contested_absence()
    await browser.open("/operator/items?kind=absence_contested")
    assert mistakes_in(browser.page) == []
    assert LOST not in browser.main
    assert "Did the consultant come? (1)" in browser.main


async def test_the_pages_are_for_operators_alone(desk: Desk, new_browser: NewBrowser) -> None:
    await desk.orphan()
    item = f"/operator/items/{await desk.item()}"
    pages = (
        "/operator",
        item,
        f"{item}/refund",
        "/operator/payments",
        f"/operator/payments/{LOST}",
        f"/operator/payments/{LOST}/refund",
        "/operator/audit",
    )
    for role in (Role.CLIENT, Role.CONSULTANT):
        browser = new_browser()
        await browser.log_in(await desk.marketplace.account(role))
        for page in pages:
            await browser.open(page, status=403)
    stranger = new_browser()
    for page in pages:
        await stranger.open(page)
        assert stranger.path == "/login"


async def test_what_nobody_listed_or_offers_is_not_there(browser: Browser, desk: Desk) -> None:
    await desk.orphan()
    for path in (
        f"/operator/items/{uuid4()}",
        f"/operator/items/{await desk.item()}/run-again",
        f"/operator/items/{await desk.item()}/anything",
        "/operator/payments/imo-nothing",
        "/operator/payments/imo-nothing/refund",
    ):
        await browser.open(path, status=404)


async def test_a_one_time_password_is_asked_for_and_refused_for_a_payout_that_waits_for_none(
    browser: Browser, desk: Desk
) -> None:
    async with SqlUnitsOfWork(desk.marketplace.database, new_id)() as uow:
        await uow.operator_items.add("payout_needs_otp", subject=str(uuid4()), reason="Paystack sent a password")
        await uow.commit()
    action = f"/operator/items/{await desk.item()}/enter-otp"
    await browser.open(action)
    assert mistakes_in(browser.page) == []
    await browser.send(action, PROOF, status=422)
    assert "Enter the one-time password that Paystack sent." in browser.main
    await browser.send(action, PROOF, status=409, otp="123456")
    assert "123456" not in browser.answer.text
    assert await desk.actions_audited() == []
