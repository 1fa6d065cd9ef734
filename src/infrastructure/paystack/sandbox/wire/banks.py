"""Banks and resolved accounts."""

from infrastructure.paystack.sandbox.banks import Bank
from infrastructure.paystack.sandbox.wire.envelope import Json

_LISTED_SINCE = "2016-07-14T10:04:29.000Z"


def listed_bank(bank: Bank) -> Json:
    """One item of GET /bank."""
    return {
        "id": bank.id,
        "name": bank.name,
        "slug": bank.slug,
        "code": bank.code,
        "longcode": "",
        "gateway": None,
        "pay_with_bank": False,
        "supports_transfer": True,
        "available_for_direct_debit": False,
        "active": True,
        "country": bank.country,
        "currency": bank.currency,
        "type": bank.type,
        "is_deleted": False,
        "createdAt": _LISTED_SINCE,
        "updatedAt": _LISTED_SINCE,
    }


def resolved_account(account_number: str, name: str, bank: Bank) -> Json:
    """`data` of GET /bank/resolve."""
    return {"account_number": account_number, "account_name": name, "bank_id": bank.id}
