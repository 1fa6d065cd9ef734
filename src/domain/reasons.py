"""Why something happened to a booking or to its money, as it is stored with it.

The words are for operators and for the logs; pages tell them in words of their own.
"""

from __future__ import annotations

from typing import Final

HOLD_RAN_OUT: Final = "the hold ran out"
PAYMENT_VERIFIED: Final = "payment verified"
PAYMENT_VERIFIED_LATE: Final = "payment verified late, the seat was still free"
PAYMENT_FOUND: Final = "an operator found its payment"
PAID_ALREADY: Final = "the booking is already paid for"
SESSION_CANCELLED: Final = "the session was cancelled"
BANK_TOOK_IT_BACK: Final = "the bank of the payer took the money back"
REFUNDED_BY_OPERATOR: Final = "refunded by an operator"
CANCELLED_BY_CLIENT: Final = "cancelled by the client"
CANCELLED_BY_CONSULTANT: Final = "cancelled by the consultant"
CANCELLED_BY_OPERATOR: Final = "cancelled by the operator"
CLIENT_DID_NOT_COME: Final = "the client did not come"
CONSULTANT_DID_NOT_COME: Final = "the consultant did not come"
CONSULTANT_ADMITTED_IT: Final = "the consultant did not come, as they say themselves"
CONSULTANT_DID_NOT_ANSWER: Final = "the consultant did not answer the report of their absence"
OPERATOR_DECIDED_IT: Final = "the consultant did not come, as an operator decided"
PAID_TOO_LATE: Final = "paid after the hold had run out"
"""Followed by the code of the refusal, in brackets and without underscores."""
UNDECIDED: Final = "nobody decided in time"
"""Followed by a colon and what was wrong with the charge."""


def paid_too_late(code: str) -> str:
    """With the code of what stood in the way."""
    return f"{PAID_TOO_LATE} ({code.replace('_', ' ')})"


def why_too_late(reason: str) -> str | None:
    """The code that `paid_too_late` was given; nothing for another reason."""
    begin = f"{PAID_TOO_LATE} ("
    return reason.removeprefix(begin).removesuffix(")").replace(" ", "_") if reason.startswith(begin) else None
