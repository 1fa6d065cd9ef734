"""The database is lost and comes back as it was some time ago: every charge made since ends where it belongs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.views import BookingView
from application.operations.reconcile_now import Reconciliation
from application.operations.refund_payment import RefundPaymentCommand
from domain.accounts import Role
from domain.availability import Slot
from infrastructure.embedded.postgres import EmbeddedPostgres
from interfaces.cli.reconciliation_words import in_words
from tests.conftest import execute
from tests.invariants import broken_invariants
from tests.marketplace import PRICE, PROOF, Marketplace

CLASSES = """
SELECT p.reference,
  p.pays_for_booking AND b.status IN ('confirmed', 'completed', 'no_show', 'cancelled')
    AND p.charged_amount > p.owed_back AS is_booked,
  p.owed_back > 0 AND p.owed_back = (SELECT coalesce(sum(amount), 0) FROM refunds r
    WHERE r.payment_id = p.id AND r.status <> 'failed') AND p.owed_back = p.charged_amount AS goes_back,
  EXISTS (SELECT FROM operator_items i WHERE i.kind = 'payment_mismatched' AND i.subject = p.reference
    AND i.resolved_at IS NULL) AS is_listed
FROM payments p LEFT JOIN bookings b ON b.id = p.booking_id WHERE p.charged_amount IS NOT NULL
"""


@dataclass
class Trade:
    """A day at the marketplace. Everybody has a session of their own, three days from now."""

    marketplace: Marketplace
    consultant: Caller
    operator: Caller
    started: int = 0
    paid: list[tuple[Caller, BookingView, Slot, str]] = field(default_factory=list)
    waiting: list[tuple[Caller, BookingView, str]] = field(default_factory=list)

    @classmethod
    async def open(cls, marketplace: Marketplace) -> Trade:
        return cls(marketplace, await marketplace.consultant(), await marketplace.account(Role.OPERATOR))

    async def begin(self) -> tuple[Caller, BookingView, Slot, str]:
        """Somebody comes as far as the checkout page."""
        self.started += 1
        client = await self.marketplace.client()
        slot = await self.marketplace.slot(self.consultant, starts_in=timedelta(days=3, hours=2 * self.started))
        booking = await self.marketplace.booking(client, slot)
        return client, booking, slot, (await self.marketplace.started_payment(client, booking)).reference

    async def start_only(self) -> None:
        client, booking, _, reference = await self.begin()
        self.waiting.append((client, booking, reference))

    async def pay(self) -> None:
        client, booking, slot, reference = await self.begin()
        await self._charge(reference)
        self.paid.append((client, booking, slot, reference))

    async def pay_an_older_attempt(self) -> None:
        if self.waiting:
            _, _, reference = self.waiting.pop()
            await self._charge(reference)

    async def pay_and_tell_nobody(self) -> None:
        _, _, _, reference = await self.begin()
        await self.marketplace.pay(reference)

    async def pay_too_late(self) -> None:
        _, booking, slot, reference = await self.begin()
        await self.marketplace.lapse_hold(booking.id)
        await self.marketplace.booking(await self.marketplace.client(), slot)
        await self._charge(reference)
        await self.marketplace.product.relay_outbox()

    async def client_cancels(self) -> None:
        if self.paid:
            client, booking, _, _ = self.paid.pop()
            await self.marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking.id))
            await self.marketplace.product.relay_outbox()

    async def consultant_cancels(self) -> None:
        if self.paid:
            _, _, slot, _ = self.paid.pop()
            await self.marketplace.product.cancel_slot(self.consultant, slot.id)
            await self.marketplace.product.relay_outbox()

    async def operator_gives_some_back(self) -> None:
        if self.paid:
            _, _, _, reference = self.paid.pop()
            command = RefundPaymentCommand(reference=reference, amount=200_000)
            await self.marketplace.product.refund_payment(self.operator, command, PROOF)
            await self.marketplace.product.relay_outbox()

    async def _charge(self, reference: str) -> None:
        await self.marketplace.pay(reference)
        await self.marketplace.product.settle_payment(reference)

    @property
    def ways(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self.start_only,
            self.pay,
            self.pay_an_older_attempt,
            self.pay_and_tell_nobody,
            self.pay_too_late,
            self.client_cancels,
            self.consultant_cancels,
            self.operator_gives_some_back,
        ]


@dataclass
class Backup:
    """A copy of the database beside it."""

    server: EmbeddedPostgres
    marketplace: Marketplace
    name: str
    copy: str

    async def make(self) -> None:
        await self._copy(self.name, self.copy)

    async def restore(self) -> None:
        """The database is lost, and comes back as it was."""
        await self.marketplace.database.close()
        await execute(self.server.url, f"DROP DATABASE {self.name} WITH (FORCE)")
        await self._copy(self.copy, self.name)

    async def _copy(self, source: str, target: str) -> None:
        await self.marketplace.database.close()
        await execute(self.server.url, f"CREATE DATABASE {target} TEMPLATE {source}")
        await self.marketplace.database.open()


@pytest.fixture
async def backup(postgres: EmbeddedPostgres, database_url: str, marketplace: Marketplace) -> AsyncIterator[Backup]:
    """Nothing is saved yet."""
    name = urlsplit(database_url).path.removeprefix("/")
    yield Backup(postgres, marketplace, name, f"{name}_backup")
    await execute(postgres.url, f"DROP DATABASE IF EXISTS {name}_backup WITH (FORCE)")


async def charged_at_paystack(marketplace: Marketplace) -> set[str]:
    transactions = (await marketplace.sandbox.get("/transaction?perPage=100")).json()["data"]
    return {row["reference"] for row in transactions if row["paid_at"]}


async def refunds_at_paystack(marketplace: Marketplace) -> dict[int, list[int]]:
    """What went back, by transaction."""
    refunds: list[dict[str, Any]] = (await marketplace.sandbox.get("/refund?perPage=100")).json()["data"]
    sent: dict[int, list[int]] = {}
    for refund in refunds:
        sent.setdefault(refund["transaction"], []).append(refund["amount"])
    return sent


async def classes(marketplace: Marketplace) -> dict[str, int]:
    """In how many classes each charge is that is known here."""
    rows = await marketplace.database.pool.fetch(CLASSES)
    return {row["reference"]: row["is_booked"] + row["goes_back"] + row["is_listed"] for row in rows}


async def reconciled(marketplace: Marketplace) -> Reconciliation:
    """As `imoran reconcile` does it."""
    found = await marketplace.product.reconcile_now()
    assert found.is_complete, "\n".join(in_words(found))
    assert found.broken == [], "\n".join(in_words(found))
    return found


async def require_every_charge_in_its_place(marketplace: Marketplace) -> None:
    found = await classes(marketplace)
    assert set(found) == await charged_at_paystack(marketplace)
    assert set(found.values()) <= {1}, found
    assert await broken_invariants(marketplace.database) == []


async def require_days_agree(marketplace: Marketplace) -> None:
    """Today's sums, as they will be judged once today is over."""
    since = await marketplace.database.pool.fetchval("SELECT date_trunc('day', clock_timestamp())")
    comparisons = marketplace.product.compare_with_paystack.comparisons
    days = await comparisons.sum_days(
        since=since - timedelta(days=1), until=since + timedelta(days=2), mode="test"
    )
    assert days
    assert all(day.agrees for day in days), days


@pytest.mark.parametrize("seed", range(3))
async def test_every_charge_since_the_backup_ends_where_it_belongs(
    marketplace: Marketplace, backup: Backup, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - the same trade each time
    trade = await Trade.open(marketplace)
    for way in [*trade.ways, *random.choices(trade.ways, k=4), trade.pay, trade.pay, trade.pay, trade.start_only]:
        await way()
    await marketplace.product.compare_with_paystack()
    await backup.make()
    lost = [*trade.ways, *random.choices(trade.ways, k=6)]
    random.shuffle(lost)
    for way in lost:
        await way()
    sent_before = await refunds_at_paystack(marketplace)

    await backup.restore()
    await reconciled(marketplace)

    await require_every_charge_in_its_place(marketplace)
    await require_days_agree(marketplace)
    sent_after = await refunds_at_paystack(marketplace)
    assert {number: sent_after[number] for number in sent_before} == sent_before
    await reconciled(marketplace)
    assert await refunds_at_paystack(marketplace) == sent_after


async def test_what_nobody_decides_about_goes_back_once(marketplace: Marketplace, backup: Backup) -> None:
    trade = await Trade.open(marketplace)
    await trade.pay()
    await backup.make()
    await trade.pay()
    await trade.pay()
    await trade.client_cancels()
    await backup.restore()
    await reconciled(marketplace)
    await marketplace.database.pool.execute(
        "UPDATE payments SET next_check_at = clock_timestamp() WHERE status = 'mismatched'"
    )
    await reconciled(marketplace)
    sent = await refunds_at_paystack(marketplace)
    assert sorted(sum(amounts) for amounts in sent.values()) == [PRICE.amount, PRICE.amount]
    await require_every_charge_in_its_place(marketplace)


async def test_a_booking_that_was_cancelled_since_is_not_refunded_a_second_time(
    marketplace: Marketplace, backup: Backup
) -> None:
    trade = await Trade.open(marketplace)
    await trade.pay()
    client, booking, _, reference = trade.paid[0]
    await backup.make()
    await trade.operator_gives_some_back()
    await backup.restore()
    await reconciled(marketplace)
    items = await marketplace.database.pool.fetch("SELECT kind FROM operator_items WHERE subject = $1", reference)
    assert [item["kind"] for item in items] == ["refund_found"]
    await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking.id))
    while await marketplace.product.relay_outbox():
        pass
    [amounts] = (await refunds_at_paystack(marketplace)).values()
    assert sum(amounts) <= PRICE.amount
    await marketplace.sandbox.patch("/_sandbox/behaviour", json={"time_scale": 0.0001})
    assert await broken_invariants(marketplace.database) == []


async def test_an_attempt_of_the_lost_time_that_is_paid_after_the_restore_is_kept_for_an_operator(
    marketplace: Marketplace, backup: Backup
) -> None:
    trade = await Trade.open(marketplace)
    await backup.make()
    await trade.start_only()
    [(_, _, reference)] = trade.waiting
    await backup.restore()
    await reconciled(marketplace)
    assert await classes(marketplace) == {}
    await marketplace.pay(reference)
    await marketplace.product.compare_with_paystack()
    assert await classes(marketplace) == {reference: 1}


async def test_workers_that_come_back_with_the_restored_database_do_the_same_beside_it(
    marketplace: Marketplace, backup: Backup
) -> None:
    trade = await Trade.open(marketplace)
    await trade.pay()
    await backup.make()
    for way in trade.ways:
        await way()
    await backup.restore()
    product = marketplace.product
    await asyncio.gather(
        product.compare_with_paystack(),
        product.compare_with_paystack(),
        product.reconcile_payments(),
        product.relay_outbox(),
        product.reconcile_now(),
    )
    await reconciled(marketplace)
    await require_every_charge_in_its_place(marketplace)


async def test_what_was_found_is_told(marketplace: Marketplace, backup: Backup) -> None:
    trade = await Trade.open(marketplace)
    await backup.make()
    await trade.pay()
    reference = trade.paid[0][3]
    await backup.restore()
    words = "\n".join(in_words(await reconciled(marketplace)))
    assert f"Settled, or kept for an operator: 1\n  {reference}" in words
    assert "Broken: 0" in words
