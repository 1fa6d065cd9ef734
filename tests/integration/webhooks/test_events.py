"""What happens is noted for those who want to be told, in the transaction in which it happens."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.reviews.write_review import WriteReviewCommand
from application.webhooks.change_webhook import ChangeWebhookCommand
from domain.money import Money
from domain.webhooks import Event
from infrastructure.postgres.unit_of_work import SqlUnitOfWork
from tests.integration.webhooks.conftest import Subscriber, subscribe
from tests.marketplace import PRICE, Marketplace

URL = "https://hooks.example.com/imoran"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


class Pair:
    """A client and a consultant who are both told everything."""

    def __init__(self, marketplace: Marketplace, client: Subscriber, consultant: Subscriber) -> None:
        self.marketplace = marketplace
        self.client, self.consultant = client, consultant

    async def events(self) -> list[str]:
        """What both were told: the same."""
        told = await self.client.events()
        assert await self.consultant.events() == told
        return told


@pytest.fixture
async def pair(marketplace: Marketplace) -> Pair:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    return Pair(
        marketplace,
        await subscribe(marketplace, client, URL),
        await subscribe(marketplace, consultant, URL),
    )


async def review(pair: Pair, booking_id: UUID) -> None:
    """What a client says of a session."""
    command = WriteReviewCommand(booking_id=booking_id, rating=5, comment="A canary that nobody is told")
    await pair.marketplace.product.write_review(pair.client.caller, command)


async def test_a_paid_session_from_payment_to_review(pair: Pair) -> None:
    market = pair.marketplace
    slot = await market.slot(pair.consultant.caller)
    booking = await market.completed_booking(pair.client.caller, pair.consultant.caller, slot)
    await review(pair, booking.id)
    told_of = await pair.events()
    assert set(told_of[:2]) == {Event.PAYMENT_SUCCEEDED, Event.BOOKING_CONFIRMED}
    assert told_of[2:] == [Event.BOOKING_COMPLETED, Event.REVIEW_WRITTEN]
    told = await pair.client.data(Event.BOOKING_CONFIRMED)
    starts_at, ends_at = told["booking"].pop("starts_at"), told["booking"].pop("ends_at")
    assert INSTANT.match(starts_at)
    assert INSTANT.match(ends_at)
    assert told == {
        "booking": {
            "id": str(booking.id),
            "slot_id": str(slot.id),
            "status": "confirmed",
            "actor": "system",
            "absent": None,
            "price": {"amount": PRICE.amount, "currency": "NGN"},
        }
    }
    paid = (await pair.consultant.data(Event.PAYMENT_SUCCEEDED))["payment"]
    assert paid["booking_id"] == str(booking.id)
    assert paid["amount"] == {"amount": PRICE.amount, "currency": "NGN"}
    assert (paid["reference"], paid["status"]) == (booking.payments[0].reference, "success")
    written = (await pair.consultant.data(Event.REVIEW_WRITTEN))["review"]
    assert (written["booking_id"], written["rating"]) == (str(booking.id), 5)


async def test_nothing_private_is_told(pair: Pair) -> None:
    market = pair.marketplace
    slot = await market.slot(pair.consultant.caller)
    booking = await market.completed_booking(pair.client.caller, pair.consultant.caller, slot)
    await review(pair, booking.id)
    rows = await market.database.pool.fetch("SELECT data::text FROM webhook_deliveries")
    told = " ".join(row["data"] for row in rows)
    account = await market.product.account_queries.account(pair.client.caller.account_id)
    assert account is not None
    for canary in ("canary", account.email, account.first_name, "A lease", str(account.id), "http"):
        assert canary not in told


async def test_a_move_tells_where_from(pair: Pair) -> None:
    market = pair.marketplace
    before, after = [await market.slot(pair.consultant.caller, starts_in=timedelta(days=days)) for days in (3, 4)]
    booking = await market.confirmed_booking(pair.client.caller, before)
    await market.product.reschedule_booking(
        pair.client.caller, RescheduleBookingCommand(booking_id=booking.id, slot_id=after.id)
    )
    assert (await pair.events())[-1] == Event.BOOKING_RESCHEDULED
    told = await pair.consultant.data(Event.BOOKING_RESCHEDULED)
    assert (told["previous"]["slot_id"], told["booking"]["slot_id"]) == (str(before.id), str(after.id))
    assert told["previous"]["starts_at"] < told["booking"]["starts_at"]


async def test_a_cancelled_session_and_the_refund_that_follows(pair: Pair) -> None:
    market = pair.marketplace
    slot = await market.slot(pair.consultant.caller, starts_in=timedelta(days=10))
    booking = await market.confirmed_booking(pair.client.caller, slot)
    await market.product.cancel_booking(
        pair.consultant.caller, CancelBookingCommand(booking_id=booking.id, reason="Ill")
    )
    assert (await pair.client.data(Event.BOOKING_CANCELLED))["booking"]["actor"] == "consultant"
    await market.database.pool.execute("UPDATE refunds SET status = 'processed'")
    refund = (await pair.client.data(Event.REFUND_PROCESSED))["refund"]
    assert refund["booking_id"] == str(booking.id)
    assert refund["amount"] == {"amount": PRICE.amount, "currency": "NGN"}
    assert (await pair.events())[-2:] == [Event.BOOKING_CANCELLED, Event.REFUND_PROCESSED]


async def test_a_hold_that_lapses(pair: Pair) -> None:
    market = pair.marketplace
    booking = await market.booking(pair.client.caller, await market.slot(pair.consultant.caller))
    assert await pair.events() == []
    await market.lapse_hold(booking.id)
    await market.product.expire_holds()
    assert await pair.events() == [Event.BOOKING_EXPIRED]


async def test_a_free_session_is_confirmed_at_once(pair: Pair) -> None:
    market = pair.marketplace
    slot = await market.slot(pair.consultant.caller, price=Money(0, "NGN"))
    await market.booking(pair.client.caller, slot)
    assert await pair.events() == [Event.BOOKING_CONFIRMED]


async def test_somebody_who_does_not_come(pair: Pair) -> None:
    market = pair.marketplace
    slot = await market.slot(pair.consultant.caller)
    booking = await market.confirmed_booking(pair.client.caller, slot)
    await market.move_into_past(slot.id)
    await market.product.mark_no_show(pair.consultant.caller, booking.id)
    assert (await pair.client.data(Event.BOOKING_NO_SHOW))["booking"]["absent"] == "client"


async def payout(marketplace: Marketplace, consultant: Caller) -> UUID:
    """One under way, with nothing behind it."""
    account_id, payout_id = uuid4(), uuid4()
    async with marketplace.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            """
            INSERT INTO payouts (id, consultant_id, account_id, reference, amount, currency, status, requested_at)
            VALUES ($1, $2, $3, 'po-1', 425000, 'NGN', 'pending', clock_timestamp())
            """,
            payout_id,
            consultant.account_id,
            account_id,
        )
    return payout_id


@pytest.mark.parametrize("status", ["paid", "failed"])
async def test_payouts_are_told_to_their_consultant_alone(pair: Pair, status: str) -> None:
    market = pair.marketplace
    payout_id = await payout(market, pair.consultant.caller)
    await market.database.pool.execute(
        "UPDATE payouts SET status = $2, settled_at = clock_timestamp() WHERE id = $1", payout_id, status
    )
    assert await pair.client.events() == []
    told: Any = (await pair.consultant.data(f"payout.{status}"))["payout"]
    assert (told["id"], told["reference"], told["status"]) == (str(payout_id), "po-1", status)
    assert told["amount"] == {"amount": 425_000, "currency": "NGN"}


async def test_only_what_was_asked_for_is_noted(marketplace: Marketplace) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    picky = await subscribe(marketplace, client, URL, Event.BOOKING_CANCELLED)
    off = await subscribe(marketplace, consultant, URL)
    await marketplace.product.change_webhook(consultant, off.id, ChangeWebhookCommand(is_enabled=False))
    stranger = await subscribe(marketplace, await marketplace.client(), URL)
    await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    assert [await one.events() for one in (picky, off, stranger)] == [[], [], []]


async def test_what_is_rolled_back_was_never_noted(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    market = pair.marketplace
    slot = await market.slot(pair.consultant.caller, price=Money(0, "NGN"))

    async def breaks(*_: object) -> None:
        raise RuntimeError("no commit")

    with monkeypatch.context() as patch:
        patch.setattr(SqlUnitOfWork, "commit", breaks)
        with pytest.raises(RuntimeError):
            await market.booking(pair.client.caller, slot)
    assert await pair.events() == []


async def test_an_endpoint_that_is_deleted_meanwhile_holds_up_no_booking(pair: Pair) -> None:
    market = pair.marketplace
    slot = await market.slot(pair.consultant.caller, price=Money(0, "NGN"))
    async with market.database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("DELETE FROM webhook_endpoints WHERE id = $1", pair.client.id)
        booking = asyncio.create_task(market.booking(pair.client.caller, slot))
        while not await market.database.pool.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
        ):
            assert not booking.done()
        await transaction.commit()
    assert (await booking).status == "confirmed"
    assert await pair.consultant.events() == [Event.BOOKING_CONFIRMED]
    assert await market.database.pool.fetchval("SELECT count(*) FROM webhook_deliveries") == 1
