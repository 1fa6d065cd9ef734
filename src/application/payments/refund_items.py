"""What about a refund goes on the operators' list. The subject is the refund's id."""

from __future__ import annotations

from enum import StrEnum

from domain.payments import RefundStatus


class RefundItem(StrEnum):
    """Each is resolved by itself once the refund goes on."""

    STUCK = "refund_stuck"
    NEEDS_ACCOUNT = "refund_needs_account"
    WAITS_FOR_BALANCE = "refund_waits_for_balance"
    REFUSED = "refund_refused"
    LOST = "refund_lost"
    CONTRADICTED = "refund_contradicted"
    LATE = "refund_late"


OF_STATUS = {
    RefundStatus.FAILED: (
        RefundItem.STUCK,
        "Paystack could not make the refund; the money is in our balance again. Send it once more.",
    ),
    RefundStatus.NEEDS_ATTENTION: (
        RefundItem.NEEDS_ACCOUNT,
        "Paystack needs a bank account to send the money to. The client is asked for it on their pages.",
    ),
}
"""What the client's money waits for, where that is more than time."""
