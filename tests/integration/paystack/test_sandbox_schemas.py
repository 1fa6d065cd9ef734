"""Each answer of the sandbox against Paystack's own OpenAPI document.

`paystack_schemas.json` is cut from it, word for word; its source is named there, its licence is beside it.
"""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, ValidationError

from .sandbox_driver import Json, SandboxDriver, running_sandbox

SCHEMAS: Json = json.loads((Path(__file__).parent / "paystack_schemas.json").read_text())["answers"]

INITIALIZE = {"email": "ada@example.com", "amount": 500_000, "currency": "NGN", "reference": "im-unpaid"}
ACCOUNT = {"currency": "NGN", "account_number": "0123456789"}
RECIPIENT = ACCOUNT | {"type": "nuban", "name": "Ngozi Eze", "bank_code": "058"}
TRANSFER = {"source": "balance", "amount": 1_000, "currency": "NGN", "reason": "March"}
EVIDENCE = {
    "customer_email": "ada@example.com",
    "customer_name": "Ada",
    "customer_phone": "08012345678",
    "service_details": "An hour of advice",
    "delivery_address": "Online",
    "delivery_date": "2026-03-01",
}
ANSWER = {
    "resolution": "declined",
    "message": "It took place",
    "refund_amount": 1_000,
    "uploaded_filename": "a.pdf",
}

_NAMELESS = (
    "first_name",
    "last_name",
    "metadata",
    "international_format_phone",
)
# Where the document contradicts what Paystack answers: by reason, the places that it complains about.
EXCEPTIONS: dict[str, dict[str, set[str]]] = {
    "a customer who gave an e-mail address only shows nulls, as verify's own schema allows": {
        "GET /transaction/{id} 200": {f"data.customer.{name}" for name in (*_NAMELESS, "phone")},
        "GET /refund 200": {f"data.*.customer.{name}" for name in _NAMELESS},
        "GET /refund/{id} 200": {f"data.customer.{name}" for name in (*_NAMELESS, "phone")},
        "GET /dispute 200": {f"data.*.customer.{name}" for name in _NAMELESS},
        "GET /dispute/{id} 200": {f"data.customer.{name}" for name in (*_NAMELESS, "phone")},
    },
    "metadata that nobody sent is an empty text": {
        "GET /transaction/{id} 200": {"data.metadata"},
        "GET /dispute 200": {"data.*.transaction.metadata"},
        "GET /dispute/{id} 200": {"data.transaction.metadata"},
        "GET /dispute/transaction/{id} 200": {"data.transaction.metadata"},
    },
    "a list has transactions that nobody has paid; the schema knows paid ones only": {
        "GET /transaction 200": {
            "data.*.paidAt",
            *(
                f"data.*.authorization.{name}"
                for name in (
                    *("authorization_code", "bin", "last4", "exp_month", "exp_year", "channel", "card_type"),
                    *("bank", "country_code", "brand", "reusable", "signature", "account_name"),
                )
            ),
        },
    },
    "a refund without dispute or settlement has null for both, as everywhere else": {
        "POST /refund/retry_with_customer_details/{id} 200": {"data.dispute", "data.settlement"},
    },
    "a recipient's description and e-mail address are optional in the request": {
        "POST /transferrecipient 201": {"data.description", "data.email"},
        "GET /transferrecipient 200": {"data.*.description"},
        "GET /transferrecipient/{code} 200": {"data.description", "data.email"},
        "GET /transfer 200": {"data.*.recipient.description", "data.*.recipient.email"},
        "GET /transfer/{code} 200": {"data.recipient.description", "data.recipient.email"},
        "GET /transfer/verify/{reference} 200": {"data.recipient.description", "data.recipient.email"},
    },
    "the schema lists the error types where it means the codes": {"401": {"code"}},
}


class Recorder:
    """Calls the API and keeps the answers under the names of their schemas."""

    def __init__(self, sandbox: SandboxDriver) -> None:
        self.sandbox = sandbox
        self.answers: dict[str, httpx.Response] = {}

    async def __call__(self, operation: str, path: str = "", **sent: Any) -> Json:
        """Call an operation; `path` stands for its own when that has variables."""
        method, template, _ = operation.split(" ")
        answer = await self.sandbox.call(method, path or template, **sent)
        self.answers[operation] = answer
        body: Json = answer.json()
        return body


@pytest.fixture(scope="module")
async def answers() -> dict[str, httpx.Response]:
    async with running_sandbox() as sandbox:
        call = Recorder(sandbox)
        await _charges(call, sandbox)
        await _refunds(call, sandbox)
        await _disputes(call, sandbox)
        await _transfers(call)
        await call("GET /integration/payment_session_timeout 200")
        call.answers["401"] = await sandbox.client.get("/balance", headers={"authorization": "Bearer sk_no"})
        return call.answers


async def _charges(call: Recorder, sandbox: SandboxDriver) -> None:
    await call("POST /transaction/initialize 200", json=INITIALIZE)
    await call("POST /transaction/initialize 400", json=INITIALIZE)
    paid = await sandbox.paid(reference="im-1")
    await call("GET /transaction/verify/{reference} 200", "/transaction/verify/im-1")
    await call("GET /transaction/{id} 200", f"/transaction/{paid['id']}")
    await call("GET /transaction 200")
    await call("GET /transaction/totals 200")
    again = INITIALIZE | {
        "reference": "im-2",
        "authorization_code": paid["authorization"]["authorization_code"],
    }
    await call("POST /transaction/charge_authorization 200", json=again)


async def _refunds(call: Recorder, sandbox: SandboxDriver) -> None:
    created = await call("POST /refund 200", json={"transaction": "im-1", "amount": 100_000})
    number = created["data"]["id"]
    await call("GET /refund 200")
    await call("GET /refund/{id} 200", f"/refund/{number}")
    await sandbox.control("PUT", f"/refunds/{number}", json={"status": "needs-attention"})
    details = {"refund_account_details": ACCOUNT | {"bank_id": "9"}}
    retry = f"/refund/retry_with_customer_details/{number}"
    await call("POST /refund/retry_with_customer_details/{id} 200", retry, json=details)


async def _disputes(call: Recorder, sandbox: SandboxDriver) -> None:
    dispute = (await sandbox.control("POST", "/disputes", json={"reference": "im-1"})).json()
    path = f"/dispute/{dispute['id']}"
    await call("GET /dispute 200")
    await call("GET /dispute/{id} 200", path)
    await call("GET /dispute/transaction/{id} 200", f"/dispute/transaction/{dispute['transaction']['id']}")
    await call("GET /dispute/{id}/upload_url 200", f"{path}/upload_url")
    await call("POST /dispute/{id}/evidence 200", f"{path}/evidence", json=EVIDENCE)
    await call("PUT /dispute/{id}/resolve 200", f"{path}/resolve", json=ANSWER)


async def _transfers(call: Recorder) -> None:
    await call("GET /bank 200")
    await call("GET /bank/resolve 200", "/bank/resolve?account_number=0123456789&bank_code=058")
    recipient = (await call("POST /transferrecipient 201", json=RECIPIENT))["data"]["recipient_code"]
    await call("GET /transferrecipient 200")
    await call("GET /transferrecipient/{code} 200", f"/transferrecipient/{recipient}")
    sent = TRANSFER | {"recipient": recipient, "reference": "imo-payout-000001"}
    transfer = (await call("POST /transfer 200", json=sent))["data"]["transfer_code"]
    many = {
        "source": "balance",
        "transfers": [TRANSFER | {"recipient": recipient, "reference": f"imo-bulk-{'0' * 8}"}],
    }
    await call("POST /transfer/bulk 200", json=many)
    await call("GET /transfer 200")
    await call("GET /transfer/{code} 200", f"/transfer/{transfer}")
    await call("GET /transfer/verify/{reference} 200", "/transfer/verify/imo-payout-000001")
    await call.sandbox.control("PATCH", "/behaviour", json={"transfer_otp": True})
    sent |= {"reference": "imo-payout-000002"}
    with_otp = (await call("POST /transfer 200", json=sent))["data"]["transfer_code"]
    finish = {"transfer_code": with_otp, "otp": "123456"}
    await call("POST /transfer/finalize_transfer 200", json=finish)
    await call("GET /balance 200")
    await call("GET /balance/ledger 200")


def in_json_schema(schema: Any) -> Any:
    """Say OpenAPI 3.0's `nullable` in JSON Schema's words."""
    if isinstance(schema, list):
        return [in_json_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    words = {name: in_json_schema(value) for name, value in schema.items() if name != "nullable"}
    if schema.get("nullable") and "type" in words:
        words["type"] = [words["type"], "null"]
    return words


def place(error: ValidationError) -> str:
    """Name what an error is about: `data.*.customer.phone`."""
    steps = ["*" if isinstance(step, int) else str(step) for step in error.absolute_path]
    missing = re.match(r"'(\w+)' is a required property", error.message)
    return ".".join([*steps, missing[1]] if missing else steps)


@pytest.mark.parametrize("operation", SCHEMAS)
def test_an_answer_is_as_the_official_document_says(operation: str, answers: dict[str, httpx.Response]) -> None:
    answer = answers[operation]
    assert answer.status_code == int(operation.split(" ")[-1]), answer.text
    validator = Draft202012Validator(in_json_schema(SCHEMAS[operation]))
    complaints = {place(error) for error in validator.iter_errors(answer.json())}
    excused = [places[operation] for places in EXCEPTIONS.values() if operation in places]
    assert complaints == set().union(*excused)
