"""The JSON shapes of the real API, key by key and in its order.

Verify, fetch, list and webhook each show a transaction a little differently; the differences are theirs.
"""

from datetime import datetime
from typing import Any

from infrastructure.paystack.sandbox.records import Customer, Refund, Transaction

Json = dict[str, Any]

INTEGRATION_ID = 100_032
_API_SOURCE: Json = {
    "type": "api",
    "source": "merchant_api",
    "entry_point": "transaction_initialize",
    "identifier": None,
}


def answer(message: str, data: object, meta: Json | None = None) -> Json:
    """Wrap data in the success envelope."""
    envelope: Json = {"status": True, "message": message, "data": data}
    return envelope if meta is None else envelope | {"meta": meta}


def instant(moment: datetime | None) -> str | None:
    """Write an instant as Paystack does: UTC with milliseconds and Z."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def verified_transaction(transaction: Transaction) -> Json:
    """`data` of GET /transaction/verify/{reference}."""
    return {
        **_head(transaction),
        "receipt_number": None,
        **_payment(transaction),
        "log": _log(transaction),
        "fees": transaction.fees,
        "fees_split": None,
        "authorization": transaction.authorization or {},
        "customer": _customer(transaction.customer),
        "plan": None,
        "split": {},
        "order_id": None,
        "paidAt": instant(transaction.paid_at),
        "createdAt": instant(transaction.created_at),
        "requested_amount": transaction.requested_amount,
        "pos_transaction_data": None,
        "source": None,
        "fees_breakdown": None,
        "connect": None,
        "transaction_date": instant(transaction.created_at),
        "plan_object": {},
        "subaccount": {},
    }


def fetched_transaction(transaction: Transaction) -> Json:
    """`data` of GET /transaction/{id}."""
    shown = verified_transaction(transaction)
    del shown["transaction_date"], shown["plan_object"]
    source = {key: value for key, value in _API_SOURCE.items() if key != "entry_point"}
    return shown | {"helpdesk_link": None, "plan": {}, "source": source}


def listed_transaction(transaction: Transaction) -> Json:
    """One item of GET /transaction."""
    shown = fetched_transaction(transaction)
    del shown["receipt_number"], shown["helpdesk_link"], shown["fees_breakdown"]
    return shown | {"metadata": transaction.metadata, "ip_address": None, "source": _API_SOURCE}


def charge_success(transaction: Transaction) -> Json:
    """`data` of the event charge.success."""
    return {
        **_head(transaction),
        **_payment(transaction),
        "fees_breakdown": None,
        "log": None,
        "fees": transaction.fees,
        "fees_split": None,
        "authorization": transaction.authorization or {},
        "customer": _customer(transaction.customer) | {"first_name": "", "last_name": "", "phone": ""},
        "plan": {},
        "subaccount": {},
        "split": {},
        "order_id": None,
        "paidAt": instant(transaction.paid_at),
        "requested_amount": transaction.requested_amount,
        "pos_transaction_data": None,
        "source": _API_SOURCE,
    }


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
        "customer": _customer(transaction.customer),
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


def _head(transaction: Transaction) -> Json:
    return {
        "id": transaction.id,
        "domain": transaction.domain,
        "status": transaction.status,
        "reference": transaction.reference,
    }


def _payment(transaction: Transaction) -> Json:
    return {
        "amount": transaction.amount,
        "message": None,
        "gateway_response": transaction.gateway_response,
        "paid_at": instant(transaction.paid_at),
        "created_at": instant(transaction.created_at),
        "channel": transaction.channel,
        "currency": transaction.currency,
        "ip_address": transaction.ip_address,
        "metadata": transaction.metadata or "",
    }


def _customer(customer: Customer) -> Json:
    return {
        "id": customer.id,
        "first_name": None,
        "last_name": None,
        "email": customer.email,
        "customer_code": customer.customer_code,
        "phone": None,
        "metadata": None,
        "risk_action": "default",
        "international_format_phone": None,
    }


def _log(transaction: Transaction) -> Json | None:
    if not transaction.log:
        return None
    return {
        "start_time": int(transaction.created_at.timestamp()),
        "time_spent": transaction.log[-1].time,
        "attempts": transaction.attempts,
        "errors": transaction.errors,
        "success": transaction.is_paid,
        "mobile": False,
        "input": [],
        "history": [{"type": e.type, "message": e.message, "time": e.time} for e in transaction.log],
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
