from typing import Any

import httpx
import pytest

from .sandbox_driver import Json, SandboxDriver, running_sandbox

CREATED_KEYS = [
    "transaction",
    "integration",
    "deducted_amount",
    "channel",
    "merchant_note",
    "customer_note",
    "status",
    "refunded_by",
    "expected_at",
    "currency",
    "domain",
    "amount",
    "fully_deducted",
    "id",
    "createdAt",
    "updatedAt",
]
READ_KEYS = [
    "integration",
    "transaction",
    "dispute",
    "settlement",
    "id",
    "domain",
    "currency",
    "amount",
    "status",
    "refunded_at",
    "refunded_by",
    "customer_note",
    "merchant_note",
    "deducted_amount",
    "fully_deducted",
    "createdAt",
    "bank_reference",
    "transaction_reference",
    "reason",
    "customer",
    "refund_type",
    "transaction_amount",
    "initiated_by",
    "refund_channel",
    "session_id",
    "collect_account_number",
]


async def refund(sandbox: SandboxDriver, **body: Any) -> httpx.Response:
    return await sandbox.call("POST", "/refund", json=body)


async def statuses(sandbox: SandboxDriver, refund_id: int, reference: str) -> tuple[str, str]:
    found = (await sandbox.call("GET", f"/refund/{refund_id}")).json()["data"]
    return found["status"], (await sandbox.verify(reference))["status"]


async def test_a_refund_of_everything_is_queued_with_every_key() -> None:
    async with running_sandbox() as sandbox:
        paid = await sandbox.paid(reference="im-1")
        response = await refund(sandbox, transaction="im-1")

    body = response.json()
    data = body["data"]
    assert response.status_code == 200
    assert body["message"] == "Refund has been queued for processing"
    assert sorted(data) == sorted(CREATED_KEYS)
    assert (data["status"], data["amount"], data["currency"]) == ("pending", 500_000, "NGN")
    assert data["customer_note"] == "Refund for transaction im-1"
    assert data["merchant_note"] == "Refund for transaction im-1 by owner@example.com"
    assert data["createdAt"] == "2026-03-01T09:15:02.345Z"
    assert (data["transaction"]["id"], data["transaction"]["reference"]) == (paid["id"], "im-1")


async def test_a_full_refund_runs_to_its_end_by_itself() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        created = (await refund(sandbox, transaction="im-1")).json()["data"]
        assert await statuses(sandbox, created["id"], "im-1") == ("pending", "reversal-pending")
        await sandbox.wait_and_run(600)
        assert await statuses(sandbox, created["id"], "im-1") == ("processing", "reversal-pending")
        await sandbox.wait_and_run(3600)
        assert await statuses(sandbox, created["id"], "im-1") == ("processed", "reversed")

    assert sandbox.inbox.events == [
        "charge.success",
        "refund.pending",
        "refund.processing",
        "refund.processed",
    ]


@pytest.mark.parametrize(
    ("card", "ending", "transaction_status"),
    [
        ("4084080000671803", "failed", "success"),
        ("4084080000671902", "needs-attention", "reversal-pending"),
    ],
)
async def test_two_test_cards_end_their_refunds_badly(card: str, ending: str, transaction_status: str) -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.press_card(opened, card)
        created = (await refund(sandbox, transaction="im-1")).json()["data"]
        await sandbox.wait_and_run(600)
        await sandbox.wait_and_run(3600)
        assert await statuses(sandbox, created["id"], "im-1") == (ending, transaction_status)

    event = httpx.Response(200, content=sandbox.inbox.received[-1].content).json()
    assert event["event"] == f"refund.{ending}"
    assert event["data"]["amount"] == 500_000
    assert event["data"].get("id") == (str(created["id"]) if ending == "needs-attention" else None)


async def test_refund_events_carry_no_id_and_the_amount_as_text() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        await refund(sandbox, transaction="im-1", amount=20_000)
        await sandbox.run_due()

    data = httpx.Response(200, content=sandbox.inbox.received[-1].content).json()["data"]
    assert set(data) == {
        "status",
        "transaction_reference",
        "refund_reference",
        "amount",
        "currency",
        "processor",
        "customer",
        "integration",
        "domain",
    }
    assert (data["amount"], data["transaction_reference"], data["refund_reference"]) == (
        "20000",
        "im-1",
        None,
    )
    assert data["customer"] == {"first_name": "", "last_name": "", "email": "ada@example.com"}


async def test_partial_refunds_add_up_to_what_was_paid_and_no_further() -> None:
    async with running_sandbox() as sandbox:
        paid = await sandbox.paid(reference="im-1")
        first = (await refund(sandbox, transaction="im-1", amount=200_000)).json()["data"]
        rest_by_default = await refund(sandbox, transaction="im-1")
        too_much = await refund(sandbox, transaction=paid["id"], amount=300_001)
        second = (await refund(sandbox, transaction=paid["id"], amount=300_000)).json()["data"]
        nothing_left = await refund(sandbox, transaction="im-1", amount=1)

    assert first["id"] != second["id"]
    assert (first["fully_deducted"], second["fully_deducted"]) == (False, True)
    for refused in (rest_by_default, too_much):
        assert refused.status_code == 400
        assert refused.json()["message"] == "Total refund amount cannot exceed original transaction amount"
    assert nothing_left.status_code == 400
    assert nothing_left.json()["message"] == "Transaction has been fully reversed"
    assert (nothing_left.json()["type"], nothing_left.json()["code"]) == ("api_error", "transaction_reversed")


async def test_asking_twice_for_the_same_partial_refund_pays_it_twice() -> None:
    async with running_sandbox() as sandbox:
        paid = await sandbox.paid(reference="im-1")
        for _ in range(2):
            await refund(sandbox, transaction="im-1", amount=100_000)
        page = (await sandbox.call("GET", "/refund", params={"transaction": paid["id"]})).json()

    assert [row["amount"] for row in page["data"]] == [100_000, 100_000]


async def test_a_failed_refund_can_be_asked_for_again() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        created = (await refund(sandbox, transaction="im-1")).json()["data"]
        await sandbox.control("PUT", f"/refunds/{created['id']}", json={"status": "failed"})
        assert (await sandbox.verify("im-1"))["status"] == "success"
        assert (await refund(sandbox, transaction="im-1")).status_code == 200


@pytest.mark.parametrize("status", ["success", "reversed", "reversal-pending"])
async def test_the_status_after_a_partial_refund_is_a_switch(status: str) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"status_after_partial_refund": status})
        await sandbox.paid(reference="im-1")
        created = (await refund(sandbox, transaction="im-1", amount=100_000)).json()["data"]
        await sandbox.control("PUT", f"/refunds/{created['id']}", json={"status": "processed"})
        assert await statuses(sandbox, created["id"], "im-1") == ("processed", status)


@pytest.mark.parametrize(
    ("body", "status_code", "message"),
    [
        ({}, 400, "Transaction is required"),
        ({"transaction": "im-none"}, 404, "Transaction not found"),
        ({"transaction": "im-unpaid"}, 400, "Transaction has not been paid"),
        ({"transaction": "im-1", "amount": 1.5}, 400, '"amount" must be an integer'),
        ({"transaction": "im-1", "amount": 0}, 400, "Invalid Amount Sent"),
        ({"transaction": "im-1", "currency": "GHS"}, 400, "Transaction currency must match refund currency"),
    ],
)
async def test_a_refund_that_cannot_be_is_refused(body: Json, status_code: int, message: str) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        await sandbox.initialize(reference="im-unpaid")
        response = await refund(sandbox, **body)

    assert (response.status_code, response.json()["message"]) == (status_code, message)


async def test_small_refunds_are_refused_where_a_minimum_is_known() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1", currency="GHS")
        response = await refund(sandbox, transaction="im-1", amount=99)

    assert response.status_code == 400
    assert response.json()["message"].endswith("GHS1.00")


async def test_refunds_are_read_by_their_id_and_listed_by_the_transactions_number() -> None:
    async with running_sandbox() as sandbox:
        paid = await sandbox.paid(reference="im-1")
        await sandbox.paid(reference="im-2")
        note = {"merchant_note": "refund 7f3", "customer_note": "Sorry"}
        created = (await refund(sandbox, transaction="im-1", amount=100_000, **note)).json()["data"]
        await refund(sandbox, transaction="im-2")
        fetched = (await sandbox.call("GET", f"/refund/{created['id']}")).json()
        listed = (await sandbox.call("GET", "/refund", params={"transaction": paid["id"]})).json()
        by_reference = (await sandbox.call("GET", "/refund", params={"transaction": "im-1"})).json()
        unknown = await sandbox.call("GET", "/refund/99")

    assert fetched["message"] == "Refund retrieved"
    assert set(READ_KEYS) <= set(fetched["data"])
    assert fetched["data"]["transaction"] == paid["id"]
    assert (fetched["data"]["merchant_note"], fetched["data"]["customer_note"]) == ("refund 7f3", "Sorry")
    assert listed["message"] == "Refunds retrieved"
    assert listed["data"] == [fetched["data"]]
    assert listed["meta"] == {
        "total": 1,
        "skipped": 0,
        "perPage": "50",
        "page": 1,
        "pageCount": 1,
        "failedRefundCount": 0,
    }
    assert by_reference["data"] == []
    assert unknown.status_code == 404


async def needing_attention(sandbox: SandboxDriver) -> Json:
    opened = await sandbox.initialize(reference="im-1")
    await sandbox.press_card(opened, "4084080000671902")
    created: Json = (await refund(sandbox, transaction="im-1", amount=200_000)).json()["data"]
    await sandbox.wait_and_run(600)
    await sandbox.wait_and_run(3600)
    return created


async def retry(sandbox: SandboxDriver, refund_id: int, **details: str) -> httpx.Response:
    bank = (await sandbox.call("GET", "/bank", params={"country": "nigeria"})).json()["data"][8]
    account = {"currency": "NGN", "account_number": "0123456789", "bank_id": str(bank["id"])}
    body = {"refund_account_details": account | details}
    return await sandbox.call("POST", f"/refund/retry_with_customer_details/{refund_id}", json=body)


async def test_a_refund_that_needs_attention_goes_to_the_customers_bank_account() -> None:
    async with running_sandbox() as sandbox:
        created = await needing_attention(sandbox)
        response = await retry(sandbox, created["id"])
        assert await statuses(sandbox, created["id"], "im-1") == ("processing", "reversal-pending")
        again = await retry(sandbox, created["id"])
        await sandbox.wait_and_run(3600)
        assert await statuses(sandbox, created["id"], "im-1") == ("processed", "success")

    body = response.json()
    assert (response.status_code, body["data"]["status"]) == (200, "processing")
    assert body["message"] == "Refund retried and has been queued for processing"
    assert again.status_code == 422
    assert again.json()["message"] == 'Invalid Refund state, refund status should be "needs-attention"'
    assert sandbox.inbox.events == [
        "charge.success",
        *("refund.pending", "refund.processing", "refund.needs-attention"),
        *("refund.processing", "refund.processed"),
    ]


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({"bank_id": "9999"}, "Bank is invalid"),
        ({"currency": "GHS"}, "Bank is invalid"),
        ({"account_number": "0123450404"}, "Cannot resolve account"),
        ({"account_number": ""}, "refund_account_details is required"),
    ],
)
async def test_a_refund_is_not_retried_to_an_account_that_is_none(details: Json, message: str) -> None:
    async with running_sandbox() as sandbox:
        created = await needing_attention(sandbox)
        response = await retry(sandbox, created["id"], **details)
        assert await statuses(sandbox, created["id"], "im-1") == ("needs-attention", "reversal-pending")

    assert (response.status_code, response.json()["message"]) == (400, message)


async def test_refunds_can_be_made_to_need_the_balance() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"refunds_need_balance": True})
        await sandbox.paid(reference="im-1")
        too_much = await refund(sandbox, transaction="im-1")
        enough = await refund(sandbox, transaction="im-1", amount=482_500)

    assert too_much.status_code == 400
    assert too_much.json()["message"] == "Insufficient balance to fulfill this refund. Please top up."
    assert enough.status_code == 200


@pytest.mark.parametrize("ending", ["failed", "needs-attention"])
async def test_how_refunds_end_is_a_switch_for_every_card(ending: str) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"refund_ending": ending})
        await sandbox.paid(reference="im-1")
        created = (await refund(sandbox, transaction="im-1")).json()["data"]
        await sandbox.wait_and_run(600)
        await sandbox.wait_and_run(3600)
        assert (await statuses(sandbox, created["id"], "im-1"))[0] == ending


async def test_the_smallest_refund_is_a_switch() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"smallest_refund": {"NGN": 5_000}})
        await sandbox.paid(reference="im-1")
        small = await refund(sandbox, transaction="im-1", amount=4_999)
        smallest = await refund(sandbox, transaction="im-1", amount=5_000)

    assert small.json()["message"].endswith("NGN50.00")
    assert smallest.status_code == 200
