"""Forms that are sent twice, by browsers without scripts: a double press, a reload after a lost answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from application.accounts.callers import Caller
from application.fault_points import FaultPoint, set_trap
from domain.availability import Slot
from interfaces.web import repeated_forms
from interfaces.web.pages import TEMPLATES
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

KEY = "idempotency_key"
PREVIEWS = {"consultant/pattern.html", "consultant/tools.html"}
OF_NOBODY = {
    "account/login.html",
    "account/recover.html",
    "account/recover_answer.html",
    "account/recover_password.html",
    "account/register.html",
    "book.html",
}
WITH_A_SECRET = {
    "account/calendar_feed.html",
    "account/data.html",
    "account/delete.html",
    "account/password.html",
    "account/question_switch.html",
    "account/recovery_codes.html",
    "account/security_question.html",
    "account/tokens.html",
    "account/webhook.html",
    "account/webhooks.html",
    "consultant/payout_account.html",
    "refund_account.html",
}
SET_AGAIN_WITH_EASE = {
    "account/account.html",
    "account/picture.html",
    "account/preferences.html",
    "account/sessions.html",
    "components/consultant_booking.html",
    "components/slot_picker.html",
    "consultant/payouts.html",
    "consultant/profile.html",
    "consultant/services.html",
    "layout.html",
    "notifications.html",
    "waiting.html",
}
WITH_ITS_OWN_KEY = {"account/resume.html", "sent_already.html"}
MEETING_LINK = "/meeting-link"


@pytest.fixture
def no_trap() -> Iterator[None]:
    """Whatever a test sets is gone afterwards."""
    yield
    set_trap(None)


async def _book_page(browser: Browser, marketplace: Marketplace) -> tuple[Caller, Slot, dict[str, str]]:
    """Somebody before a filled-in form."""
    slot = await marketplace.slot(await marketplace.consultant(), capacity=5)
    client = await marketplace.client()
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    form = fields_of(browser.form(f"/book/{slot.id}")) | {"reason_for_session": "A lease"}
    return client, slot, form


async def _post(browser: Browser, path: str, form: dict[str, str]) -> httpx.Response:
    return await browser.client.post(path, data=form, headers=OWN_PAGE)


async def _bookings(marketplace: Marketplace) -> int:
    count: int = await marketplace.database.pool.fetchval("SELECT count(*) FROM bookings")
    return count


async def test_presses_at_once_take_one_seat_and_lead_to_it(browser: Browser, marketplace: Marketplace) -> None:
    _, slot, form = await _book_page(browser, marketplace)
    answers = await asyncio.gather(*(_post(browser, f"/book/{slot.id}", form) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {303}
    [address] = {answer.headers["location"] for answer in answers}
    assert address.endswith("/pay")
    assert await _bookings(marketplace) == 1


async def test_two_presses_at_once_begin_one_payment(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    await browser.log_in(client)
    pay = f"/bookings/{booking.id}/pay"
    await browser.open(pay)
    form = fields_of(browser.form(pay))
    answers = await asyncio.gather(*(_post(browser, pay, form) for _ in range(3)))
    [address] = {answer.headers["location"] for answer in answers}
    assert address.startswith("http://paystack.test/")
    assert len((await marketplace.details(client, booking.id)).payments) == 1


async def test_a_closed_checkout_is_not_opened_again_by_the_same_form(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    await browser.log_in(client)
    pay = f"/bookings/{booking.id}/pay"
    await browser.open(pay)
    form = fields_of(browser.form(pay))
    first = await _post(browser, pay, form)
    [attempt] = (await marketplace.details(client, booking.id)).payments
    await marketplace.pay(attempt.reference, status="failed")
    await marketplace.product.settle_payment(attempt.reference)
    second = await _post(browser, pay, form)
    assert second.headers["location"] != first.headers["location"]


async def test_a_reload_after_a_lost_answer_says_what_the_first_one_said(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(await marketplace.consultant()))
    await browser.log_in(client)
    cancel = f"/bookings/{booking.id}/cancel"
    await browser.open(cancel)
    form = fields_of(browser.form(cancel))
    told = []
    for _ in range(2):
        browser.answer = await browser.client.post(cancel, data=form, headers=OWN_PAGE, follow_redirects=True)
        [flash] = [block.text for block in browser.page.all("div") if block["data-flash"]]
        told.append(flash)
    assert told[0] == told[1]
    assert [step.status for step in (await marketplace.details(client, booking.id)).history].count(
        "cancelled"
    ) == 1


async def test_a_reload_after_the_server_died_leads_to_the_seat(
    browser: Browser, marketplace: Marketplace, no_trap: None
) -> None:
    _, slot, form = await _book_page(browser, marketplace)

    async def die(point: FaultPoint) -> None:
        if point is FaultPoint.IDEM_BEFORE_STORE:
            set_trap(None)
            raise RuntimeError("the process is gone")

    set_trap(die)
    assert (await _post(browser, f"/book/{slot.id}", form)).status_code == 500
    await marketplace.database.pool.execute("UPDATE idempotency_keys SET locked_until = clock_timestamp()")
    answer = await _post(browser, f"/book/{slot.id}", form)
    [booking_id] = [row["id"] for row in await marketplace.database.pool.fetch("SELECT id FROM bookings")]
    assert answer.headers["location"] == f"/bookings/{booking_id}/pay"


async def test_a_press_that_takes_long_is_told_so_and_can_be_looked_after(
    browser: Browser, marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, slot, form = await _book_page(browser, marketplace)
    monkeypatch.setattr(repeated_forms, "MOST_LOOKS", 2)
    book = f"/book/{slot.id}"
    first = await _post(browser, book, form)
    pool = marketplace.database.pool
    [kept] = await pool.fetch("SELECT status, headers, body FROM idempotency_keys")
    await pool.execute(
        "UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL, "
        "locked_until = clock_timestamp() + interval '1 minute'"
    )
    browser.answer = await _post(browser, book, form)
    assert browser.answer.status_code == 409
    assert "We are still at it" in browser.main
    assert mistakes_in(browser.page) == []
    await pool.execute(
        "UPDATE idempotency_keys SET locked_until = NULL, status = $1, headers = $2, body = $3", *kept
    )
    await browser.send(book, status=303, follow=False)
    assert browser.answer.headers["location"] == first.headers["location"]
    assert await _bookings(marketplace) == 1


async def test_a_form_that_was_changed_and_sent_again_keeps_what_was_typed(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open("/consultant/services/new")
    new = "/consultant/services/new"
    typed = {"name": "First talk", "price": "0", "length_minutes": "60", "max_slots": "1"}
    form = fields_of(browser.form(new)) | typed
    assert (await _post(browser, new, form)).status_code == 303
    browser.answer = await _post(browser, new, form | {"name": "Second talk", "description": 'a "quote"'})
    assert browser.answer.status_code == 422
    assert "You sent this form before" in browser.main
    assert mistakes_in(browser.page) == []
    names = "SELECT name FROM services ORDER BY name"
    assert [row["name"] for row in await marketplace.database.pool.fetch(names)] == ["First talk"]
    await browser.send(new)
    assert "You offer “Second talk” now." in browser.main
    rows = await marketplace.database.pool.fetch("SELECT name, description FROM services ORDER BY name")
    assert [tuple(row) for row in rows] == [("First talk", ""), ("Second talk", 'a "quote"')]


async def test_a_form_with_mistakes_can_be_mended(browser: Browser, marketplace: Marketplace) -> None:
    _, slot, form = await _book_page(browser, marketplace)
    assert (await _post(browser, f"/book/{slot.id}", form | {"reason_for_session": " "})).status_code == 422
    assert (await _post(browser, f"/book/{slot.id}", form)).status_code == 303


async def test_rows_are_added_once_even_when_the_server_died(
    browser: Browser, marketplace: Marketplace, no_trap: None
) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open("/consultant/availability")
    form = fields_of(browser.form("/consultant/availability"))
    prefix = next(name.rpartition(".")[0] for name in form if name.endswith(".starts_on"))
    day_after_tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
    day = {f"{prefix}.starts_on": day_after_tomorrow, f"{prefix}.starts_at": "09:00", f"{prefix}.ends_at": "10:00"}

    async def die(point: FaultPoint) -> None:
        if point is FaultPoint.IDEM_BEFORE_STORE:
            set_trap(None)
            raise RuntimeError("the process is gone")

    set_trap(die)
    assert (await _post(browser, "/consultant/availability", form | day)).status_code == 500
    await marketplace.database.pool.execute("UPDATE idempotency_keys SET locked_until = clock_timestamp()")
    answer = await _post(browser, "/consultant/availability", form | day)
    assert answer.status_code == 303, answer.text
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM slots") == 1


@pytest.mark.parametrize("key", ["short", "x" * 300, "with a space in it"])
async def test_a_key_of_somebody_elses_making_is_no_form_of_ours(
    browser: Browser, marketplace: Marketplace, key: str
) -> None:
    _, slot, form = await _book_page(browser, marketplace)
    assert (await _post(browser, f"/book/{slot.id}", form | {KEY: key})).status_code == 400
    assert await _bookings(marketplace) == 0


async def test_each_page_has_a_key_of_its_own(browser: Browser, marketplace: Marketplace) -> None:
    _, slot, form = await _book_page(browser, marketplace)
    await browser.open(f"/book/{slot.id}")
    assert fields_of(browser.form(f"/book/{slot.id}"))[KEY] != form[KEY]


def test_every_form_that_charges_or_creates_is_sent_once() -> None:
    """All but previews, those of people without an account, those with a secret, and those that only say how
    something shall be: whoever sends these again means it.
    """
    without = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL)
        if "once()" not in form and MEETING_LINK not in form
    }
    assert without == PREVIEWS | OF_NOBODY | WITH_A_SECRET | SET_AGAIN_WITH_EASE | WITH_ITS_OWN_KEY
