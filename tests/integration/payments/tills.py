"""One paid booking and its refunds, here and at Paystack."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from application.accounts.callers import Caller
from application.payments.owe_back import owe_back
from application.payments.retry_refund import RetryRefund
from application.payments.send_refund import SendRefund
from domain.money import Money
from infrastructure.identity import new_id
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork
from tests.conftest import SECRET_KEY
from tests.marketplace import Marketplace


class Till:
    """One paid booking, and its refunds here and at Paystack."""

    def __init__(self, marketplace: Marketplace, client: Caller, booking_id: UUID, reference: str) -> None:
        self.marketplace = marketplace
        self.client = client
        self.booking_id = booking_id
        self.reference = reference
        self.open_uow = SqlUnitsOfWork(marketplace.database, new_id)
        self.send = SendRefund(self.open_uow, PaystackGateway(marketplace.sandbox, SECRET_KEY))
        self.retry = RetryRefund(self.open_uow, self.send, new_id)

    @classmethod
    async def of_new_booking(cls, marketplace: Marketplace) -> Till:
        """A session that somebody just paid for."""
        slot = await marketplace.slot(await marketplace.consultant())
        client = await marketplace.client()
        booking = await marketplace.confirmed_booking(client, slot)
        return cls(marketplace, client, booking.id, booking.payments[0].reference)

    async def owe(self, amount: int) -> UUID:
        """So much goes back; the new refund's id."""
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(self.booking_id)
            payment = await uow.payments.lock(self.reference)
            await owe_back(
                uow, new_id, payment, Money(amount, "NGN"), booking=booking, reason="the lights went out"
            )
            await uow.commit()
        newest: UUID = await self.fetchval("SELECT id FROM refunds ORDER BY created_at DESC LIMIT 1")
        return newest

    async def at_paystack(self) -> list[dict[str, Any]]:
        """The refunds that Paystack knows, newest first."""
        refunds: list[dict[str, Any]] = (await self.marketplace.sandbox.get("/_sandbox/refunds")).json()
        return refunds

    async def say(self, word: str) -> None:
        """Paystack changes its newest refund."""
        [refund, *_] = await self.at_paystack()
        answer = await self.marketplace.sandbox.put(f"/_sandbox/refunds/{refund['id']}", json={"status": word})
        assert answer.is_success, answer.text

    async def by_hand(self, amount: int) -> None:
        """Somebody sends money back on Paystack's own pages."""
        body = {"transaction": self.reference, "amount": amount, "merchant_note": "by hand"}
        answer = await self.marketplace.sandbox.post("/refund", json=body)
        assert answer.is_success, answer.text

    async def fault(self, **fault: Any) -> None:
        """The next call of an endpoint goes wrong."""
        answer = await self.marketplace.sandbox.post("/_sandbox/faults", json={"count": 1} | fault)
        assert answer.is_success, answer.text

    async def send_back(self, amount: int) -> UUID:
        """So much goes back, and has gone; the refund's id."""
        refund_id = await self.owe(amount)
        await self.send(refund_id)
        await self.say("processed")
        assert await self.send(refund_id) == "processed"
        return refund_id

    async def fetchval(self, query: str, *values: Any) -> Any:
        """One value of the database."""
        return await self.marketplace.database.pool.fetchval(query, *values)

    async def let_time_pass(self, **span: float) -> None:
        """Everything that has to do with refunds happened so much earlier."""
        await self.marketplace.database.pool.execute(
            "UPDATE refunds SET sent_at = sent_at - $1::interval, created_at = created_at - $1::interval, "
            "next_check_at = next_check_at - $1::interval",
            timedelta(**span),
        )

    async def payment_status(self) -> str:
        status: str = await self.fetchval("SELECT status FROM payments WHERE reference = $1", self.reference)
        return status

    async def listed(self) -> dict[str, str]:
        """Open items about refunds: kind and reason."""
        rows = await self.marketplace.database.pool.fetch(
            "SELECT kind, reason FROM operator_items WHERE resolved_at IS NULL AND kind LIKE 'refund%'"
        )
        return {row["kind"]: row["reason"] for row in rows}

    async def postings(self, kind: str) -> list[int]:
        """What these postings did to what we hold for clients."""
        rows = await self.marketplace.database.pool.fetch(
            "SELECT e.amount FROM ledger_postings p JOIN ledger_entries e ON e.posting_id = p.id "
            "WHERE p.kind = $1 AND e.account = 'clients' ORDER BY e.id",
            kind,
        )
        return [row["amount"] for row in rows]
