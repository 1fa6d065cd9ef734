import json
from typing import Any

import httpx
import pytest

from .sandbox_driver import Json, SandboxDriver, running_sandbox

DAY = 86_400
ANSWER = {
    "resolution": "declined",
    "message": "The session took place",
    "refund_amount": 500_000,
    "uploaded_filename": "proof.pdf",
}
EVIDENCE = {
    "customer_email": "ada@example.com",
    "customer_name": "Ada",
    "customer_phone": "08012345678",
    "service_details": "An hour of advice on 1 March",
}


async def open_dispute(sandbox: SandboxDriver, **complaint: Any) -> Json:
    await sandbox.paid(reference="im-1")
    complaint = {"reference": "im-1"} | complaint
    dispute: Json = (await sandbox.control("POST", "/disputes", json=complaint)).json()
    return dispute


async def fetch(sandbox: SandboxDriver, dispute: Json) -> Json:
    response = await sandbox.call("GET", f"/dispute/{dispute['id']}")
    assert response.status_code == 200, response.text
    data: Json = response.json()["data"]
    return data


async def resolve(sandbox: SandboxDriver, dispute: Json, **answer: Any) -> httpx.Response:
    return await sandbox.call("PUT", f"/dispute/{dispute['id']}/resolve", json=ANSWER | answer)


async def naira(sandbox: SandboxDriver) -> int:
    listed = (await sandbox.call("GET", "/balance")).json()["data"]
    return int(next(row["balance"] for row in listed if row["currency"] == "NGN"))


async def test_a_dispute_is_announced_and_can_be_read_in_every_way() -> None:
    async with running_sandbox() as sandbox:
        opened = await open_dispute(sandbox, amount=200_000, category="fraud")
        await sandbox.run_due()
        fetched = await fetch(sandbox, opened)
        number = fetched["transaction"]["id"]
        listed = (await sandbox.call("GET", "/dispute", params={"transaction": number})).json()
        of_it = (await sandbox.call("GET", f"/dispute/transaction/{number}")).json()["data"]
        other = (await sandbox.call("GET", "/dispute", params={"status": "resolved"})).json()

    assert sandbox.inbox.events == ["charge.success", "charge.dispute.create"]
    event = json.loads(sandbox.inbox.received[-1].content)["data"]
    assert (event["id"], event["transaction"]["reference"]) == (opened["id"], "im-1")
    assert (event["created_at"], event["dueAt"]) == ("2026-03-01T09:15:02.345Z", "2026-03-04T09:15:02.345Z")
    assert "createdAt" not in event
    assert (fetched["status"], fetched["resolution"]) == ("awaiting-merchant-feedback", None)
    assert (fetched["refund_amount"], fetched["category"], fetched["last4"]) == (200_000, "fraud", "4081")
    assert listed["data"] == [fetched]
    assert (of_it["id"], of_it["merchant_transaction_reference"]) == (opened["id"], "im-1")
    assert other["data"] == []


async def test_a_merchant_who_declines_keeps_the_money() -> None:
    async with running_sandbox() as sandbox:
        dispute = await open_dispute(sandbox)
        before = await naira(sandbox)
        evidence = await sandbox.call("POST", f"/dispute/{dispute['id']}/evidence", json=EVIDENCE)
        response = await resolve(sandbox, dispute)
        await sandbox.run_due()
        after = await fetch(sandbox, dispute)
        assert await naira(sandbox) == before
        assert (await sandbox.verify("im-1"))["status"] == "success"

    assert evidence.json()["data"]["dispute"] == dispute["id"]
    assert response.json()["message"] == "Dispute successfully resolved"
    assert response.json()["data"]["message"]["body"] == ANSWER["message"]
    assert (after["status"], after["resolution"]) == ("resolved", "declined")
    assert after["evidence"]["service_details"] == EVIDENCE["service_details"]
    assert [line["status"] for line in after["history"]] == ["awaiting-merchant-feedback", "resolved"]
    assert sandbox.inbox.events[-1] == "charge.dispute.resolve"


@pytest.mark.parametrize(("amount", "status"), [(500_000, "reversed"), (200_000, "success")])
async def test_a_merchant_who_accepts_pays_back_what_was_agreed(amount: int, status: str) -> None:
    async with running_sandbox() as sandbox:
        dispute = await open_dispute(sandbox)
        before = await naira(sandbox)
        await resolve(sandbox, dispute, resolution="merchant-accepted", refund_amount=amount)
        await sandbox.run_due()
        assert await naira(sandbox) == before - amount
        assert (await sandbox.verify("im-1"))["status"] == status
        refund = await sandbox.call("POST", "/refund", json={"transaction": "im-1"})
        again = await resolve(sandbox, dispute)

    event = json.loads(sandbox.inbox.received[-1].content)
    assert (event["event"], event["data"]["resolution"]) == ("charge.dispute.resolve", "merchant-accepted")
    assert event["data"]["transaction"]["status"] == status
    assert refund.status_code == 400
    assert again.json()["message"] == "Dispute has already been resolved"


async def test_a_dispute_without_an_answer_is_reminded_of_and_then_lost() -> None:
    async with running_sandbox() as sandbox:
        dispute = await open_dispute(sandbox, due_in_s=2 * DAY)
        await sandbox.wait_and_run(DAY)
        reminded = await fetch(sandbox, dispute)
        await sandbox.wait_and_run(DAY)
        lost = await fetch(sandbox, dispute)
        assert (await sandbox.verify("im-1"))["status"] == "reversed"

    assert reminded["status"] == "awaiting-merchant-feedback"
    assert (lost["status"], lost["resolution"]) == ("resolved", "auto-accepted")
    assert lost["resolvedAt"] == lost["dueAt"]
    assert sandbox.inbox.events[1:] == [
        "charge.dispute.create",
        "charge.dispute.remind",
        "charge.dispute.resolve",
    ]


async def test_a_developer_decides_where_a_dispute_stands() -> None:
    async with running_sandbox() as sandbox:
        dispute = await open_dispute(sandbox)
        waiting = {"status": "awaiting-bank-feedback"}
        await sandbox.control("PUT", f"/disputes/{dispute['id']}", json=waiting)
        at_the_bank = await fetch(sandbox, dispute)
        await sandbox.wait_and_run(30 * DAY)
        still_there = await fetch(sandbox, dispute)
        await sandbox.control("PUT", f"/disputes/{dispute['id']}", json={"resolution": "auto-accepted"})
        lost = await fetch(sandbox, dispute)
        await sandbox.control("PUT", f"/disputes/{dispute['id']}", json={"resolution": "declined"})
        assert (await sandbox.verify("im-1"))["status"] == "success"

    assert at_the_bank["status"] == still_there["status"] == "awaiting-bank-feedback"
    assert (lost["status"], lost["resolution"]) == ("resolved", "auto-accepted")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"resolution": "perhaps"}, "Invalid resolution: must be one of: merchant-accepted, declined"),
        ({"message": ""}, "message is required"),
        ({"uploaded_filename": None}, "uploaded_filename is required"),
        ({"refund_amount": "1.5"}, '"amount" must be an integer'),
    ],
)
async def test_an_answer_that_says_too_little_is_refused(answer: Json, message: str) -> None:
    async with running_sandbox() as sandbox:
        dispute = await open_dispute(sandbox)
        response = await resolve(sandbox, dispute, **answer)
        assert (await fetch(sandbox, dispute))["status"] == "awaiting-merchant-feedback"

    assert (response.status_code, response.json()["message"]) == (400, message)


async def test_only_what_was_paid_can_be_disputed_and_unknown_disputes_are_not_found() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        refused = await sandbox.client.post("/_sandbox/disputes", json={"reference": "im-1"})
        unknown = [
            await sandbox.call("GET", path)
            for path in ("/dispute/1", "/dispute/x", "/dispute/transaction/1", "/dispute/1/upload_url")
        ]

    assert refused.status_code == 400
    assert [answer.status_code for answer in unknown] == [404] * 4


async def test_evidence_gets_an_address_and_the_amount_can_be_changed() -> None:
    async with running_sandbox() as sandbox:
        dispute = await open_dispute(sandbox)
        path = f"/dispute/{dispute['id']}"
        upload = await sandbox.call("GET", f"{path}/upload_url", params={"upload_filename": "proof.pdf"})
        await sandbox.call("PUT", path, json={"refund_amount": 1_000})
        assert (await fetch(sandbox, dispute))["refund_amount"] == 1_000

    data = upload.json()["data"]
    assert data["fileName"].endswith(".pdf")
    assert data["signedUrl"].endswith(data["fileName"])
