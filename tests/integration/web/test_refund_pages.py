"""What a client sees of money that goes back, and of money that is still on its way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from application.accounts.callers import Caller
from tests.integration.payments.tills import Till
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import mistakes_in
from tests.marketplace import Marketplace

NUMBER = "0001234567"


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    return await Till.of_new_booking(marketplace)


async def paid_too_late(marketplace: Marketplace, *, other_times: int) -> tuple[Caller, str]:
    """Somebody whose seat went to another while they paid; the reference."""
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    for day in range(other_times):
        await marketplace.slot(consultant, starts_in=timedelta(days=2 + day))
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.lapse_hold(booking.id)
    await marketplace.booking(await marketplace.client(), slot)
    await marketplace.pay(payment.reference)
    return client, payment.reference


async def needs_account(till: Till, amount: int = 150_000) -> None:
    """A refund that could not go back the way it was paid."""
    refund_id = await till.owe(amount)
    await till.send(refund_id)
    await till.say("needs-attention")
    assert await till.send(refund_id) == "needs-attention"


async def test_who_paid_too_late_sees_other_times(browser: Browser, marketplace: Marketplace) -> None:
    client, reference = await paid_too_late(marketplace, other_times=4)
    await browser.log_in(client)
    await browser.open(f"/payments/return?reference={reference}")
    assert mistakes_in(browser.page) == []
    assert "Your payment of ₦5,000.00 arrived. All of it goes back to you." in browser.main
    assert "You paid after the time to pay was over, and somebody else had taken the seat." in browser.main
    assert "Other free times of Ada" in browser.main
    assert len([link for link in browser.page.all("a") if link["href"].startswith("/book/")]) == 3
    assert "/consultants/" in " ".join(link["href"] for link in browser.page.all("a"))


async def test_who_paid_too_late_is_told_when_there_is_no_other_time(
    browser: Browser, marketplace: Marketplace
) -> None:
    client, reference = await paid_too_late(marketplace, other_times=0)
    await browser.log_in(client)
    await browser.open(f"/payments/return?reference={reference}")
    assert mistakes_in(browser.page) == []
    assert "Ada has no other free times at the moment." in browser.main


async def test_the_way_back_names_the_part_that_goes_back(browser: Browser, till: Till) -> None:
    refund_id = await till.owe(150_000)
    await browser.log_in(till.client)
    await browser.open(f"/payments/return?reference={till.reference}")
    assert "Your payment of ₦5,000.00 arrived. ₦1,500.00 goes back to you." in browser.main
    assert "All of it" not in browser.main
    await till.send(refund_id)
    await till.say("processed")
    await till.send(refund_id)
    await browser.open(f"/payments/return?reference={till.reference}")
    assert "₦1,500.00 went back to you." in browser.main


async def test_a_failed_refund_is_no_trouble_of_the_clients(browser: Browser, till: Till) -> None:
    refund_id = await till.owe(150_000)
    await till.send(refund_id)
    await till.say("failed")
    await till.send(refund_id)
    await browser.log_in(till.client)
    await browser.open(f"/payments/return?reference={till.reference}")
    assert "A person sees to it; you need not do anything." in browser.main


async def test_nobody_is_asked_to_pay_while_their_money_is_on_its_way(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference, status="pending", channel="bank_transfer")
    await browser.log_in(client)
    await browser.open(f"/payments/return?reference={payment.reference}")
    assert mistakes_in(browser.page) == []
    assert browser.page.all("h1")[0].text == "Your money is on its way"
    assert "Do not pay again." in browser.main
    assert browser.answer.headers["refresh"].startswith("4; url=")
    for path in (f"/bookings/{booking.id}", f"/bookings/{booking.id}/pay"):
        await browser.open(path)
        assert mistakes_in(browser.page) == []
        assert "Do not pay again." in browser.main
    assert "I sent no money" in browser.main
    await browser.open("/bookings")
    assert mistakes_in(browser.page) == []
    assert "Do not pay again." in browser.main
    links = [link["href"] for link in browser.page.all("a")]
    assert f"/payments/return?reference={payment.reference}" in links
    assert f"/bookings/{booking.id}/pay" not in links
    await browser.open("/payments")
    assert "On its way" in browser.main
    await marketplace.pay(payment.reference)
    await browser.open(f"/payments/return?reference={payment.reference}")
    assert browser.page.all("h1")[0].text == "Payment received"


async def test_a_payment_of_another_sum_is_told_of_wherever_one_could_pay_again(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference, amount=100)
    await browser.log_in(client)
    for path in (
        f"/payments/return?reference={payment.reference}",
        f"/bookings/{booking.id}",
        f"/bookings/{booking.id}/pay",
    ):
        await browser.open(path)
        assert mistakes_in(browser.page) == []
        assert "We are looking into your payment" in browser.main
        assert "everything that was charged goes back by itself" in browser.main


async def test_a_refund_that_needs_an_account_is_asked_for_on_the_pages(browser: Browser, till: Till) -> None:
    await needs_account(till)
    await browser.log_in(till.client)
    way = f"/bookings/{till.booking_id}/refund-account"
    for path in (f"/bookings/{till.booking_id}", "/payments"):
        await browser.open(path)
        assert mistakes_in(browser.page) == []
        assert "could not go back the way you paid" in browser.main
        assert way in [link["href"] for link in browser.page.all("a")]


async def test_the_client_names_an_account_and_the_money_goes_there(browser: Browser, till: Till) -> None:
    await needs_account(till)
    assert list(await till.listed()) == ["refund_needs_account"]
    way = f"/bookings/{till.booking_id}/refund-account"
    await browser.log_in(till.client)
    await browser.open(way)
    assert mistakes_in(browser.page) == []
    assert "₦1,500.00 could not go back the way you paid it." in browser.main
    bank = next(option["value"] for option in browser.page.all("option") if option["value"])
    await browser.send(way, bank_id=bank, account_number="0001 234-567")
    assert browser.path == f"/bookings/{till.booking_id}"
    assert "₦1,500.00 is on its way to your account." in browser.main
    assert "could not go back" not in browser.main
    assert await till.listed() == {}
    assert await till.fetchval("SELECT status FROM refunds") == "processing"
    await browser.open(way)
    assert browser.path == f"/bookings/{till.booking_id}"
    assert "No refund of this booking waits for a bank account." in browser.main


async def test_what_is_wrong_with_an_account_is_said_and_its_number_is_not_shown(
    browser: Browser, till: Till
) -> None:
    await needs_account(till)
    way = f"/bookings/{till.booking_id}/refund-account"
    await browser.log_in(till.client)
    await browser.open(way)
    await browser.send(way, bank_id="", account_number="", status=422)
    assert mistakes_in(browser.page) == []
    assert "Choose a bank from the list." in browser.main
    assert "Enter the number of the account." in browser.main
    bank = next(option["value"] for option in browser.page.all("option") if option["value"])
    await browser.send(way, bank_id=bank, account_number="12345abc", status=422)
    assert "from 6 to 20 digits" in browser.main
    await browser.send(way, {"bank_id": "999999999"}, account_number=NUMBER, status=422)
    assert "Choose a bank from the list." in browser.main
    await refuse_account(till)
    await browser.send(way, bank_id=bank, account_number=NUMBER, status=409)
    assert mistakes_in(browser.page) == []
    assert "Paystack did not accept this bank account" in browser.main
    assert NUMBER not in browser.answer.text
    assert await till.fetchval("SELECT status FROM refunds") == "needs-attention"


async def test_the_form_is_there_again_when_paystack_is(browser: Browser, till: Till) -> None:
    await needs_account(till)
    way = f"/bookings/{till.booking_id}/refund-account"
    await browser.log_in(till.client)
    await till.fault(endpoint="*", acts=False, status=503, count=5)
    await browser.open(way, status=503)
    assert mistakes_in(browser.page) == []
    assert "Paystack cannot be reached at the moment." in browser.main
    await till.marketplace.sandbox.delete("/_sandbox/faults")
    await browser.open(way)
    bank = next(option["value"] for option in browser.page.all("option") if option["value"])
    await till.fault(endpoint="*", acts=False, status=503, count=5)
    await browser.send(way, bank_id=bank, account_number=NUMBER, status=503)
    assert NUMBER not in browser.answer.text


async def test_an_account_whose_answer_was_lost_is_not_asked_for_again(browser: Browser, till: Till) -> None:
    await needs_account(till)
    way = f"/bookings/{till.booking_id}/refund-account"
    await browser.log_in(till.client)
    await browser.open(way)
    bank = next(option["value"] for option in browser.page.all("option") if option["value"])
    # The money is on its way already, and only Paystack knows.
    await till.say("processing")
    await browser.send(way, bank_id=bank, account_number=NUMBER)
    assert "is on its way to your account" in browser.main
    assert await till.fetchval("SELECT status FROM refunds") == "processing"


async def test_the_number_of_an_account_is_kept_nowhere(
    browser: Browser, till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await needs_account(till)
    way = f"/bookings/{till.booking_id}/refund-account"
    await browser.log_in(till.client)
    await browser.open(way)
    bank = next(option["value"] for option in browser.page.all("option") if option["value"])
    await browser.send(way, bank_id=bank, account_number=NUMBER)
    assert NUMBER not in caplog.text
    tables = await till.marketplace.database.pool.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for table in tables:
        query = f"SELECT EXISTS (SELECT FROM {table['relname']} AS t WHERE t::text LIKE '%{NUMBER}%')"
        assert not await till.fetchval(query), table["relname"]


async def test_the_account_of_somebody_elses_refund_is_nobodys_business(
    new_browser: NewBrowser, marketplace: Marketplace, till: Till
) -> None:
    await needs_account(till)
    other = new_browser()
    await other.log_in(await marketplace.client())
    await other.open(f"/bookings/{till.booking_id}/refund-account", status=404)
    await other.open("/payments")
    assert "could not go back" not in other.main


async def refuse_account(till: Till, **fault: Any) -> None:
    """Paystack takes no account, the next time that it is asked."""
    await till.fault(endpoint="retry_refund", status=422, acts=False, **fault)
