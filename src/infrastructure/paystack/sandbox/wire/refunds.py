"""A refund as it is created, read and announced."""

from infrastructure.paystack.sandbox.records import Refund, Transaction
from infrastructure.paystack.sandbox.wire.customers import shown_customer
from infrastructure.paystack.sandbox.wire.envelope import INTEGRATION_ID, Json, instant


def created_refund(refund: Refund, transaction: Transaction, *, account_email: str, is_complete: bool) -> Json:
    """`data` of POST /refund, with the transaction as an object; `is_complete`: nothing is left to refund."""
    return {
        "transaction": _refunded_transaction(transaction),
        "integration": INTEGRATION_ID,
        "deducted_amount": 0,
        "channel": None,
        "merchant_note": refund.merchant_note,
        "customer_note": refund.customer_note,
        "status": refund.status,
        "refunded_by": account_email,
        "expected_at": instant(refund.expected_at),
        "currency": refund.currency,
        "domain": refund.domain,
        "amount": refund.amount,
        "fully_deducted": is_complete,
        "id": refund.id,
        "createdAt": instant(refund.created_at),
        "updatedAt": instant(refund.updated_at),
    }


def read_refund(refund: Refund, transaction: Transaction, *, account_email: str) -> Json:
    """`data` of GET /refund/{id} and one item of GET /refund, in which the transaction is its numeric id."""
    is_done = refund.status == "processed"
    return {
        "integration": INTEGRATION_ID,
        "transaction": refund.transaction_id,
        "dispute": None,
        "settlement": None,
        "id": refund.id,
        "domain": refund.domain,
        "currency": refund.currency,
        "amount": refund.amount,
        "status": refund.status,
        "refunded_at": instant(refund.refunded_at),
        "refunded_by": account_email,
        "customer_note": refund.customer_note,
        "merchant_note": refund.merchant_note,
        "deducted_amount": refund.amount if is_done else 0,
        "fully_deducted": 1 if is_done else 0,
        "createdAt": instant(refund.created_at),
        "bank_reference": None,
        "transaction_reference": transaction.reference,
        "reason": refund.customer_note,
        "customer": shown_customer(transaction.customer),
        "refund_type": "partial" if refund.amount < transaction.amount else "full",
        "transaction_amount": transaction.amount,
        "initiated_by": account_email,
        "refund_channel": transaction.channel,
        "session_id": None,
        "collect_account_number": False,
        "channel": transaction.channel,
        "expected_at": instant(refund.expected_at),
        "updatedAt": instant(refund.updated_at),
    }


def retried_refund(refund: Refund, transaction: Transaction, *, account_email: str) -> Json:
    """`data` of POST /refund/retry_with_customer_details/{id}."""
    shown = read_refund(refund, transaction, account_email=account_email)
    for name in ("transaction_reference", "refund_type", "transaction_amount", "collect_account_number"):
        del shown[name]
    del shown["refund_channel"], shown["createdAt"], shown["updatedAt"]
    return shown | {"fully_deducted": False, "reversed_at": None}


def refund_event(refund: Refund, transaction: Transaction) -> Json:
    """`data` of the refund.* events: an id only in needs-attention, and an amount that changes its type."""
    amount_is_text = refund.status in {"pending", "processing", "processed"}
    shown: Json = {
        "status": refund.status,
        "transaction_reference": transaction.reference,
        "refund_reference": refund.refund_reference,
        "amount": str(refund.amount) if amount_is_text else refund.amount,
        "currency": refund.currency,
        "customer": {"first_name": "", "last_name": "", "email": transaction.customer.email},
        "integration": INTEGRATION_ID,
        "domain": refund.domain,
    }
    if refund.status != "needs-attention":
        return shown | {"processor": "instant-transfer"}
    return shown | {
        "id": str(refund.id),
        "customer_note": refund.customer_note,
        "merchant_note": refund.merchant_note,
    }


def _refunded_transaction(transaction: Transaction) -> Json:
    authorization = transaction.authorization or {}
    return {
        "id": transaction.id,
        "domain": transaction.domain,
        "reference": transaction.reference,
        "amount": transaction.amount,
        "paid_at": instant(transaction.paid_at),
        "channel": transaction.channel,
        "currency": transaction.currency,
        "authorization": {key: authorization.get(key) for key in ("exp_month", "exp_year", "account_name")},
        "customer": {"international_format_phone": None},
        "plan": {},
        "subaccount": {"currency": None},
        "split": {},
        "order_id": None,
        "paidAt": instant(transaction.paid_at),
        "pos_transaction_data": None,
        "source": None,
        "fees_breakdown": None,
    }
