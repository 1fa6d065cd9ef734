"""A consultant with something to be paid."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.bookings.views import BookingDetails
from application.earnings.set_payout_account import PayoutAccountCommand
from application.operations.prove_operator import Proof
from application.product import Product
from domain.accounts import Role
from domain.payouts import Payout
from tests.marketplace import PASSWORD, PRICE, Marketplace

SHARE = PRICE.amount - PRICE.amount * 15 // 100
"""Of one session."""
ACCOUNT = PayoutAccountCommand(currency="NGN", bank_code="058", account_number="0123456789")
LONG_AGO = timedelta(days=40)


@dataclass
class Till:
    """One consultant, one client, and what passes between them."""

    marketplace: Marketplace
    consultant: Caller
    client: Caller
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def product(self) -> Product:
        return self.marketplace.product

    async def session(self, *, ended: timedelta = LONG_AGO) -> BookingDetails:
        """A session that was paid for, took place and ended so long ago."""
        notice = timedelta(hours=2 * next(self._numbers))
        slot = await self.marketplace.slot(self.consultant, starts_in=notice)
        booking = await self.marketplace.confirmed_booking(self.client, slot)
        await self.marketplace.move_into_past(slot.id, by=2 * notice + ended)
        await self.product.complete_session(self.consultant, booking.id)
        return await self.marketplace.details(self.client, booking.id)

    async def decide(self, booking_id: UUID, *, upheld: bool) -> None:
        """An operator's word about an absence."""
        operator = await self.marketplace.account(Role.OPERATOR)
        proof = Proof(note="Looked into it.", password=PASSWORD)
        await self.product.decide_absence_report(operator, booking_id, proof, upheld=upheld)

    async def account(self, *, is_old: bool = True) -> None:
        """Where the money goes."""
        await self.product.set_payout_account(self.consultant, ACCOUNT, password=PASSWORD)
        if is_old:
            await self.marketplace.database.pool.execute(
                "UPDATE payout_accounts SET usable_from = created_at WHERE consultant_id = $1",
                self.consultant.account_id,
            )

    async def request(self) -> Payout:
        """All that is available."""
        return await self.product.request_payout(self.consultant)

    async def send(self) -> None:
        """Everything that waits is sent."""
        await self.product.relay_outbox()

    async def follow(self) -> None:
        """Paystack's transfers end, and everything under way is looked at."""
        await self.marketplace.sandbox.post("/_sandbox/run-due")
        await self.marketplace.database.pool.execute(
            "UPDATE payouts SET next_check_at = clock_timestamp() WHERE next_check_at IS NOT NULL"
        )
        await self.product.follow_payouts()

    async def behaves(self, **switches: object) -> None:
        """How Paystack behaves from now on."""
        answer = await self.marketplace.sandbox.patch("/_sandbox/behaviour", json=switches)
        assert answer.is_success, answer.text

    async def transfers(self) -> list[dict[str, Any]]:
        """What Paystack sent."""
        answer = await self.marketplace.sandbox.get("/transfer")
        assert answer.is_success, answer.text
        rows: list[dict[str, Any]] = answer.json()["data"]
        return rows

    async def status(self, payout_id: UUID) -> str:
        status: str = await self.marketplace.database.pool.fetchval(
            "SELECT status FROM payouts WHERE id = $1", payout_id
        )
        return status

    async def owed(self) -> int:
        """To the consultant, for all bookings."""
        owed: int = await self.marketplace.database.pool.fetchval(
            "SELECT coalesce(sum(owed), 0)::bigint FROM earnings WHERE consultant_id = $1",
            self.consultant.account_id,
        )
        return owed

    async def balance(self, account: str) -> int:
        """Of one account of the ledger."""
        balance: int = await self.marketplace.database.pool.fetchval(
            "SELECT coalesce(sum(amount), 0)::bigint FROM ledger_entries WHERE account = $1", account
        )
        return balance

    async def items(self) -> list[str]:
        """Kinds on the operators' list that are open."""
        rows = await self.marketplace.database.pool.fetch(
            "SELECT kind FROM operator_items WHERE resolved_at IS NULL ORDER BY kind"
        )
        return [row["kind"] for row in rows]


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    till = Till(marketplace, await marketplace.consultant(), await marketplace.client())
    await till.behaves(transfer_s=0, opening_balance={"NGN": 10_000_000})
    return till


@pytest.fixture
def another(marketplace: Marketplace) -> Callable[[], Awaitable[Till]]:
    """Somebody else."""

    async def make() -> Till:
        return Till(marketplace, await marketplace.consultant(), await marketplace.client())

    return make
