"""What the business has at Paystack, by currency: charges less fees, refunds, transfers, lost disputes."""

from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.records import Dispute, LedgerEntry, Refund, Transaction, Transfer
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store, having

_TRANSFER_ENDED_BADLY = {"failed", "reversed", "abandoned", "blocked", "rejected"}


class Balances:
    """A ledger that follows its records: the entries of each one always add up to what it is worth now."""

    def __init__(self, settings: SandboxSettings, store: Store, behaviour: Behaviour) -> None:
        self._settings = settings
        self._store = store
        self._behaviour = behaviour

    def of(self, currency: str) -> int:
        """Return the balance in subunits, the opening balance included."""
        opening = self._behaviour.opening_balance.get(currency, 0)
        return opening + self._store.sum(LedgerEntry, "difference", having(currency=currency))

    def follow_transaction(self, transaction: Transaction) -> None:
        worth = transaction.amount - (transaction.fees or 0) if transaction.is_paid else 0
        if transaction.division and transaction.is_paid:
            worth -= sum(part.amount - part.fee for part in transaction.division.parts)
        self._follow("Transaction", transaction.id, transaction.currency, worth, "Charge")

    def follow_refund(self, refund: Refund) -> None:
        worth = 0 if refund.status == "failed" else -refund.amount
        self._follow("Refund", refund.id, refund.currency, worth, "Refund")

    def follow_transfer(self, transfer: Transfer) -> None:
        worth = 0 if transfer.status in _TRANSFER_ENDED_BADLY else -(transfer.amount + transfer.fee)
        self._follow("Transfer", transfer.id, transfer.currency, worth, "Transfer")

    def follow_dispute(self, dispute: Dispute) -> None:
        worth = -dispute.refund_amount if dispute.is_lost else 0
        self._follow("Dispute", dispute.id, dispute.currency, worth, "Chargeback")

    def _follow(self, model: str, row: int, currency: str, worth: int, reason: str) -> None:
        """Write what is missing; an earlier currency's entries are taken back."""
        entries = self._store.all(LedgerEntry, model=model, row=row)
        for touched in {currency, *(entry.currency for entry in entries)}:
            written = sum(entry.difference for entry in entries if entry.currency == touched)
            difference = (worth if touched == currency else 0) - written
            if difference:
                self._write(model, row, touched, difference, reason)

    def _write(self, model: str, row: int, currency: str, difference: int, reason: str) -> None:
        entry = LedgerEntry(
            id=self._store.new_id(LedgerEntry),
            currency=currency,
            difference=difference,
            balance=self.of(currency) + difference,
            reason=reason,
            model=model,
            row=row,
            created_at=self._settings.clock(),
        )
        self._store.save(entry)
