import json
from typing import Any

import httpx
import pytest

from .sandbox_driver import Json, SandboxDriver, running_sandbox

RECIPIENT = {
    "type": "nuban",
    "name": "Ngozi Eze",
    "account_number": "0123456789",
    "bank_code": "058",
    "currency": "NGN",
}
REFERENCE = "imo-payout-000001"
OPENING = {"opening_balance": {"NGN": 1_000_000}}


async def recipient(sandbox: SandboxDriver, **fields: Any) -> Json:
    response = await sandbox.call("POST", "/transferrecipient", json=RECIPIENT | fields)
    assert response.status_code == 201, response.text
    data: Json = response.json()["data"]
    return data


async def send(sandbox: SandboxDriver, code: str, **fields: Any) -> httpx.Response:
    body = {
        "source": "balance",
        "amount": 200_000,
        "recipient": code,
        "reference": REFERENCE,
        "reason": "Sessions in March",
        "currency": "NGN",
    }
    return await sandbox.call("POST", "/transfer", json=body | fields)


async def sent(sandbox: SandboxDriver, **fields: Any) -> Json:
    response = await send(sandbox, (await recipient(sandbox))["recipient_code"], **fields)
    assert response.status_code == 200, response.text
    data: Json = response.json()["data"]
    return data


async def status_of(sandbox: SandboxDriver, reference: str = REFERENCE) -> str:
    response = await sandbox.call("GET", f"/transfer/verify/{reference}")
    assert response.status_code == 200, response.text
    status: str = response.json()["data"]["status"]
    return status


async def balance(sandbox: SandboxDriver, currency: str = "NGN") -> int:
    listed = (await sandbox.call("GET", "/balance")).json()["data"]
    return int(next(row["balance"] for row in listed if row["currency"] == currency))


async def switch(sandbox: SandboxDriver, **switches: Any) -> None:
    await sandbox.control("PATCH", "/behaviour", json=switches)


async def test_a_transfer_is_pending_and_succeeds_by_itself() -> None:
    async with running_sandbox() as sandbox:
        await switch(sandbox, **OPENING)
        created = await sent(sandbox)
        at_first = await status_of(sandbox)
        await sandbox.wait_and_run(60)
        at_last = (await sandbox.call("GET", f"/transfer/verify/{REFERENCE}")).json()["data"]

    assert created["transfer_code"].startswith("TRF_")
    assert (created["status"], at_first, at_last["status"]) == ("pending", "pending", "success")
    assert isinstance(created["recipient"], int)
    assert at_last["recipient"]["details"]["account_number"] == "0123456789"
    assert at_last["transferred_at"] == "2026-03-01T09:16:02.345Z"
    assert at_last["fee_charged"] == 1_000
    assert sandbox.inbox.events == ["transfer.success"]
    event = json.loads(sandbox.inbox.received[-1].content)["data"]
    assert (event["reference"], event["transfer_code"]) == (REFERENCE, created["transfer_code"])
    assert (event["integration"]["is_live"], event["recipient"]["name"]) == (False, "Ngozi Eze")


@pytest.mark.parametrize(
    ("ending", "events"),
    [
        ("failed", ["transfer.failed"]),
        ("reversed", ["transfer.reversed"]),
        ("abandoned", []),
        ("blocked", []),
        ("rejected", []),
    ],
)
async def test_a_transfer_that_ends_badly_gives_the_money_back(ending: str, events: list[str]) -> None:
    async with running_sandbox() as sandbox:
        await switch(sandbox, transfer_ending=ending, transfer_s=5, **OPENING)
        await sent(sandbox)
        taken = await balance(sandbox)
        await sandbox.wait_and_run(5)
        assert await status_of(sandbox) == ending
        assert await balance(sandbox) == 1_000_000

    assert taken == 1_000_000 - 201_000
    assert sandbox.inbox.events == events


async def test_the_same_reference_never_pays_twice() -> None:
    async with running_sandbox() as sandbox:
        await switch(sandbox, **OPENING)
        created = await sent(sandbox)
        again = await send(sandbox, created_code := (await recipient(sandbox))["recipient_code"], amount=1)
        await switch(sandbox, transfer_ending="failed")
        await sandbox.control("PUT", f"/transfers/{REFERENCE}", json={"status": "failed"})
        after_failure = await send(sandbox, created_code)
        listed = (await sandbox.call("GET", "/transfer")).json()

    for refused in (again, after_failure):
        assert refused.status_code == 400
        assert refused.json()["code"] == "duplicate_transfer_reference"
    assert [row["id"] for row in listed["data"]] == [created["id"]]
    assert listed["meta"]["total"] == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reference": "too-short"}, "Your reference contains illegal special characters"),
        ({"reference": "UPPER-CASE-IS-NOT-ALLOWED"}, "Your reference contains illegal special characters"),
        ({"reference": "a" * 51}, "Your reference contains illegal special characters"),
        ({"recipient": "RCP_nobody"}, "Recipient specified is invalid"),
        ({"amount": 999_001}, "Your balance is not enough to fulfill this request"),
        ({"amount": 0}, "Invalid Amount Sent"),
        ({"source": "pocket"}, "Transfer source is invalid"),
        ({"currency": "GHS"}, "Transfer currency must match the currency of the recipient"),
    ],
)
async def test_a_transfer_that_cannot_be_is_refused_and_takes_nothing(fields: Json, message: str) -> None:
    async with running_sandbox() as sandbox:
        await switch(sandbox, **OPENING)
        code = (await recipient(sandbox))["recipient_code"]
        response = await send(sandbox, code, **fields)
        assert await balance(sandbox) == 1_000_000

    assert (response.status_code, response.json()["message"]) == (400, message)


async def test_a_transfer_waits_for_its_otp_and_is_abandoned_without_one() -> None:
    async with running_sandbox() as sandbox:
        await switch(sandbox, transfer_otp=True, **OPENING)
        code = (await recipient(sandbox))["recipient_code"]
        first = await send(sandbox, code)
        second = await send(sandbox, code, reference="imo-payout-000002")
        finish = {"transfer_code": first.json()["data"]["transfer_code"]}
        wrong = await sandbox.call("POST", "/transfer/finalize_transfer", json=finish | {"otp": "1"})
        right = await sandbox.call("POST", "/transfer/finalize_transfer", json=finish | {"otp": "123456"})
        twice = await sandbox.call("POST", "/transfer/finalize_transfer", json=finish | {"otp": "123456"})
        await sandbox.wait_and_run(60)
        await sandbox.wait_and_run(1740)
        assert await status_of(sandbox) == "success"
        assert await status_of(sandbox, "imo-payout-000002") == "abandoned"

    assert first.json()["message"] == "Transfer requires OTP to continue"
    assert (first.json()["data"]["status"], second.json()["data"]["status"]) == ("otp", "otp")
    assert [answer.status_code for answer in (wrong, right, twice)] == [400, 200, 400]
    assert right.json()["data"]["status"] == "pending"


async def test_the_otp_can_be_switched_on_and_off_by_the_api() -> None:
    async with running_sandbox() as sandbox:
        await switch(sandbox, **OPENING)
        await sandbox.call("POST", "/transfer/enable_otp")
        with_otp = await sent(sandbox)
        resent = await sandbox.call(
            "POST",
            "/transfer/resend_otp",
            json={"transfer_code": with_otp["transfer_code"], "reason": "transfer"},
        )
        await sandbox.call("POST", "/transfer/disable_otp")
        await sandbox.call("POST", "/transfer/disable_otp_finalize", json={"otp": "123456"})
        without = await sent(sandbox, reference="imo-payout-000002")

    assert (with_otp["status"], without["status"]) == ("otp", "pending")
    assert resent.json() == {"status": True, "message": "OTP has been resent"}


async def test_an_unknown_transfer_is_not_found() -> None:
    async with running_sandbox() as sandbox:
        by_reference = await sandbox.call("GET", "/transfer/verify/imo-payout-000009")
        by_code = await sandbox.call("GET", "/transfer/TRF_nothing")
        finish = {"transfer_code": "TRF_nothing", "otp": "123456"}
        finalized = await sandbox.call("POST", "/transfer/finalize_transfer", json=finish)

    assert (by_reference.status_code, by_reference.json()["message"]) == (404, "Transfer not found")
    assert by_code.status_code == 404
    assert (finalized.status_code, finalized.json()["message"]) == (400, "Transfer code is invalid")


async def test_a_transfer_is_found_by_its_id_and_its_code_and_in_the_list() -> None:
    async with running_sandbox() as sandbox:
        await switch(sandbox, **OPENING)
        created = await sent(sandbox)
        by_id = (await sandbox.call("GET", f"/transfer/{created['id']}")).json()["data"]
        by_code = (await sandbox.call("GET", f"/transfer/{created['transfer_code']}")).json()["data"]
        to_it = (await sandbox.call("GET", "/transfer", params={"recipient": created["recipient"]})).json()
        failed = (await sandbox.call("GET", "/transfer", params={"status": "failed"})).json()

    assert by_id == by_code
    assert [row["reference"] for row in to_it["data"]] == [REFERENCE]
    assert failed["data"] == []


async def test_the_same_account_is_the_same_recipient_until_it_is_deleted() -> None:
    async with running_sandbox() as sandbox:
        first = await recipient(sandbox)
        again = await recipient(sandbox, name="Somebody Else")
        other = await recipient(sandbox, account_number="0123456780")
        await sandbox.call("DELETE", f"/transferrecipient/{first['recipient_code']}")
        gone = await sandbox.call("GET", f"/transferrecipient/{first['recipient_code']}")
        refused = await send(sandbox, first["recipient_code"])
        anew = await recipient(sandbox)

    assert again == first
    assert other["id"] != first["id"]
    assert gone.status_code == 404
    assert refused.json()["code"] == "invalid_transfer_recipient"
    assert anew["recipient_code"] != first["recipient_code"]


async def test_recipients_are_read_listed_and_renamed() -> None:
    async with running_sandbox() as sandbox:
        made = await recipient(sandbox, metadata={"consultant": "7"})
        path = f"/transferrecipient/{made['id']}"
        await sandbox.call("PUT", path, json={"name": "Ngozi Eze-Bello"})
        fetched = (await sandbox.call("GET", path)).json()["data"]
        listed = (await sandbox.call("GET", "/transferrecipient")).json()["data"]

    assert (fetched["name"], fetched["metadata"]) == ("Ngozi Eze-Bello", {"consultant": "7"})
    assert [row["recipient_code"] for row in listed] == [made["recipient_code"]]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bank_code": "999"}, "Unknown bank code"),
        ({"account_number": ""}, "Either authorization_code or account_number must be passed."),
        ({"account_number": "0123450404"}, "Cannot resolve account"),
        ({"bank_code": "MTN"}, "Bank is invalid"),
        ({"name": ""}, "name is required"),
    ],
)
async def test_an_account_that_cannot_be_paid_becomes_no_recipient(fields: Json, message: str) -> None:
    async with running_sandbox() as sandbox:
        response = await sandbox.call("POST", "/transferrecipient", json=RECIPIENT | fields)

    assert (response.status_code, response.json()["message"]) == (400, message)


async def test_banks_keep_their_leading_zeros_and_can_be_asked_for_by_country() -> None:
    async with running_sandbox() as sandbox:
        everywhere = (await sandbox.call("GET", "/bank")).json()
        nigerian = (await sandbox.call("GET", "/bank", params={"country": "nigeria"})).json()["data"]
        southern = (await sandbox.call("GET", "/bank", params={"country": "south-africa"})).json()["data"]
        mobile = (await sandbox.call("GET", "/bank", params={"type": "mobile_money"})).json()["data"]
        page = (await sandbox.call("GET", "/bank", params={"use_cursor": "true", "perPage": 2})).json()
        following = {"use_cursor": "true", "perPage": 2, "next": page["meta"]["next"]}
        second = (await sandbox.call("GET", "/bank", params=following)).json()

    codes = {bank["name"]: bank["code"] for bank in everywhere["data"]}
    assert everywhere["message"] == "Banks retrieved"
    assert (codes["Guaranty Trust Bank"], codes["Zenith Bank"], codes["Kuda Bank"]) == ("058", "057", "50211")
    assert "001" not in codes.values()
    assert {bank["currency"] for bank in nigerian} == {"NGN"}
    assert {bank["currency"] for bank in southern} == {"ZAR"}
    assert {bank["code"] for bank in mobile} == {"MTN", "ATL", "VOD", "MPESA"}
    assert [row["id"] for row in (*page["data"], *second["data"])] == [1, 2, 3, 4]


async def resolve(sandbox: SandboxDriver, number: str, bank: str = "058") -> httpx.Response:
    query = {"account_number": number, "bank_code": bank}
    return await sandbox.call("GET", "/bank/resolve", params=query)


async def test_an_account_always_belongs_to_the_same_name() -> None:
    async with running_sandbox() as sandbox:
        first = (await resolve(sandbox, "0123456789")).json()
        again = (await resolve(sandbox, "0123456789")).json()
        test_bank = (await resolve(sandbox, "0000000000", "001")).json()
        made = await recipient(sandbox)

    assert first == again
    assert first["message"] == "Account number resolved"
    assert first["data"]["account_number"] == "0123456789"
    assert made["details"]["account_name"] == first["data"]["account_name"]
    assert test_bank["data"]["account_name"]


@pytest.mark.parametrize(
    ("number", "bank", "status", "message"),
    [
        ("01234abc89", "058", 400, "Account number should be numeric"),
        ("0123456789", "999", 400, "Unknown bank code"),
        ("01234", "058", 422, "Could not resolve account name. Check parameters or try again."),
        ("0123450404", "058", 422, "Could not resolve account name. Check parameters or try again."),
    ],
)
async def test_an_account_that_is_none_cannot_be_resolved(
    number: str, bank: str, status: int, message: str
) -> None:
    async with running_sandbox() as sandbox:
        response = await resolve(sandbox, number, bank)

    assert (response.status_code, response.json()["message"]) == (status, message)


async def test_a_test_key_can_be_held_to_three_real_resolves_a_day() -> None:
    async with running_sandbox() as sandbox:
        await switch(sandbox, limit_resolves=True)
        codes = [(await resolve(sandbox, f"012345678{n}")).status_code for n in range(4)]
        test_bank = await resolve(sandbox, "0000000000", "001")
        sandbox.clock.pass_by(86_400)
        tomorrow = await resolve(sandbox, "0123456789")

    assert codes == [200, 200, 200, 429]
    assert (test_bank.status_code, tomorrow.status_code) == (200, 200)


async def test_the_balance_follows_charges_fees_refunds_and_transfers() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        after_charge = await balance(sandbox)
        await sandbox.call("POST", "/refund", json={"transaction": "im-1", "amount": 100_000})
        after_refund = await balance(sandbox)
        await sent(sandbox, amount=50_000)
        after_transfer = await balance(sandbox)
        ledger = (await sandbox.call("GET", "/balance/ledger")).json()["data"]
        await sandbox.control("PUT", "/transactions/im-1/outcome", json={"status": "failed"})
        after_all = await balance(sandbox)

    assert after_charge == 500_000 - 17_500
    assert after_refund == after_charge - 100_000
    assert after_transfer == after_refund - 51_000
    assert [entry["balance"] for entry in ledger] == [after_transfer, after_refund, after_charge]
    assert [entry["model_responsible"] for entry in ledger] == ["Transfer", "Refund", "Transaction"]
    assert after_all == after_transfer - after_charge


async def bulk(sandbox: SandboxDriver, code: str, *references: str, amount: int = 100_000) -> httpx.Response:
    each = [{"amount": amount, "recipient": code, "reference": reference} for reference in references]
    return await sandbox.call("POST", "/transfer/bulk", json={"source": "balance", "transfers": each})


async def test_many_transfers_are_made_at_once_or_not_at_all() -> None:
    first, second, third = (f"imo-payout-00000{number}" for number in (1, 2, 3))
    async with running_sandbox() as sandbox:
        await switch(sandbox, **OPENING)
        code = (await recipient(sandbox))["recipient_code"]
        made = await bulk(sandbox, code, first, second)
        repeated = await bulk(sandbox, code, second, third)
        too_much = await bulk(sandbox, code, third, "imo-payout-000004", amount=500_000)
        await switch(sandbox, transfer_otp=True)
        with_otp = await bulk(sandbox, code, third)
        listed = (await sandbox.call("GET", "/transfer")).json()["data"]

    assert made.json()["message"] == "2 transfers queued."
    assert [row["recipient"] for row in made.json()["data"]] == [code, code]
    assert (repeated.status_code, repeated.json()["message"]) == (404, f"Duplicate reference(s) found: {second}")
    assert too_much.json()["message"] == "Your balance is not enough to fulfill this request"
    assert with_otp.json()["message"] == "You need to disable the OTP requirement to use this feature."
    assert [row["reference"] for row in listed] == [second, first]
