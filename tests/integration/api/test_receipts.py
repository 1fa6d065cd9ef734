"""Receipts and the accounts that refunds go to, by API."""

from __future__ import annotations

import io

import httpx
import pytest
from pypdf import PdfReader

from tests.integration.api.program import Program
from tests.integration.payments.tills import Till
from tests.marketplace import Marketplace


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    return await Till.of_new_booking(marketplace)


async def program(client: httpx.AsyncClient, till: Till) -> Program:
    """A script of the client who paid."""
    return Program(client, await till.marketplace.token(till.client))


async def test_receipts_are_listed_shown_and_printed(client: httpx.AsyncClient, till: Till) -> None:
    refund_id = await till.send_back(150_000)
    payer = await program(client, till)
    listed = await payer.get("/client/receipts")
    assert [(one["number"], one["kind"]) for one in listed["items"]] == [(2, "refund"), (1, "payment")]
    assert listed["next_cursor"] is None
    [refund, payment] = listed["items"]
    assert refund["refund_id"] == str(refund_id)
    assert refund["amount"] == {"amount": 150_000, "currency": "NGN"}
    assert payment["booking_id"] == str(till.booking_id)
    assert await payer.get("/client/receipts/1") == payment
    first = await payer.get("/client/receipts?limit=1")
    assert first["items"] == [refund]
    rest = await payer.get(f"/client/receipts?limit=1&cursor={first['next_cursor']}")
    assert rest["items"] == [payment]
    answer = await payer.call("GET", "/client/receipts/2/pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    [page] = PdfReader(io.BytesIO(answer.content)).pages
    assert "Refund receipt 2" in page.extract_text()


async def test_receipts_of_others_are_not_there(client: httpx.AsyncClient, till: Till) -> None:
    other = Program(client, await till.marketplace.token(await till.marketplace.client()))
    for path in ("/client/receipts/1", "/client/receipts/1/pdf", f"/client/receipts/{10**30}"):
        assert (await other.call("GET", path)).status_code == 404
    assert await other.get("/client/receipts") == {"items": [], "next_cursor": None}
    consultant = Program(client, await till.marketplace.token(await till.marketplace.consultant()))
    assert (await consultant.call("GET", "/client/receipts/1")).status_code == 403
    assert (await Program(client).call("GET", "/client/receipts/1")).status_code == 401


async def test_bookings_and_payments_name_their_receipts(client: httpx.AsyncClient, till: Till) -> None:
    refund_id = await till.send_back(150_000)
    payer = await program(client, till)
    details = await payer.get(f"/client/bookings/{till.booking_id}")
    assert [payment["receipt"] for payment in details["payments"]] == [1]
    assert [refund["receipt"] for refund in details["refunds"]] == [2]
    [payment] = (await payer.get("/client/payments"))["items"]
    assert payment["receipts"] == [
        {"number": 1, "refund_id": None},
        {"number": 2, "refund_id": str(refund_id)},
    ]
    assert payment["refunded"] == {"amount": 150_000, "currency": "NGN"}


async def test_a_refund_goes_to_the_account_that_its_client_names(client: httpx.AsyncClient, till: Till) -> None:
    payer = await program(client, till)
    path = f"/client/bookings/{till.booking_id}/refund-account"
    banks = (await payer.get("/client/refund-banks?currency=NGN"))["items"]
    account = {"bank_id": banks[0]["id"], "account_number": "0001234567"}
    early = await payer.call("POST", path, json=account)
    assert (early.status_code, early.json()["code"]) == (409, "no_refund_account_needed")
    refund_id = await till.owe(150_000)
    await till.send(refund_id)
    await till.say("needs-attention")
    await till.send(refund_id)
    other = Program(client, await till.marketplace.token(await till.marketplace.client()))
    assert (await other.call("POST", path, json=account)).status_code == 404
    wrong = await payer.call("POST", path, json={"bank_id": "nowhere", "account_number": "x"})
    assert wrong.status_code == 422
    assert {error["field"] for error in wrong.json()["errors"]} == {"bank_id", "account_number"}
    details = await payer.post(path, account, status=200)
    assert [refund["status"] for refund in details["refunds"]] == ["processing"]


async def test_banks_are_listed_for_currencies_that_there_are(client: httpx.AsyncClient, till: Till) -> None:
    payer = await program(client, till)
    answer = await payer.call("GET", "/client/refund-banks?currency=XXX")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "currency")
