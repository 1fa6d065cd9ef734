"""A dispute as fetch, list, resolve and webhook show it."""

from infrastructure.paystack.sandbox.records import Dispute, Evidence, Transaction
from infrastructure.paystack.sandbox.wire.customers import shown_customer
from infrastructure.paystack.sandbox.wire.envelope import INTEGRATION_ID, Json, instant
from infrastructure.paystack.sandbox.wire.transactions import verified_transaction

_CREATED_BY = 1


def read_dispute(dispute: Dispute, transaction: Transaction) -> Json:
    """`data` of GET /dispute/{id} and one item of GET /dispute."""
    return {
        "id": dispute.id,
        **_sum(dispute),
        "transaction": _disputed_transaction(transaction),
        "transaction_reference": None,
        "category": dispute.category,
        "customer": shown_customer(transaction.customer),
        **_card(transaction),
        "dueAt": instant(dispute.answer_by),
        "resolvedAt": instant(dispute.resolved_at),
        "evidence": shown_evidence(dispute.evidence, dispute) if dispute.evidence else None,
        "attachments": dispute.attachments,
        "note": dispute.note,
        **_talk(dispute),
        "createdAt": instant(dispute.created_at),
        "updatedAt": instant(dispute.updated_at),
    }


def dispute_of_transaction(dispute: Dispute, transaction: Transaction) -> Json:
    """`data` of GET /dispute/transaction/{id}."""
    shown = read_dispute(dispute, transaction)
    del shown["customer"]
    return shown | {
        "merchant_transaction_reference": transaction.reference,
        "integration": INTEGRATION_ID,
        "created_by": _CREATED_BY,
    }


def resolved_dispute(dispute: Dispute, transaction: Transaction) -> Json:
    """`data` of PUT /dispute/{id}/resolve, in which the transaction is its numeric id."""
    shown = dispute_of_transaction(dispute, transaction)
    del shown["history"], shown["messages"]
    message = dispute.messages[-1]
    return shown | {
        "transaction": dispute.transaction_id,
        "evidence": dispute.evidence.id if dispute.evidence else None,
        "message": {
            "dispute": dispute.id,
            "sender": message.sender,
            "body": message.body,
            "id": len(dispute.messages),
            "createdAt": instant(message.created_at),
            "updatedAt": instant(message.created_at),
        },
    }


def shown_evidence(evidence: Evidence, dispute: Dispute) -> Json:
    """`data` of POST /dispute/{id}/evidence."""
    return {
        "customer_email": evidence.customer_email,
        "customer_name": evidence.customer_name,
        "customer_phone": evidence.customer_phone,
        "service_details": evidence.service_details,
        "delivery_address": evidence.delivery_address,
        "delivery_date": evidence.delivery_date,
        "dispute": dispute.id,
        "id": evidence.id,
        "createdAt": instant(evidence.created_at),
        "updatedAt": instant(evidence.created_at),
    }


def dispute_event(dispute: Dispute, transaction: Transaction) -> Json:
    """`data` of the charge.dispute.* events: the times of the dispute itself are spelled with underscores."""
    shown = read_dispute(dispute, transaction)
    shown["created_at"], shown["updated_at"] = shown.pop("createdAt"), shown.pop("updatedAt")
    return shown


def _sum(dispute: Dispute) -> Json:
    return {
        "refund_amount": dispute.refund_amount,
        "currency": dispute.currency,
        "status": dispute.status,
        "resolution": dispute.resolution,
        "domain": dispute.domain,
    }


def _card(transaction: Transaction) -> Json:
    authorization = transaction.authorization or {}
    return {"bin": authorization.get("bin"), "last4": authorization.get("last4")}


def _talk(dispute: Dispute) -> Json:
    return {
        "history": [
            {"status": event.status, "by": event.by, "createdAt": instant(event.created_at)}
            for event in dispute.history
        ],
        "messages": [
            {"sender": message.sender, "body": message.body, "createdAt": instant(message.created_at)}
            for message in dispute.messages
        ],
    }


def _disputed_transaction(transaction: Transaction) -> Json:
    shown = verified_transaction(transaction)
    del shown["transaction_date"], shown["plan_object"]
    return shown | {"plan": {}}
