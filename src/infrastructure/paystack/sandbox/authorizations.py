"""What a payer paid with, as `authorization` shows it."""

from collections.abc import Callable
from typing import Any

from infrastructure.paystack.sandbox.cards import Card

NewCode = Callable[[int], str]
_YEARS_TO_EXPIRY = 4


def by_card(card: Card, expiry: tuple[str, str], new_code: NewCode) -> dict[str, Any]:
    """Describe a card; expiry is month `MM` and year `YYYY`."""
    return {
        "authorization_code": f"AUTH_{new_code(10)}",
        "bin": card.number[:6],
        "last4": card.number[-4:],
        "exp_month": expiry[0],
        "exp_year": expiry[1],
        "channel": "card",
        "card_type": f"{card.brand} ",
        "bank": "TEST BANK",
        "country_code": "NG",
        "brand": card.brand,
        "reusable": card.is_reusable,
        "signature": f"SIG_{new_code(20)}",
        "account_name": None,
        "receiver_bank_account_number": None,
        "receiver_bank": None,
    }


def by_account(channel: str, year: int, new_code: NewCode) -> dict[str, Any]:
    """Describe what is not a card: a bank account, a phone. Only a bank transfer says who sent it."""
    shown = {
        "authorization_code": f"AUTH_{new_code(10)}",
        "bin": "008XXX",
        "last4": "X553",
        "exp_month": "12",
        "exp_year": f"{year}",
        "channel": channel,
        "card_type": "transfer" if channel == "bank_transfer" else "",
        "bank": "TEST BANK",
        "country_code": "NG",
        "brand": "Managed Account" if channel == "bank_transfer" else "Sandbox",
        "reusable": False,
        "signature": None,
        "account_name": None,
        "receiver_bank_account_number": None,
        "receiver_bank": None,
    }
    sender = {
        "sender_country": "NG",
        "sender_bank": "TEST BANK",
        "sender_bank_account_number": "XXXXXX0000",
        "sender_name": "SANDBOX PAYER",
        "narration": "NIP transfer",
    }
    return shown | sender if channel == "bank_transfer" else shown


def far_expiry(year: int) -> tuple[str, str]:
    """Return an expiry that is years away from this one."""
    return "12", str(year + _YEARS_TO_EXPIRY)
