"""The life of a dispute, from the bank's complaint to its end."""

from datetime import datetime, timedelta

import msgspec

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.balances import Balances
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.incoming import Body, optional_text, read_amount, read_number, required_text
from infrastructure.paystack.sandbox.records import (
    Dispute,
    DisputeEvent,
    DisputeMessage,
    DisputeResolution,
    DisputeStatus,
    Evidence,
    Transaction,
)
from infrastructure.paystack.sandbox.refusals import RequestRefusedError, refuse
from infrastructure.paystack.sandbox.returns import status_after_returns
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.webhooks import Webhooks
from infrastructure.paystack.sandbox.wire.disputes import dispute_event

_ANSWERS: tuple[DisputeResolution, ...] = ("merchant-accepted", "declined")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant says to a dispute."""

    resolution: DisputeResolution
    message: str
    refund_amount: int
    uploaded_filename: str


class Disputes:
    """Opens, finds and ends disputes; every status is saved together with its event."""

    def __init__(
        self,
        settings: SandboxSettings,
        store: Store,
        behaviour: Behaviour,
        balances: Balances,
        webhooks: Webhooks,
    ) -> None:
        self._settings = settings
        self._store = store
        self._behaviour = behaviour
        self._balances = balances
        self._webhooks = webhooks

    def open(self, transaction: Transaction, *, amount: int | None, category: str, due_in_s: float) -> Dispute:
        """A cardholder complains; the merchant has `due_in_s` of Paystack's seconds to answer."""
        if not transaction.is_paid:
            raise refuse("Transaction has not been paid")
        now = self._settings.clock()
        dispute = Dispute(
            id=self._store.new_id(Dispute),
            transaction_id=transaction.id,
            refund_amount=amount or transaction.amount,
            currency=transaction.currency,
            category=category,
            domain=transaction.domain,
            created_at=now,
            updated_at=now,
            answer_by=now + timedelta(seconds=self._behaviour.scaled(due_in_s)),
        )
        self.set_status(dispute, "awaiting-merchant-feedback")
        return dispute

    def by_id(self, text: str) -> Dispute:
        """Find a dispute; raises RequestRefusedError when there is none."""
        number = read_number(text)
        dispute = None if number is None else self._store.get(Dispute, number)
        if dispute is None:
            raise RequestRefusedError(refusals.UNKNOWN_DISPUTE)
        return dispute

    def of_transaction(self, text: str) -> Dispute:
        """Find the newest dispute of a transaction; raises RequestRefusedError when there is none."""
        dispute = self._store.find(Dispute, transaction_id=read_number(text))
        if dispute is None:
            raise RequestRefusedError(refusals.UNKNOWN_DISPUTE)
        return dispute

    def newest(self, limit: int) -> list[Dispute]:
        return self._store.page(Dispute, limit=limit)

    def transaction_of(self, dispute: Dispute) -> Transaction:
        transaction = self._store.get(Transaction, dispute.transaction_id)
        if transaction is None:
            raise LookupError("a dispute has lost its transaction", dispute.id)
        return transaction

    def answer(self, dispute: Dispute, answer: Answer) -> None:
        """Take the merchant's word; raises RequestRefusedError when the dispute is over."""
        if dispute.status in {"resolved", "archived"}:
            raise refuse("Dispute has already been resolved")
        dispute.refund_amount = answer.refund_amount
        dispute.attachments = answer.uploaded_filename
        now = self._settings.clock()
        said = DisputeMessage(sender=self._settings.account_email, body=answer.message, created_at=now)
        dispute.messages.append(said)
        self.resolve(dispute, answer.resolution, by=self._settings.account_email)

    def resolve(
        self, dispute: Dispute, resolution: DisputeResolution, *, by: str = "Paystack", at: datetime | None = None
    ) -> None:
        """End a dispute; one that is not declined takes its amount from the balance."""
        dispute.resolution = resolution
        dispute.resolved_at = at or self._settings.clock()
        self.set_status(dispute, "resolved", by=by, at=at)

    def add_evidence(self, dispute: Dispute, body: Body) -> Evidence:
        """Keep what the merchant can show; raises RequestRefusedError when something is missing."""
        evidence = Evidence(
            id=dispute.id,
            created_at=self._settings.clock(),
            customer_email=required_text(body, "customer_email"),
            customer_name=required_text(body, "customer_name"),
            customer_phone=required_text(body, "customer_phone"),
            service_details=required_text(body, "service_details"),
            delivery_address=optional_text(body.get("delivery_address")),
            delivery_date=optional_text(body.get("delivery_date")),
        )
        dispute.evidence = evidence
        self.change(dispute)
        return evidence

    def change(self, dispute: Dispute) -> None:
        """Store a dispute that says something else but stands where it stood."""
        dispute.updated_at = self._settings.clock()
        self._store.save(dispute)

    def set_status(
        self, dispute: Dispute, status: DisputeStatus, *, by: str = "Paystack", at: datetime | None = None
    ) -> None:
        """Move a dispute, the money and its transaction with it, and tell the webhook of beginning and end."""
        moment = at or self._settings.clock()
        dispute.status = status
        dispute.updated_at = moment
        dispute.history.append(DisputeEvent(status=status, by=by, created_at=moment))
        dispute.due_at = self._next_due(dispute)
        with self._store.atomically():
            self._store.save(dispute)
            self._balances.follow_dispute(dispute)
            transaction = self.transaction_of(dispute)
            transaction.status = status_after_returns(transaction, self._store, self._behaviour)
            self._store.save(transaction)
            if len(dispute.history) == 1:
                self._announce("create", dispute)
            elif status == "resolved":
                self._announce("resolve", dispute)

    def remind(self, dispute: Dispute) -> None:
        """Tell the webhook that an answer is still wanted."""
        dispute.is_reminded = True
        dispute.due_at = self._next_due(dispute)
        with self._store.atomically():
            self._store.save(dispute)
            self._announce("remind", dispute)

    def advance_due(self, now: datetime) -> None:
        """Remind of every dispute before its time is up, then let the bank have its way."""
        while due := self._store.due(Dispute, now):
            for dispute in due:
                if dispute.is_reminded:
                    self.resolve(dispute, "auto-accepted", at=dispute.due_at)
                else:
                    self.remind(dispute)

    def _next_due(self, dispute: Dispute) -> datetime | None:
        if dispute.status != "awaiting-merchant-feedback":
            return None
        if dispute.is_reminded:
            return dispute.answer_by
        notice = timedelta(seconds=self._behaviour.scaled(self._behaviour.dispute_reminder_s))
        return max(dispute.answer_by - notice, dispute.created_at)

    def _announce(self, what: str, dispute: Dispute) -> None:
        self._webhooks.announce(f"charge.dispute.{what}", dispute_event(dispute, self.transaction_of(dispute)))


def read_answer(body: Body) -> Answer:
    """Check a merchant's answer; raises RequestRefusedError with the API's complaint."""
    resolution = next((known for known in _ANSWERS if body.get("resolution") == known), None)
    if resolution is None:
        raise refuse("Invalid resolution: must be one of: merchant-accepted, declined")
    return Answer(
        resolution=resolution,
        message=required_text(body, "message"),
        refund_amount=0 if body.get("refund_amount") in {0, "0"} else read_amount(body.get("refund_amount")),
        uploaded_filename=required_text(body, "uploaded_filename"),
    )
