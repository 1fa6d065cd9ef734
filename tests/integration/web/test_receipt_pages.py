"""Receipts to read, print and keep, and the client's payments as a table."""

from __future__ import annotations

import csv
import io
import unicodedata
from uuid import uuid4

import pytest
from pypdf import PdfReader

from tests.integration.payments.tills import Till
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import mistakes_in
from tests.marketplace import Marketplace

NAMED_ALOUD = "Adébáyọ̀ Ẹ̀niọlá-Ọ̀ṣun"


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    """A session with a consultant whose name has marks above and below."""
    consultant = await marketplace.consultant()
    await marketplace.database.pool.execute(
        "UPDATE accounts SET first_name = $1, last_name = $2 WHERE id = $3",
        *NAMED_ALOUD.split(),
        consultant.account_id,
    )
    client = await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    return Till(marketplace, client, booking.id, booking.payments[0].reference)


def words_of(pdf: bytes) -> str:
    """All text of a PDF of one page, as people type it."""
    [page] = PdfReader(io.BytesIO(pdf)).pages
    return unicodedata.normalize("NFC", " ".join(page.extract_text().split()))


async def test_a_payment_and_its_refund_have_receipts_to_print(browser: Browser, till: Till) -> None:
    refund_id = await till.send_back(150_000)
    await browser.log_in(till.client)
    await browser.open(f"/bookings/{till.booking_id}")
    hrefs = [link["href"] for link in browser.page.all("a")]
    for path, title, total in (
        (f"/payments/{till.reference}/receipt", "Receipt 1", "₦5,000.00"),
        (f"/refunds/{refund_id}/receipt", "Refund receipt 2", "₦1,500.00"),
    ):
        assert path in hrefs
        await browser.open(path)
        assert mistakes_in(browser.page) == []
        assert [heading.text for heading in browser.page.all("h1")] == [title]
        for words in (total, till.reference, NAMED_ALOUD, "Chidi Number 2, client2@example.com"):
            assert words in browser.main
        assert f"{path}.pdf" in [link["href"] for link in browser.page.all("a")]
    assert "The lights went out." in browser.main
    assert "₦5,000.00, receipt 1" in browser.main


async def test_the_pdf_says_the_same_as_the_page(browser: Browser, till: Till) -> None:
    refund_id = await till.send_back(150_000)
    await browser.log_in(till.client)
    for path in (f"/payments/{till.reference}/receipt", f"/refunds/{refund_id}/receipt"):
        await browser.open(path)
        facts = [cell.text for cell in browser.page.all("dt", "dd")]
        answer = await browser.client.get(f"{path}.pdf")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.headers["cache-control"] == "no-store"
        printed = words_of(answer.content)
        for words in [*facts, browser.page.all("h1")[0].text]:
            assert unicodedata.normalize("NFC", words) in printed
        assert (await browser.client.get(f"{path}.pdf")).content == answer.content


async def test_nobody_else_sees_a_receipt(new_browser: NewBrowser, marketplace: Marketplace, till: Till) -> None:
    refund_id = await till.send_back(150_000)
    other = new_browser()
    await other.log_in(await marketplace.client())
    paths = [
        f"/payments/{till.reference}/receipt",
        f"/payments/{till.reference}/receipt.pdf",
        f"/refunds/{refund_id}/receipt",
        f"/refunds/{refund_id}/receipt.pdf",
        "/payments/imo-nothing/receipt",
        f"/refunds/{uuid4()}/receipt",
        "/payments/%00/receipt",
    ]
    for path in paths:
        await other.open(path, status=404)
    stranger = new_browser()
    await stranger.open(paths[0])
    assert stranger.path == "/login"


async def test_a_payment_without_a_charge_has_no_receipt(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    payment = await marketplace.started_payment(client, booking)
    await browser.log_in(client)
    await browser.open(f"/payments/{payment.reference}/receipt", status=404)
    await browser.open("/payments")
    assert "none" in browser.main


async def test_the_payments_page_links_receipts_and_the_table(browser: Browser, till: Till) -> None:
    refund_id = await till.send_back(150_000)
    await browser.log_in(till.client)
    await browser.open("/payments")
    assert mistakes_in(browser.page) == []
    hrefs = [link["href"] for link in browser.page.all("a")]
    assert f"/payments/{till.reference}/receipt" in hrefs
    assert f"/refunds/{refund_id}/receipt" in hrefs
    assert "/payments.csv" in hrefs


async def test_payments_have_the_zone_of_the_newest_ones_consultant_until_another_is_chosen(
    browser: Browser, till: Till
) -> None:
    await browser.log_in(till.client)
    await browser.open("/payments")
    assert "Times are in Africa/Lagos" in browser.main
    await browser.open("/payments?tz=America/New_York")
    await browser.open("/payments")
    assert "Times are in America/New_York" in browser.main


async def test_the_table_of_payments_does_nothing_when_a_spreadsheet_opens_it(
    browser: Browser, marketplace: Marketplace, till: Till
) -> None:
    await till.send_back(150_050)
    await marketplace.database.pool.execute(
        "UPDATE accounts SET first_name = '=HYPERLINK(\"https://evil.example\")' WHERE role = 'consultant'"
    )
    await browser.log_in(till.client)
    answer = await browser.client.get("/payments.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    [head, row] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert dict(zip(head, row, strict=True)) == {
        "Date (UTC)": row[0],
        "Consultant": '\'=HYPERLINK("https://evil.example") ' + NAMED_ALOUD.split()[1],
        "Session (UTC)": row[2],
        "State": "Partly refunded",
        "Reference": till.reference,
        "Currency": "NGN",
        "Sum": "5000.00",
        "Back": "1500.50",
        "Receipts": "1 2",
    }
    assert row[0].endswith("Z")


async def test_the_table_has_every_payment(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    await marketplace.started_payment(client, booking)
    await marketplace.database.pool.execute(
        "INSERT INTO payments (id, booking_id, reference, amount, currency, customer_email, mode, status, "
        "created_at) "
        "SELECT gen_random_uuid(), booking_id, reference || n, amount, currency, customer_email, mode, 'failed', "
        "created_at - make_interval(secs => n) FROM payments, generate_series(1, 249) n"
    )
    await browser.log_in(client)
    answer = await browser.client.get("/payments.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len({row[4] for row in rows[1:]}) == 250
