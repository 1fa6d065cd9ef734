"""An operator's desk, and ways to put things on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.answer_absence_report import AnswerAbsenceReportCommand
from application.bookings.report_absence import ReportAbsenceCommand
from application.bookings.views import BookingView
from application.operations.attach_payment import AttachPaymentCommand
from application.operations.item_kinds import Action
from application.operations.prove_operator import Proof
from application.operations.refund_payment import RefundPaymentCommand
from application.outbox.ports import Topic
from application.payments.ports import GatewayDispute
from domain.accounts import Role
from infrastructure.identity import new_id
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork
from tests.integration.operations.books import wrong_in_the_books
from tests.invariants import broken_invariants
from tests.marketplace import PROOF, Marketplace

LOST = "imo-abcdefghijklmnopqrstuvwxyz"


@dataclass
class Desk:
    """What operators do, by the action's name; one of them sits here."""

    marketplace: Marketplace
    operator: Caller

    @classmethod
    async def furnish(cls, marketplace: Marketplace) -> Desk:
        return cls(marketplace, await marketplace.account(Role.OPERATOR))

    async def held(self) -> tuple[Caller, BookingView]:
        """A client with a seat that waits for its payment."""
        client, slot = (
            await self.marketplace.client(),
            await self.marketplace.slot(await self.marketplace.consultant()),
        )
        return client, await self.marketplace.booking(client, slot)

    async def paid(self) -> tuple[Caller, UUID, str]:
        """A client, their confirmed booking, and the reference that paid for it."""
        client, booking = await self.held()
        payment = await self.marketplace.started_payment(client, booking)
        await self.marketplace.pay(payment.reference)
        await self.marketplace.product.settle_payment(payment.reference)
        return client, booking.id, payment.reference

    async def mismatched(self, **outcome: object) -> tuple[BookingView, str]:
        """A held seat, and a charge for it that is not what was asked for: the payer's e-mail is another."""
        client, booking = await self.held()
        payment = await self.marketplace.started_payment(client, booking)
        await self.marketplace.pay(payment.reference, **(outcome or {"email": "somebody@else.example"}))
        await self.marketplace.product.settle_payment(payment.reference)
        return booking, payment.reference

    async def orphan(self, amount: int = 500_000, reference: str = LOST) -> str:
        """A charge of which no payment is known here."""
        body = {"email": "lost@example.com", "amount": amount, "currency": "NGN", "reference": reference}
        assert (await self.marketplace.sandbox.post("/transaction/initialize", json=body)).is_success
        await self.marketplace.pay(reference)
        await self.marketplace.product.settle_payment(reference)
        return reference

    async def stuck_refund(self) -> UUID:
        """A refund that Paystack could not make."""
        _, _, reference = await self.paid()
        await self.marketplace.product.refund_payment(
            self.operator, RefundPaymentCommand(reference=reference, amount=500_000), PROOF
        )
        await self.marketplace.product.relay_outbox()
        [refund] = (await self.marketplace.sandbox.get("/_sandbox/refunds")).json()
        await self.marketplace.sandbox.put(f"/_sandbox/refunds/{refund['id']}", json={"status": "failed"})
        await self.follow_refunds()
        refund_id: UUID = await self.marketplace.database.pool.fetchval("SELECT id FROM refunds")
        return refund_id

    async def follow_refunds(self) -> None:
        """The next hour."""
        await self.marketplace.database.pool.execute("UPDATE refunds SET next_check_at = clock_timestamp()")
        await self.marketplace.product.reconcile_payments()

    async def failed_errand(self) -> str:
        """The settling of a payment that Paystack was never there for."""
        client, booking = await self.held()
        payment = await self.marketplace.started_payment(client, booking)
        await self.marketplace.pay(payment.reference)
        async with SqlUnitsOfWork(self.marketplace.database, new_id)() as uow:
            await uow.outbox.add(Topic.SETTLE_PAYMENT, payment.reference, dedupe_key="webhook:1")
            await uow.commit()
        await self.marketplace.database.pool.execute("UPDATE outbox SET attempts = 19")
        await self.marketplace.sandbox.post(
            "/_sandbox/faults", json={"endpoint": "verify", "count": 50, "status": 502}
        )
        await self.marketplace.product.relay_outbox()
        await self.marketplace.sandbox.delete("/_sandbox/faults")
        return payment.reference

    async def contested_absence(self) -> UUID:
        """A session of which both sides tell another story."""
        consultant, client = await self.marketplace.consultant(), await self.marketplace.client()
        slot = await self.marketplace.slot(consultant)
        booking = await self.marketplace.confirmed_booking(client, slot)
        await self.marketplace.move_into_past(slot.id, by=timedelta(days=2))
        product = self.marketplace.product
        await product.report_absence(client, ReportAbsenceCommand(booking_id=booking.id, reason="Nobody came"))
        await product.answer_absence_report(
            consultant, AnswerAbsenceReportCommand(booking_id=booking.id, attended=True, comment="I was there")
        )
        return booking.id

    async def disputed(self, *, number: int = 77) -> tuple[UUID, str]:
        """A confirmed booking whose payment the client's bank disputes."""
        _, booking_id, reference = await self.paid()
        await self.dispute(reference, number=number)
        return booking_id, reference

    async def dispute(self, reference: str, *, number: int = 77, **facts: Any) -> None:
        """Paystack says how a dispute stands."""
        await self.marketplace.product.follow_dispute.take_over(a_dispute(reference, number, **facts))

    async def item(self, kind: str | None = None) -> UUID:
        """The one thing that is to be resolved."""
        [item_id] = await self.marketplace.database.pool.fetch(
            "SELECT id FROM operator_items WHERE resolved_at IS NULL AND ($1::text IS NULL OR kind = $1)", kind
        )
        found: UUID = item_id["id"]
        return found

    async def listed(self, *, is_resolved: bool = False) -> list[tuple[str, str]]:
        """Kind and subject of what is open, or was."""
        rows = await self.marketplace.database.pool.fetch(
            "SELECT kind, subject FROM operator_items WHERE (resolved_at IS NOT NULL) = $1 ORDER BY created_at",
            is_resolved,
        )
        return [(row["kind"], row["subject"]) for row in rows]

    async def do(
        self,
        action: Action,
        item_id: UUID,
        *,
        by: Caller | None = None,
        proof: Proof = PROOF,
        reference: str = "",
        amount: int = 500_000,
        booking_id: UUID | None = None,
    ) -> object:
        """What the button does."""
        caller, product = by or self.operator, self.marketplace.product
        if action is Action.REFUND:
            command = RefundPaymentCommand(reference=reference, amount=amount, item_id=item_id)
            return await product.refund_payment(caller, command, proof)
        if action is Action.ATTACH:
            assert booking_id is not None
            attachment = AttachPaymentCommand(item_id=item_id, booking_id=booking_id)
            await product.attach_payment(caller, attachment, proof)
            return None
        if action is Action.WRITE_OFF:
            return await product.write_off(caller, item_id, proof)
        if action is Action.ASK_AGAIN:
            return await product.ask_again(caller, item_id, proof)
        assert action is Action.RUN_AGAIN
        await product.run_again(caller, item_id, proof)
        return None

    async def actions_audited(self) -> list[str]:
        """What operators did, as the audit trail has it."""
        rows = await self.marketplace.database.pool.fetch(
            "SELECT kind FROM audit_entries WHERE kind LIKE 'operator.%' ORDER BY id"
        )
        return [row["kind"].removeprefix("operator.") for row in rows]

    async def colleague(self) -> Desk:
        """Another operator."""
        return replace(self, operator=await self.marketplace.account(Role.OPERATOR))

    async def require_right_books(self) -> None:
        """Nothing is lost, whatever was done."""
        assert await wrong_in_the_books(self.marketplace.database) == []
        assert await broken_invariants(self.marketplace.database) == []


def a_dispute(reference: str, number: int = 77, **facts: Any) -> GatewayDispute:
    """As Paystack lists it: open, of the whole charge, unless said otherwise."""
    opened_at = datetime.now(UTC) - timedelta(hours=1)
    return GatewayDispute(
        **{
            "paystack_id": number,
            "reference": reference,
            "amount": 500_000,
            "currency": "NGN",
            "status": "awaiting-merchant-feedback",
            "resolution": None,
            "category": "chargeback",
            "is_open": True,
            "is_lost": False,
            "due_at": opened_at + timedelta(days=3),
            "opened_at": opened_at,
            "resolved_at": None,
            **facts,
        }
    )


LOSS: dict[str, Any] = {"status": "resolved", "resolution": "auto-accepted", "is_open": False, "is_lost": True}
WIN: dict[str, Any] = {"status": "resolved", "resolution": "declined", "is_open": False, "is_lost": False}
