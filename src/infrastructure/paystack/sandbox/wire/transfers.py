"""Recipients and transfers, as they are created, read and announced."""

from infrastructure.paystack.sandbox.records import Recipient, Transfer
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.wire.envelope import INTEGRATION_ID, Json, instant


def shown_recipient(recipient: Recipient) -> Json:
    """`data` of POST /transferrecipient, and the recipient inside a transfer."""
    return {
        "active": not recipient.is_deleted,
        "createdAt": instant(recipient.created_at),
        "currency": recipient.currency,
        "description": recipient.description,
        "domain": recipient.domain,
        "email": recipient.email,
        "id": recipient.id,
        "integration": INTEGRATION_ID,
        "metadata": recipient.metadata,
        "name": recipient.name,
        "recipient_code": recipient.recipient_code,
        "type": recipient.type,
        "updatedAt": instant(recipient.updated_at),
        "is_deleted": recipient.is_deleted,
        "isDeleted": recipient.is_deleted,
        "details": {
            "authorization_code": None,
            "account_number": recipient.account_number,
            "account_name": recipient.account_name,
            "bank_code": recipient.bank_code,
            "bank_name": recipient.bank_name,
        },
    }


def fetched_recipient(recipient: Recipient) -> Json:
    """`data` of GET /transferrecipient/{id_or_code}."""
    return shown_recipient(recipient) | {
        "recipient_account": recipient.account_number,
        "institution_code": recipient.bank_code,
    }


def created_transfer(transfer: Transfer) -> Json:
    """`data` of POST /transfer, in which the recipient is its numeric id."""
    return {
        "transfersessionid": [],
        "transfertrials": [],
        "domain": transfer.domain,
        "amount": transfer.amount,
        "currency": transfer.currency,
        "reference": transfer.reference,
        "source": "balance",
        "source_details": None,
        "reason": transfer.reason,
        "status": transfer.status,
        "failures": None,
        "transfer_code": transfer.transfer_code,
        "titan_code": None,
        "transferred_at": instant(transfer.transferred_at),
        "id": transfer.id,
        "integration": INTEGRATION_ID,
        "request": transfer.id,
        "recipient": transfer.recipient_id,
        "createdAt": instant(transfer.created_at),
        "updatedAt": instant(transfer.updated_at),
    }


def bulk_transfer(transfer: Transfer, recipient: Recipient) -> Json:
    """One item of POST /transfer/bulk, in which the recipient is its code."""
    return {
        "reference": transfer.reference,
        "recipient": recipient.recipient_code,
        "amount": transfer.amount,
        "transfer_code": transfer.transfer_code,
        "currency": transfer.currency,
        "status": transfer.status,
    }


def read_transfer(transfer: Transfer, recipient: Recipient) -> Json:
    """`data` of fetch and verify, and one item of the list: the recipient is an object."""
    shown = created_transfer(transfer)
    del shown["transfersessionid"], shown["transfertrials"]
    return shown | {
        "recipient": shown_recipient(recipient),
        "session": {"provider": None, "id": None},
        "fee_charged": transfer.fee,
        "fees_breakdown": [{"amount": str(transfer.fee), "formula": None, "type": "paystack"}],
        "gateway_response": transfer.gateway_response,
    }


def listed_transfer(transfer: Transfer, recipient: Recipient) -> Json:
    """One item of GET /transfer."""
    shown = read_transfer(transfer, recipient)
    del shown["gateway_response"]
    return shown | {"fees_breakdown": None}


def transfer_event(transfer: Transfer, recipient: Recipient, settings: SandboxSettings) -> Json:
    """`data` of the transfer.* events."""
    shown = read_transfer(transfer, recipient)
    del shown["fees_breakdown"], shown["request"]
    integration = {
        "id": INTEGRATION_ID,
        "is_live": settings.domain == "live",
        "business_name": settings.business_name,
    }
    return shown | {"integration": integration}
