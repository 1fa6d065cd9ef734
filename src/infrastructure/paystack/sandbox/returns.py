"""What refunds and lost disputes make of the transaction whose money they return."""

from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.records import Dispute, Refund, Transaction
from infrastructure.paystack.sandbox.store import Store

_OPEN = {"pending", "processing", "needs-attention"}


def charged_back(store: Store, transaction: Transaction) -> int:
    """Return what lost disputes took of a transaction, in subunits."""
    disputes = store.all(Dispute, transaction_id=transaction.id)
    return sum(dispute.refund_amount for dispute in disputes if dispute.is_lost)


def status_after_returns(transaction: Transaction, store: Store, behaviour: Behaviour) -> str:
    """Return the status of a paid transaction, whatever of its money went back or is about to."""
    refunds = store.all(Refund, transaction_id=transaction.id)
    if any(refund.status in _OPEN for refund in refunds):
        return "reversal-pending"
    refunded = sum(refund.amount for refund in refunds if refund.status == "processed")
    returned = refunded + charged_back(store, transaction)
    if returned == 0:
        return "success"
    return "reversed" if returned >= transaction.amount else behaviour.status_after_partial_refund
