"""The rules of refunds, and what a refund does to its transaction."""

from datetime import datetime, timedelta

import msgspec

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.accounts import Accounts
from infrastructure.paystack.sandbox.balances import Balances
from infrastructure.paystack.sandbox.banks import Bank, find_bank_by_id
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.incoming import Body, NewRefund, optional_text, read_number
from infrastructure.paystack.sandbox.records import Refund, RefundStatus, Transaction
from infrastructure.paystack.sandbox.refusals import RequestRefusedError, refuse
from infrastructure.paystack.sandbox.returns import charged_back, status_after_returns
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.webhooks import Webhooks
from infrastructure.paystack.sandbox.wire.refunds import refund_event

_EXPECTED_AFTER = timedelta(days=10)


class RefundAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where the customer wants a refund that could not go back to the card."""

    currency: str
    account_number: str
    bank: Bank


class Refunds:
    """Makes refunds and moves them on; every status is saved together with its event."""

    def __init__(
        self,
        settings: SandboxSettings,
        store: Store,
        behaviour: Behaviour,
        balances: Balances,
        accounts: Accounts,
        webhooks: Webhooks,
    ) -> None:
        self._settings = settings
        self._store = store
        self._behaviour = behaviour
        self._balances = balances
        self._accounts = accounts
        self._webhooks = webhooks

    def create(self, new: NewRefund) -> tuple[Refund, Transaction]:
        """Queue a refund; asking twice refunds twice, as long as the sum stays within what was paid."""
        with self._store.atomically():
            transaction = self._refundable(new)
            amount = self._amount(new, transaction)
            now = self._settings.clock()
            note = f"Refund for transaction {transaction.reference}"
            refund = Refund(
                id=self._store.new_id(Refund),
                transaction_id=transaction.id,
                amount=amount,
                currency=transaction.currency,
                domain=transaction.domain,
                customer_note=new.customer_note or note,
                merchant_note=new.merchant_note or f"{note} by {self._settings.account_email}",
                created_at=now,
                updated_at=now,
                expected_at=now + _EXPECTED_AFTER,
                ending=self._behaviour.refund_ending or transaction.refund_ending,
            )
            self.set_status(refund, "pending")
        return refund, self.transaction_of(refund)

    def by_id(self, text: str) -> Refund:
        """Find a refund; raises RequestRefusedError when there is none."""
        number = read_number(text)
        refund = None if number is None else self._store.get(Refund, number)
        if refund is None:
            raise RequestRefusedError(refusals.UNKNOWN_REFUND)
        return refund

    def newest(self, limit: int) -> list[Refund]:
        return self._store.page(Refund, limit=limit)

    def transaction_of(self, refund: Refund) -> Transaction:
        transaction = self._store.get(Transaction, refund.transaction_id)
        if transaction is None:
            raise LookupError("a refund has lost its transaction", refund.id)
        return transaction

    def remaining(self, transaction: Transaction) -> int:
        """Return what can still be refunded, in subunits; failed refunds do not count."""
        refunds = self._store.all(Refund, transaction_id=transaction.id)
        returning = sum(refund.amount for refund in refunds if refund.status != "failed")
        return transaction.amount - returning - charged_back(self._store, transaction)

    def set_status(self, refund: Refund, status: RefundStatus, at: datetime | None = None) -> None:
        """Move a refund, its transaction with it, plan what comes next, and tell the webhook."""
        moment = at or self._settings.clock()
        refund.status = status
        refund.updated_at = moment
        refund.refund_reference = None if status == "pending" else f"TRF{refund.id}"
        refund.refunded_at = moment if status == "processed" else None
        refund.due_at = self._next_due(status, moment)
        with self._store.atomically():
            self._store.save(refund)
            self._balances.follow_refund(refund)
            transaction = self.transaction_of(refund)
            transaction.status = status_after_returns(transaction, self._store, self._behaviour)
            self._store.save(transaction)
            self._webhooks.announce(f"refund.{status}", refund_event(refund, transaction))

    def retry(self, refund: Refund, account: RefundAccount) -> None:
        """Send a refund that needs attention to a bank account; raises RequestRefusedError when it does not."""
        if refund.status != "needs-attention":
            raise RequestRefusedError(refusals.REFUND_NEEDS_NOTHING)
        if account.currency != refund.currency or account.bank.currency != refund.currency:
            raise refuse("Bank is invalid")
        self._accounts.require(account.account_number, account.bank)
        refund.ending = self._behaviour.retried_refund_ending
        self.set_status(refund, "processing")

    def advance_due(self, now: datetime) -> None:
        """Take every due refund on; one that is long overdue makes each of its steps at that step's time."""
        while due := self._store.due(Refund, now):
            for refund in due:
                status = "processing" if refund.status == "pending" else refund.ending
                self.set_status(refund, status, at=refund.due_at)

    def _next_due(self, status: RefundStatus, now: datetime) -> datetime | None:
        waits = {
            "pending": self._behaviour.refund_processing_s,
            "processing": self._behaviour.refund_processed_s,
        }
        return now + timedelta(seconds=self._behaviour.scaled(waits[status])) if status in waits else None

    def _refundable(self, new: NewRefund) -> Transaction:
        transaction = self._store.find(Transaction, reference=new.transaction)
        number = read_number(new.transaction)
        if transaction is None and number is not None:
            transaction = self._store.get(Transaction, number)
        if transaction is None:
            raise RequestRefusedError(refusals.UNKNOWN_TRANSACTION)
        if not transaction.is_paid:
            raise refuse("Transaction has not been paid")
        if new.currency is not None and new.currency != transaction.currency:
            raise refuse("Transaction currency must match refund currency")
        return transaction

    def _amount(self, new: NewRefund, transaction: Transaction) -> int:
        remaining = self.remaining(transaction)
        if remaining <= 0:
            raise RequestRefusedError(refusals.TRANSACTION_REVERSED)
        amount = transaction.amount if new.amount is None else new.amount
        if amount > remaining:
            raise refuse("Total refund amount cannot exceed original transaction amount")
        smallest = self._behaviour.smallest_refund.get(transaction.currency, 0)
        if amount < smallest:
            least = f"{transaction.currency}{smallest // 100}.{smallest % 100:02}"
            raise refuse(f"The minimum amount you may send in a single refund at this time is: {least}")
        if self._behaviour.refunds_need_balance and amount > self._balances.of(transaction.currency):
            raise RequestRefusedError(refusals.INSUFFICIENT_BALANCE)
        return amount


def read_refund_account(body: Body) -> RefundAccount:
    """Check the details for a retry, all of which are texts; raises RequestRefusedError."""
    details = body.get("refund_account_details")
    fields = details if isinstance(details, dict) else {}
    currency, account_number, bank_id = (
        optional_text(fields.get(name)) for name in ("currency", "account_number", "bank_id")
    )
    if currency is None or account_number is None or bank_id is None:
        raise refuse("refund_account_details is required", "missing_params")
    bank = find_bank_by_id(bank_id)
    if bank is None:
        raise refuse("Bank is invalid")
    return RefundAccount(currency=currency, account_number=account_number, bank=bank)
