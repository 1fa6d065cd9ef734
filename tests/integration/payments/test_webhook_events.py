"""Each kind of event: what it gives reason to ask, and that it is news once."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from hashlib import sha512
from typing import Any

import pytest

from application.payments.receive_webhook import ReceiveWebhook
from infrastructure.paystack.webhooks import PaystackWebhooks
from tests.conftest import SECRET_KEY
from tests.marketplace import Marketplace

PREVIOUS_KEY = "sk_test_of_last_year"
TRANSFER = {"reference": "imo-payout-1", "transfer_code": "TRF_1", "status": "success"}
DISPUTE = {
    "id": 7,
    "status": "awaiting-merchant-feedback",
    "updated_at": "2026-03-01T09:15:02.000Z",
    "transaction": {"reference": "imo-abc"},
}


def delivery(event: str, data: dict[str, Any], key: str = SECRET_KEY) -> tuple[bytes, list[str]]:
    """A body and its signature, as Paystack sends them."""
    body = json.dumps({"event": event, "data": data}).encode()
    return body, [hmac.new(key.encode(), body, sha512).hexdigest()]


async def errands(marketplace: Marketplace) -> list[tuple[str, str]]:
    rows = await marketplace.database.pool.fetch("SELECT topic, subject FROM outbox ORDER BY id")
    return [(row["topic"], row["subject"]) for row in rows]


@pytest.mark.parametrize("event", ["transfer.success", "transfer.failed", "transfer.reversed"])
async def test_news_of_a_transfer_are_a_reason_to_ask_about_it(marketplace: Marketplace, event: str) -> None:
    await marketplace.product.receive_webhook(*delivery(event, TRANSFER))
    assert await errands(marketplace) == [("payouts.follow", "imo-payout-1")]


async def test_each_end_of_a_transfer_is_news_once(marketplace: Marketplace) -> None:
    for event in ("transfer.success", "transfer.success", "transfer.reversed"):
        await marketplace.product.receive_webhook(*delivery(event, {**TRANSFER, "gateway_response": event}))
    assert len(await errands(marketplace)) == 2


@pytest.mark.parametrize("event", ["charge.dispute.create", "charge.dispute.remind", "charge.dispute.resolve"])
async def test_news_of_a_dispute_are_a_reason_to_ask_about_it(marketplace: Marketplace, event: str) -> None:
    await marketplace.product.receive_webhook(*delivery(event, DISPUTE))
    assert await errands(marketplace) == [("disputes.follow", "7")]


async def test_a_dispute_is_news_whenever_it_changes(marketplace: Marketplace) -> None:
    for minute in (15, 15, 16):
        told = DISPUTE | {"updated_at": f"2026-03-01T09:{minute}:02.000Z", "attempt": minute}
        await marketplace.product.receive_webhook(*delivery("charge.dispute.remind", told))
    assert len(await errands(marketplace)) == 2


async def test_another_programs_charge_is_kept_and_not_asked_about(marketplace: Marketplace) -> None:
    await marketplace.product.receive_webhook(*delivery("charge.success", {"id": 1, "reference": "shop-1"}))
    assert await errands(marketplace) == []
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM webhook_events") == 1


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("transfer.success", {}),
        ("transfer.success", {"reference": None, "transfer_code": "TRF_1"}),
        ("transfer.success", {"reference": "a\u0000b", "transfer_code": "c\u0000d"}),
        ("charge.dispute.create", {}),
        ("charge.dispute.create", {"id": "7"}),
        ("charge.dispute.create", {"id": 2**63}),
        ("charge.dispute.create", {"id": True, "transaction": 4}),
        ("charge.success", {"id": {"deep": [1]}, "reference": "x" * 101}),
        ("refund.processed", {"transaction_reference": ["imo-abc"]}),
        ("transfer", {}),
    ],
    ids=str,
)
async def test_an_event_that_does_not_say_what_it_is_about_is_kept_and_does_nothing(
    marketplace: Marketplace, event: str, data: dict[str, Any]
) -> None:
    for _ in range(2):
        await marketplace.product.receive_webhook(*delivery(event, data))
    assert await errands(marketplace) == []
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM webhook_events") == 1


async def test_while_keys_are_changed_both_are_good(marketplace: Marketplace) -> None:
    receive: ReceiveWebhook = replace(
        marketplace.product.receive_webhook, read=PaystackWebhooks(SECRET_KEY, PREVIOUS_KEY)
    )
    await receive(*delivery("transfer.success", TRANSFER, PREVIOUS_KEY))
    await receive(*delivery("transfer.failed", TRANSFER, SECRET_KEY))
    assert len(await errands(marketplace)) == 2
