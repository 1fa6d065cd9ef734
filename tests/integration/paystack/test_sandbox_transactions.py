from pathlib import Path
from typing import Any

import pytest

from infrastructure.paystack.sandbox.fees import transaction_fee

from .sandbox_driver import SECRET_KEY, Json, StandingClock, running_sandbox

VERIFY_KEYS = [
    "id",
    "domain",
    "status",
    "reference",
    "receipt_number",
    "amount",
    "message",
    "gateway_response",
    "paid_at",
    "created_at",
    "channel",
    "currency",
    "ip_address",
    "metadata",
    "log",
    "fees",
    "fees_split",
    "authorization",
    "customer",
    "plan",
    "split",
    "order_id",
    "paidAt",
    "createdAt",
    "requested_amount",
    "pos_transaction_data",
    "source",
    "fees_breakdown",
    "connect",
    "transaction_date",
    "plan_object",
    "subaccount",
]
LIST_KEYS = [
    "id",
    "domain",
    "status",
    "reference",
    "amount",
    "message",
    "gateway_response",
    "paid_at",
    "created_at",
    "channel",
    "currency",
    "ip_address",
    "metadata",
    "log",
    "fees",
    "fees_split",
    "customer",
    "authorization",
    "plan",
    "split",
    "subaccount",
    "order_id",
    "paidAt",
    "createdAt",
    "requested_amount",
    "source",
    "connect",
    "pos_transaction_data",
]
BODY: Json = {"email": "ada@example.com", "amount": 500_000, "currency": "NGN"}


async def test_initialize_answers_with_address_access_code_and_reference() -> None:
    async with running_sandbox() as sandbox:
        response = await sandbox.call("POST", "/transaction/initialize", json=BODY | {"reference": "im-1"})

    body = response.json()
    assert response.status_code == 200
    assert (body["status"], body["message"]) == (True, "Authorization URL created")
    assert set(body["data"]) == {"authorization_url", "access_code", "reference"}
    assert body["data"]["reference"] == "im-1"
    assert body["data"]["authorization_url"] == f"http://sandbox.test/checkout/{body['data']['access_code']}"


async def test_a_reference_is_made_up_when_none_is_sent() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize()
        assert (await sandbox.verify(opened["reference"]))["status"] == "abandoned"


async def test_a_form_body_is_as_good_as_json() -> None:
    async with running_sandbox() as sandbox:
        response = await sandbox.call(
            "POST", "/transaction/initialize", data={"email": "ada@example.com", "amount": "500000"}
        )
        assert response.status_code == 200
        assert (await sandbox.verify(response.json()["data"]["reference"]))["amount"] == 500_000


async def test_an_unpaid_transaction_verifies_as_abandoned_with_every_key() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        data = await sandbox.verify("im-1")

    assert sorted(data) == sorted(VERIFY_KEYS)
    assert data["status"] == "abandoned"
    assert data["domain"] == "test"
    assert data["id"] > 2**31
    assert data["gateway_response"] == "The transaction was not completed"
    assert data["created_at"] == data["createdAt"] == data["transaction_date"] == "2026-03-01T09:15:02.000Z"
    assert (data["paid_at"], data["paidAt"], data["fees"], data["log"], data["plan"]) == (None,) * 5
    assert (data["authorization"], data["metadata"], data["channel"]) == ({}, "", "card")
    assert data["customer"]["email"] == "ada@example.com"
    assert data["amount"] == data["requested_amount"] == 500_000


@pytest.mark.parametrize(
    ("fields", "message", "code"),
    [
        ({"email": None}, "Email Address is required", "missing_params"),
        ({"email": ""}, "Email Address is required", "missing_params"),
        ({"email": "ada"}, "Invalid Email Address Passed", "invalid_email_address"),
        ({"email": "ada@laptop.local"}, "Invalid Email Address Passed", "invalid_email_address"),
        ({"amount": None}, "Amount is required", "missing_params"),
        ({"amount": 100.5}, '"amount" must be an integer', "invalid_amount"),
        ({"amount": "100.50"}, '"amount" must be an integer', "invalid_amount"),
        ({"amount": True}, '"amount" must be an integer', "invalid_amount"),
        ({"amount": 0}, "Invalid Amount Sent", "invalid_amount"),
        ({"amount": -5}, "Invalid Amount Sent", "invalid_amount"),
        ({"amount": 1_000_000_001}, "Transaction amount limit exceeded", "invalid_amount"),
        ({"currency": "EUR"}, "Currency not supported by merchant", "unsupported_currency"),
        ({"reference": "im/1"}, "Invalid character in transaction reference", "invalid_params"),
    ],
)
async def test_initialize_refuses_what_paystack_refuses(fields: Json, message: str, code: str) -> None:
    async with running_sandbox(strict=False) as sandbox:
        response = await sandbox.call("POST", "/transaction/initialize", json=BODY | fields)

    body = response.json()
    assert response.status_code == 400
    assert body["status"] is False
    assert (body["message"], body["code"], body["type"]) == (message, code, "validation_error")
    assert body["meta"]["nextStep"]


@pytest.mark.parametrize(
    "fields",
    [{"reference": "im_1"}, {"amount": 4_999}, {"currency": None}, {"callback_url": "/payments/return"}],
)
async def test_strict_mode_refuses_what_lenient_mode_lets_pass(fields: Json) -> None:
    async with running_sandbox(strict=True) as strict, running_sandbox(strict=False) as lenient:
        refused = await strict.call("POST", "/transaction/initialize", json=BODY | fields)
        accepted = await lenient.call("POST", "/transaction/initialize", json=BODY | fields)

    assert (refused.status_code, accepted.status_code) == (400, 200)


@pytest.mark.parametrize("amount", [10_000, "10000", 10_000.0])
async def test_whole_amounts_pass_in_any_notation(amount: object) -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(amount=amount)
        assert (await sandbox.verify(opened["reference"]))["amount"] == 10_000


async def test_a_used_reference_is_refused_whatever_became_of_it() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        unpaid = await sandbox.call(
            "POST", "/transaction/initialize", json=BODY | {"reference": "im-1", "amount": 7_000}
        )
        await sandbox.paid(reference="im-2")
        paid = await sandbox.call("POST", "/transaction/initialize", json=BODY | {"reference": "im-2"})

    assert unpaid.status_code == paid.status_code == 400
    assert unpaid.json() == {
        "status": False,
        "message": "Duplicate Transaction Reference",
        "meta": {"nextStep": "Try and create the Transaction or Charge with a new reference"},
        "type": "validation_error",
        "code": "duplicate_reference",
    }


async def test_an_unknown_reference_is_a_400_unless_told_otherwise() -> None:
    async with running_sandbox() as sandbox:
        response = await sandbox.call("GET", "/transaction/verify/im-none")
        await sandbox.control("PATCH", "/behaviour", json={"unknown_reference_status": 404})
        later = await sandbox.call("GET", "/transaction/verify/im-none")

    assert (response.status_code, later.status_code) == (400, 404)
    assert response.json() == {
        "status": False,
        "message": "Transaction reference not found.",
        "meta": {
            "nextStep": "Ensure that you're passing the reference of a transaction that exists on this integration"
        },
        "type": "validation_error",
        "code": "transaction_not_found",
    }


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "No Authorization Header was found"),
        ("Basic abc", "Format is Authorization Bearer [secret key]"),
        (SECRET_KEY, "Format is Authorization Bearer [secret key]"),
        ("Bearer sk_test_of_somebody_else", "Invalid key"),
        ("Bearer pk_test_of_the_sandbox", "Invalid key"),
    ],
)
@pytest.mark.parametrize("path", ["/transaction", "/transaction/verify/im-1", "/refund"])
async def test_only_the_secret_key_opens_the_api(path: str, header: str | None, message: str) -> None:
    async with running_sandbox() as sandbox:
        headers = {} if header is None else {"authorization": header}
        response = await sandbox.client.get(path, headers=headers)

    body = response.json()
    assert response.status_code == 401
    assert (body["message"], body["code"], body["type"]) == (message, "invalid_Key", "validation_error")


@pytest.mark.parametrize(
    ("metadata", "echoed"),
    [
        ({"booking": 42, "tags": [1]}, {"booking": "42", "tags": ["1"]}),
        ('{"booking": 42}', {"booking": 42}),
        ("not json", ""),
        ({}, ""),
    ],
)
async def test_numbers_in_metadata_survive_only_inside_a_json_text(metadata: Any, echoed: Any) -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(metadata=metadata)
        assert (await sandbox.verify(opened["reference"]))["metadata"] == echoed


async def test_a_transaction_is_fetched_by_its_number_only() -> None:
    async with running_sandbox() as sandbox:
        paid = await sandbox.paid(reference="im-1")
        fetched = await sandbox.call("GET", f"/transaction/{paid['id']}")
        unknown = await sandbox.call("GET", "/transaction/99")
        empty_reference = await sandbox.call("GET", "/transaction/verify/")

    data = fetched.json()["data"]
    assert fetched.json()["message"] == "Transaction retrieved"
    assert sorted(data) == sorted({*VERIFY_KEYS, "helpdesk_link"} - {"transaction_date", "plan_object"})
    assert (data["reference"], data["plan"]) == ("im-1", {})
    assert (unknown.status_code, unknown.json()["message"]) == (404, "Transaction not found")
    assert empty_reference.status_code == 400
    assert empty_reference.json()["message"] == "Transaction ID should be numeric."


async def test_the_list_is_paged_newest_first_with_totals() -> None:
    async with running_sandbox() as sandbox:
        for number in range(5):
            await sandbox.initialize(reference=f"im-{number}", amount=10_000)
        page = (await sandbox.call("GET", "/transaction", params={"perPage": 2, "page": 2})).json()

    assert page["message"] == "Transactions retrieved"
    assert [row["reference"] for row in page["data"]] == ["im-2", "im-1"]
    assert page["meta"] == {
        "total": 5,
        "total_volume": 50_000,
        "skipped": 2,
        "perPage": 2,
        "page": 2,
        "pageCount": 3,
    }
    assert sorted(page["data"][0]) == sorted(LIST_KEYS)
    assert page["data"][0]["metadata"] is None


async def test_cursors_walk_through_the_whole_list_once() -> None:
    async with running_sandbox() as sandbox:
        for number in range(5):
            await sandbox.initialize(reference=f"im-{number}")
        params, pages = {"use_cursor": "true", "perPage": "2"}, []
        for _ in range(3):
            page = (await sandbox.call("GET", "/transaction", params=params)).json()
            pages.append([row["reference"] for row in page["data"]])
            params["next"] = page["meta"]["next"]

    assert pages == [["im-4", "im-3"], ["im-2", "im-1"], ["im-0"]]
    assert page["meta"] == {"next": None, "previous": None, "perPage": 2}


async def test_the_list_is_narrowed_by_status_customer_amount_and_time() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-unpaid")
        sandbox.clock.pass_by(3600)
        paid = await sandbox.paid(reference="im-paid", email="bola@example.com", amount=70_000)

        async def found(**params: Any) -> list[str]:
            page = (await sandbox.call("GET", "/transaction", params=params)).json()
            return [row["reference"] for row in page["data"]]

        assert await found(status="success") == ["im-paid"]
        assert await found(status="abandoned") == ["im-unpaid"]
        assert await found(customer=paid["customer"]["id"]) == ["im-paid"]
        assert await found(customer=paid["customer"]["customer_code"]) == []
        assert await found(amount=70_000) == ["im-paid"]
        assert await found(**{"from": "2026-03-01T10:00:00.000Z"}) == ["im-paid"]
        assert await found(to="2026-03-01T10:00:00.000Z") == ["im-unpaid"]


@pytest.mark.parametrize(
    ("amount", "currency", "fee"),
    [
        (5_641_000, "NGN", 94_615),
        (300_000, "NGN", 14_500),
        (25_000, "NGN", 375),
        (249_999, "NGN", 3_750),
        (250_000, "NGN", 13_750),
        (100_000_000, "NGN", 200_000),
        (10_000, "USD", 390),
        (10_000, "GHS", 195),
        (10_000, "KES", 290),
        (10_000, "ZAR", 390),
        (10_000, "XOF", 320),
    ],
)
def test_fees_follow_the_published_prices(amount: int, currency: str, fee: int) -> None:
    assert transaction_fee(amount, currency) == fee


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    clock, database = StandingClock(), str(tmp_path / "sandbox.db")
    async with running_sandbox(clock, database=database) as sandbox:
        before = await sandbox.paid(reference="im-1")
    async with running_sandbox(clock, database=database) as sandbox:
        after = await sandbox.verify("im-1")
        again = await sandbox.call("POST", "/transaction/initialize", json=BODY | {"reference": "im-1"})
        newer = await sandbox.paid(reference="im-2")

    assert after == before
    assert again.json()["code"] == "duplicate_reference"
    assert newer["id"] > before["id"]
    assert newer["customer"] == before["customer"]


async def test_a_card_that_paid_once_can_be_charged_again() -> None:
    async with running_sandbox() as sandbox:
        code = (await sandbox.paid(reference="im-1"))["authorization"]["authorization_code"]
        body = {"email": "ada@example.com", "amount": 300_000, "currency": "NGN", "reference": "im-2"}
        charged = await sandbox.call(
            "POST", "/transaction/charge_authorization", json=body | {"authorization_code": code}
        )
        unknown = await sandbox.call(
            "POST", "/transaction/charge_authorization", json=body | {"authorization_code": "AUTH_no"}
        )
        await sandbox.run_due()
        assert (await sandbox.verify("im-2"))["status"] == "success"

    data = charged.json()["data"]
    assert charged.json()["message"] == "Charge attempted"
    assert (data["status"], data["amount"], data["authorization"]["last4"]) == ("success", 300_000, "4081")
    assert unknown.status_code == 400
    assert sandbox.inbox.events == ["charge.success"] * 2


async def test_the_timeline_tells_what_the_payer_did() -> None:
    async with running_sandbox() as sandbox:
        paid = await sandbox.paid(reference="im-1")
        by_reference = (await sandbox.call("GET", "/transaction/timeline/im-1")).json()
        by_id = (await sandbox.call("GET", f"/transaction/timeline/{paid['id']}")).json()
        unknown = await sandbox.call("GET", "/transaction/timeline/im-none")

    assert by_reference == by_id
    assert by_id["message"] == "Timeline retrieved"
    assert [line["type"] for line in by_id["data"]["history"]] == ["action", "success"]
    assert (unknown.status_code, unknown.json()["message"]) == (404, "Transaction ID or reference is invalid")


async def test_totals_count_what_was_paid_by_currency() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        await sandbox.paid(reference="im-2", currency="GHS", amount=7_000)
        await sandbox.initialize(reference="im-3")
        totals = (await sandbox.call("GET", "/transaction/totals")).json()["data"]
        export = (await sandbox.call("GET", "/transaction/export")).json()["data"]

    volumes = {row["currency"]: row["amount"] for row in totals["total_volume_by_currency"]}
    assert (totals["total_transactions"], totals["total_volume"]) == (2, 507_000)
    assert (volumes["NGN"], volumes["GHS"], volumes["USD"]) == (500_000, 7_000, 0)
    assert export["path"].endswith(".csv")


async def test_a_charge_from_elsewhere_is_taken_over_and_can_be_refunded() -> None:
    paid: Json = {
        "id": 3_900_000_001,
        "reference": "im-old",
        "amount": 250_000,
        "currency": "NGN",
        "fees": 13_750,
        "email": "ada@example.com",
        "paid_at": "2026-01-05T10:00:00Z",
    }
    async with running_sandbox() as sandbox:
        first = await sandbox.control("POST", "/transactions", json=paid)
        again = await sandbox.control("POST", "/transactions", json=paid)
        others = [
            await sandbox.client.post("/_sandbox/transactions", json=paid | change)
            for change in ({"id": 7}, {"reference": "im-other"}, {"currency": "EUR"}, {"paid_at": "2026-01-05"})
        ]
        verified = await sandbox.verify("im-old")
        refund = await sandbox.call("POST", "/refund", json={"transaction": paid["id"]})
        await sandbox.run_due()

    assert first.json() == again.json()
    assert [answer.status_code for answer in others] == [400] * 4
    assert (verified["id"], verified["status"], verified["fees"]) == (3_900_000_001, "success", 13_750)
    assert (verified["paid_at"], verified["created_at"]) == ("2026-01-05T10:00:00.000Z",) * 2
    assert refund.status_code == 200
    assert sandbox.inbox.events == ["refund.pending"]
