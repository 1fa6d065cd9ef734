"""A transaction as verify, fetch, list and webhook show it, key by key and in the real order.

The four differ a little; the differences are theirs.
"""

from infrastructure.paystack.sandbox.records import Transaction, Transfer
from infrastructure.paystack.sandbox.wire.customers import shown_customer
from infrastructure.paystack.sandbox.wire.envelope import Json, instant

_API_SOURCE: Json = {
    "type": "api",
    "source": "merchant_api",
    "entry_point": "transaction_initialize",
    "identifier": None,
}


def verified_transaction(transaction: Transaction) -> Json:
    """`data` of GET /transaction/verify/{reference}."""
    return {
        **_head(transaction),
        "receipt_number": None,
        **_payment(transaction),
        "log": transaction_log(transaction),
        "fees": transaction.fees,
        "fees_split": None,
        "authorization": transaction.authorization or {},
        "customer": shown_customer(transaction.customer),
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


def charged_transaction(transaction: Transaction) -> Json:
    """`data` of POST /transaction/charge_authorization."""
    shown = verified_transaction(transaction)
    names = (
        *("amount", "currency", "transaction_date", "status", "reference", "domain", "metadata"),
        *("gateway_response", "message", "channel", "log", "fees", "authorization", "customer", "plan", "id"),
    )
    return {name: shown[name] for name in names} | {"ip_address": None}


def totals(charges: list[Transaction], transfers: list[Transfer], currencies: tuple[str, ...]) -> Json:
    """`data` of GET /transaction/totals: successful charges and pending transfers."""
    return {
        "total_transactions": len(charges),
        "total_volume": sum(charge.amount for charge in charges),
        "total_volume_by_currency": _by_currency(charges, currencies),
        "pending_transfers": sum(transfer.amount for transfer in transfers),
        "pending_transfers_by_currency": _by_currency(transfers, currencies),
    }


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
        "customer": shown_customer(transaction.customer) | {"first_name": "", "last_name": "", "phone": ""},
        "plan": {},
        "subaccount": {},
        "split": {},
        "order_id": None,
        "paidAt": instant(transaction.paid_at),
        "requested_amount": transaction.requested_amount,
        "pos_transaction_data": None,
        "source": _API_SOURCE,
    }


def _by_currency(rows: list[Transaction] | list[Transfer], currencies: tuple[str, ...]) -> list[Json]:
    return [
        {"currency": currency, "amount": sum(row.amount for row in rows if row.currency == currency)}
        for currency in currencies
    ]


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


def transaction_log(transaction: Transaction) -> Json | None:
    """What the payer did on the page; nothing before the first act."""
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
