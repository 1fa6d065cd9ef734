"""What Paystack tells us: kept once, never believed, carried out at least once."""

from __future__ import annotations

import hmac
import json
from hashlib import sha512

import pytest

from application.outbox.ports import Topic
from application.outbox.relay_outbox import MOST_ATTEMPTS, RelayOutbox
from domain.payments import BadSignature
from domain.refusals import NotFound
from infrastructure.identity import new_id
from infrastructure.postgres.outbox import SqlErrands
from tests.conftest import SECRET_KEY
from tests.marketplace import Marketplace


def delivery(reference: str, *, transaction_id: int = 1, event: str = "charge.success") -> tuple[bytes, list[str]]:
    """A body and its signature, as Paystack sends them."""
    body = json.dumps({"event": event, "data": {"id": transaction_id, "reference": reference}}).encode()
    return body, [hmac.new(SECRET_KEY.encode(), body, sha512).hexdigest()]


async def paid_but_unsettled(marketplace: Marketplace) -> tuple[object, str]:
    """A booking whose client paid and closed the tab."""
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference)
    return booking.id, payment.reference


async def booking_status(marketplace: Marketplace, booking_id: object) -> str:
    status: str = await marketplace.database.pool.fetchval("SELECT status FROM bookings WHERE id = $1", booking_id)
    return status


async def test_a_webhook_confirms_through_the_outbox(marketplace: Marketplace) -> None:
    booking_id, reference = await paid_but_unsettled(marketplace)
    await marketplace.product.receive_webhook(*delivery(reference))
    assert await booking_status(marketplace, booking_id) == "pending"
    assert await marketplace.product.relay_outbox() == 1
    assert await booking_status(marketplace, booking_id) == "confirmed"


async def test_the_same_webhook_again_is_no_news(marketplace: Marketplace) -> None:
    _, reference = await paid_but_unsettled(marketplace)
    for _ in range(3):
        await marketplace.product.receive_webhook(*delivery(reference))
    assert await marketplace.product.relay_outbox() == 1


async def test_a_signed_webhook_is_no_proof(marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    await marketplace.product.receive_webhook(*delivery(payment.reference))
    await marketplace.product.relay_outbox()
    assert await booking_status(marketplace, booking.id) == "pending"


async def test_an_unsigned_webhook_leaves_no_trace(marketplace: Marketplace) -> None:
    body, _ = delivery("x")
    for signatures in ([], ["0" * 128], delivery("y")[1], delivery("x")[1] * 2):
        with pytest.raises(BadSignature):
            await marketplace.product.receive_webhook(body, signatures)
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM webhook_events") == 0


async def test_an_unknown_event_is_kept_and_does_nothing(marketplace: Marketplace) -> None:
    await marketplace.product.receive_webhook(*delivery("x", event="subscription.create"))
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM webhook_events") == 1
    assert await marketplace.product.relay_outbox() == 0


async def test_a_crash_in_the_middle_of_an_errand_costs_no_more_than_its_lease(marketplace: Marketplace) -> None:
    booking_id, reference = await paid_but_unsettled(marketplace)
    await marketplace.product.receive_webhook(*delivery(reference))
    await marketplace.database.pool.execute(
        "UPDATE outbox SET attempts = 1, leased_until = clock_timestamp() + interval '1 minute'"
    )
    assert await marketplace.product.relay_outbox() == 0
    await marketplace.database.pool.execute("UPDATE outbox SET leased_until = clock_timestamp()")
    assert await marketplace.product.relay_outbox() == 1
    assert await booking_status(marketplace, booking_id) == "confirmed"


async def test_a_failing_errand_waits_and_the_others_go_on(marketplace: Marketplace) -> None:
    booking_id, reference = await paid_but_unsettled(marketplace)
    await marketplace.product.receive_webhook(*delivery("imo-unknown", transaction_id=1))
    await marketplace.product.receive_webhook(*delivery(reference, transaction_id=2))
    assert await marketplace.product.relay_outbox() == 1
    assert await booking_status(marketplace, booking_id) == "confirmed"
    row = await marketplace.database.pool.fetchrow(
        "SELECT attempts, last_error, available_at > clock_timestamp() AS waits FROM outbox WHERE done_at IS NULL"
    )
    assert row["attempts"] == 1
    assert row["waits"]
    assert "NotFound" in row["last_error"]


async def test_an_errand_that_fails_for_ever_ends_on_the_operators_list(marketplace: Marketplace) -> None:
    async def refuse(_: str) -> None:
        raise NotFound

    relay = RelayOutbox(SqlErrands(marketplace.database, new_id), {Topic.SETTLE_PAYMENT: refuse})
    await marketplace.product.receive_webhook(*delivery("imo-unknown"))
    for _ in range(MOST_ATTEMPTS):
        await marketplace.database.pool.execute("UPDATE outbox SET available_at = clock_timestamp()")
        assert await relay() == 0
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0
    item = await marketplace.database.pool.fetchrow("SELECT kind, subject FROM operator_items")
    assert (item["kind"], item["subject"]) == ("errand_failed:payments.settle", "imo-unknown")


async def test_a_rolled_back_use_case_leaves_no_errand(marketplace: Marketplace) -> None:
    booking_id, reference = await paid_but_unsettled(marketplace)
    await marketplace.database.pool.execute("ALTER TABLE outbox ADD CONSTRAINT full_up CHECK (false) NOT VALID")
    with pytest.raises(Exception, match="full_up"):
        await marketplace.product.receive_webhook(*delivery(reference))
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM webhook_events") == 0
    assert await booking_status(marketplace, booking_id) == "pending"
