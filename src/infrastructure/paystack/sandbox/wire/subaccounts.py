"""Subaccounts, groups of them, and what a paid transaction says of both."""

from collections.abc import Callable

from infrastructure.paystack.sandbox.records import Division, Share, Split, Subaccount, Transaction
from infrastructure.paystack.sandbox.wire.envelope import INTEGRATION_ID, Json, instant

Members = list[tuple[Subaccount, Share]]


def shown_subaccount(subaccount: Subaccount) -> Json:
    """`data` of POST and GET /subaccount."""
    return {
        **_contact(subaccount),
        "account_name": subaccount.account_name,
        "percentage_charge": subaccount.percentage_charge,
        "bank": subaccount.bank_id,
        "integration": INTEGRATION_ID,
        "domain": subaccount.domain,
        "product": "collection",
        "managed_by_integration": INTEGRATION_ID,
        "is_verified": False,
        "settlement_schedule": "AUTO",
        "active": True,
        "migrate": False,
        "createdAt": instant(subaccount.created_at),
        "updatedAt": instant(subaccount.updated_at),
    }


def listed_subaccount(subaccount: Subaccount) -> Json:
    """One item of GET /subaccount, in which `active` is a number."""
    return {
        **_contact(subaccount),
        "percentage_charge": subaccount.percentage_charge,
        "bank_id": subaccount.bank_id,
        "active": 1,
        "is_verified": False,
    }


def shown_split(split: Split, members: Members) -> Json:
    """`data` of POST and GET /split."""
    bearer = next((row.id for row, _ in members if row.subaccount_code == split.bearer_subaccount), None)
    return {
        "id": split.id,
        "name": split.name,
        "type": split.type,
        "currency": split.currency,
        "integration": INTEGRATION_ID,
        "domain": split.domain,
        "split_code": split.split_code,
        "active": True,
        "bearer_type": split.bearer_type,
        "bearer_subaccount": bearer,
        "createdAt": instant(split.created_at),
        "updatedAt": instant(split.updated_at),
        "is_dynamic": False,
        "subaccounts": [{"subaccount": _contact(row), "share": share.share} for row, share in members],
        "total_subaccounts": len(members),
    }


def divided(
    shown: Json,
    transaction: Transaction,
    subaccount_of: Callable[[str], Subaccount],
    split_of: Callable[[str], Split],
) -> Json:
    """Put into a shown transaction who gets what of it."""
    division = transaction.division
    if division is None:
        return shown
    if division.split_code is not None:
        return shown | {"split": _split_of(transaction, division, subaccount_of, split_of(division.split_code))}
    if division.subaccount is None:
        return shown
    subaccount = subaccount_of(division.subaccount)
    return shown | {"subaccount": _contact(subaccount), "fees_split": _fees_split(transaction, division)}


def _split_of(
    transaction: Transaction, division: Division, subaccount_of: Callable[[str], Subaccount], split: Split
) -> Json:
    members = [(subaccount_of(share.subaccount), share) for share in split.shares]
    whole = 100 if split.type == "percentage" else transaction.amount
    return {
        "id": split.id,
        "name": split.name,
        "split_code": split.split_code,
        "formula": {
            "type": split.type,
            "bearer_type": split.bearer_type,
            "subaccounts": [
                {
                    "share": share.share,
                    "subaccount_code": row.subaccount_code,
                    "id": row.id,
                    "name": row.business_name,
                }
                for row, share in members
            ],
            "integration": whole - sum(share.share for share in split.shares),
        },
        "shares": _shares(transaction, division, subaccount_of) if division.parts else {},
    }


def _shares(transaction: Transaction, division: Division, subaccount_of: Callable[[str], Subaccount]) -> Json:
    """In subunits; together they are the transaction's amount."""
    fee = transaction.fees or 0
    parts = [
        {
            "amount": part.amount - part.fee,
            "subaccount_code": part.subaccount,
            "id": subaccount_of(part.subaccount).id,
        }
        for part in division.parts
    ]
    to_others = sum(part.amount - part.fee for part in division.parts)
    return {"paystack": fee, "subaccounts": parts, "integration": transaction.amount - fee - to_others}


def _fees_split(transaction: Transaction, division: Division) -> Json | None:
    if not division.parts:
        return None
    fee, (part,) = transaction.fees or 0, division.parts
    to_subaccount = part.amount - part.fee
    return {
        "paystack": fee,
        "integration": transaction.amount - fee - to_subaccount,
        "subaccount": to_subaccount,
        "params": {
            "bearer": "subaccount" if division.is_fee_of_subaccount else "account",
            "transaction_charge": division.transaction_charge or "",
        },
    }


def _contact(subaccount: Subaccount) -> Json:
    return {
        "id": subaccount.id,
        "subaccount_code": subaccount.subaccount_code,
        "business_name": subaccount.business_name,
        "description": subaccount.description,
        "primary_contact_name": subaccount.contact_name,
        "primary_contact_email": subaccount.contact_email,
        "primary_contact_phone": subaccount.contact_phone,
        "metadata": subaccount.metadata,
        "settlement_bank": subaccount.bank_name,
        "currency": subaccount.currency,
        "account_number": subaccount.account_number,
    }
