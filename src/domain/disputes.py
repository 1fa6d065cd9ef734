"""Disputes: a cardholder asks their bank to take a charge back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

FOLLOW_EVERY = timedelta(hours=1)
"""Between two looks at a dispute that is not decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeStanding:
    """Where Paystack says that a dispute stands: `is_open` until it is decided, `is_lost` when the money goes.

    `amount`, in subunits, is what is disputed; 0 stands for the whole charge. `status` and `resolution` are
    Paystack's own words, and `due_at` is until when it waits for our answer.
    """

    amount: int
    currency: str
    status: str
    resolution: str | None
    category: str | None
    is_open: bool
    is_lost: bool
    due_at: datetime | None
    opened_at: datetime
    resolved_at: datetime | None


@dataclass(slots=True, kw_only=True)
class Dispute:
    """One dispute of one charge. `charged_back` is what the bank took of the charge, in subunits: once."""

    id: UUID
    payment_id: UUID
    paystack_id: int
    standing: DisputeStanding
    charged_back: int = 0
    next_check_at: datetime | None = None

    def follow(self, standing: DisputeStanding, *, received: int, now: datetime) -> int:
        """Take over where it stands; what the bank takes of the charge of `received` because of it, if anything.

        What was taken stays taken: a dispute that is lost is at its end.
        """
        if self.charged_back:
            return 0
        self.standing = standing
        self.next_check_at = now + FOLLOW_EVERY if standing.is_open else None
        if standing.is_open or not standing.is_lost:
            return 0
        self.charged_back = min(standing.amount or received, received)
        return self.charged_back
