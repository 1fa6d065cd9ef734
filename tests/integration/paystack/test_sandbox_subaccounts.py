import json
from typing import Any

import httpx
import pytest

from .sandbox_driver import Json, SandboxDriver, running_sandbox

SUBACCOUNT = {
    "business_name": "Ngozi Eze",
    "settlement_bank": "058",
    "account_number": "0123456789",
    "percentage_charge": 15,
}
FEE = 17_500


async def subaccount(sandbox: SandboxDriver, **fields: Any) -> str:
    response = await sandbox.call("POST", "/subaccount", json=SUBACCOUNT | fields)
    assert response.status_code == 201, response.text
    code: str = response.json()["data"]["subaccount_code"]
    return code


async def group(sandbox: SandboxDriver, shares: dict[str, int], **fields: Any) -> httpx.Response:
    members = [{"subaccount": code, "share": share} for code, share in shares.items()]
    body = {"name": "Both", "type": "percentage", "currency": "NGN", "subaccounts": members}
    return await sandbox.call("POST", "/split", json=body | fields)


async def naira(sandbox: SandboxDriver) -> int:
    listed = (await sandbox.call("GET", "/balance")).json()["data"]
    return int(next(row["balance"] for row in listed if row["currency"] == "NGN"))


@pytest.mark.parametrize(
    ("charge", "wish", "to_them", "to_us"),
    [
        (15, {}, 425_000, 75_000 - FEE),
        (15, {"bearer": "subaccount"}, 425_000 - FEE, 75_000),
        (15, {"transaction_charge": 100_000}, 400_000, 100_000 - FEE),
        (0, {}, 500_000 - FEE, 0),
    ],
)
async def test_a_subaccount_gets_its_part_of_a_charge(charge: int, wish: Json, to_them: int, to_us: int) -> None:
    async with running_sandbox() as sandbox:
        code = await subaccount(sandbox, percentage_charge=charge)
        paid = await sandbox.paid(reference="im-1", subaccount=code, **wish)
        await sandbox.run_due()
        assert await naira(sandbox) == to_us

    assert paid["amount"] == 500_000
    assert paid["subaccount"]["subaccount_code"] == code
    assert (paid["fees_split"]["subaccount"], paid["fees_split"]["integration"]) == (to_them, to_us)
    event = json.loads(sandbox.inbox.received[-1].content)["data"]
    assert event["fees_split"] == paid["fees_split"]


@pytest.mark.parametrize(
    ("wish", "amounts", "to_us"),
    [
        ({"bearer_type": "account"}, [100_000, 150_000], 250_000 - FEE),
        ({"bearer_type": "all"}, [100_000 - FEE // 3, 150_000 - FEE // 3], 250_000 - FEE + 2 * (FEE // 3)),
        ({"bearer_type": "all-proportional"}, [96_500, 144_750], 250_000 - 8_750),
    ],
)
async def test_a_group_shares_a_charge_and_its_fee(wish: Json, amounts: list[int], to_us: int) -> None:
    async with running_sandbox() as sandbox:
        first = await subaccount(sandbox)
        second = await subaccount(sandbox, account_number="0123456780")
        split = (await group(sandbox, {first: 20, second: 30}, **wish)).json()["data"]
        paid = await sandbox.paid(reference="im-1", split_code=split["split_code"])
        fetched = (await sandbox.call("GET", f"/split/{split['id']}")).json()["data"]
        assert await naira(sandbox) == to_us

    shares = paid["split"]["shares"]
    assert [part["amount"] for part in shares["subaccounts"]] == amounts
    assert shares["paystack"] + shares["integration"] + sum(amounts) == paid["amount"]
    assert shares["integration"] == to_us
    assert fetched == split


async def test_subaccounts_and_groups_are_listed() -> None:
    async with running_sandbox() as sandbox:
        code = await subaccount(sandbox)
        await group(sandbox, {code: 20})
        subaccounts = (await sandbox.call("GET", "/subaccount")).json()["data"]
        fetched = (await sandbox.call("GET", f"/subaccount/{code}")).json()["data"]
        splits = (await sandbox.call("GET", "/split")).json()["data"]

    assert [row["subaccount_code"] for row in subaccounts] == [code] == [fetched["subaccount_code"]]
    assert (fetched["settlement_bank"], fetched["percentage_charge"]) == ("Guaranty Trust Bank", 15)
    assert splits[0]["subaccounts"][0]["share"] == 20


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"account_number": None}, "account_number is required"),
        ({"account_number": "12345"}, "Account number must be at least 6 digits in length"),
        ({"settlement_bank": "999"}, "Bank code is invalid"),
        ({"percentage_charge": "some"}, "percentage_charge must be a number"),
    ],
)
async def test_a_subaccount_that_cannot_be_is_refused(fields: Json, message: str) -> None:
    async with running_sandbox() as sandbox:
        response = await sandbox.call("POST", "/subaccount", json=SUBACCOUNT | fields)

    assert (response.status_code, response.json()["message"]) == (400, message)


async def test_a_group_or_a_charge_that_cannot_be_shared_is_refused() -> None:
    async with running_sandbox() as sandbox:
        code = await subaccount(sandbox)
        bearer = await group(sandbox, {code: 20}, bearer_type="nobody")
        too_much = await group(sandbox, {code: 101})
        stranger = await group(sandbox, {"ACCT_nobody": 20})
        flat = (await group(sandbox, {code: 600_000}, type="flat")).json()["data"]["split_code"]
        body = {"email": "ada@example.com", "amount": 500_000, "currency": "NGN", "split_code": flat}
        charge = await sandbox.call("POST", "/transaction/initialize", json=body)

    assert bearer.json()["message"] == (
        "Invalid bearer type : must be one of: subaccount, account, all-proportional or all"
    )
    assert (stranger.status_code, stranger.json()["message"]) == (404, "Subaccount not found")
    assert [answer.status_code for answer in (bearer, too_much, charge)] == [400] * 3
