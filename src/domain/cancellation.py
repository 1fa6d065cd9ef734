"""What a client gets back when a paid booking is cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.consultants import CancellationPolicy
from domain.money import Money
from domain.refusals import Refusal
from domain.sentences import Sentence

INSTANT = timedelta(microseconds=1)
TIERS: dict[CancellationPolicy, tuple[tuple[timedelta, int], ...]] = {
    CancellationPolicy.FLEXIBLE: ((timedelta(hours=24), 100),),
    CancellationPolicy.MODERATE: ((timedelta(hours=72), 100), (timedelta(hours=24), 50)),
    CancellationPolicy.STRICT: ((timedelta(days=7), 50),),
}
"""By policy: up to how long before the start a client gets back how many hundredths, longest first."""


class RefundChanged(Refusal):
    """The refund is not the one that the caller agreed to: a limit passed while they were thinking."""

    code = "refund_changed"

    def __init__(self, quote: RefundQuote) -> None:
        super().__init__(Sentence("The refund is another one by now. Look at the new sum before you cancel."))
        self.quote = quote


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundQuote:
    """What goes back if the booking is cancelled now, until when that holds and what goes back `afterwards`;
    nothing means that it holds for good.
    """

    refund: Money
    percent: int
    changes_at: datetime | None = None
    afterwards: Money | None = None


def refund_percent(policy: CancellationPolicy, *, starts_at: datetime, now: datetime) -> int:
    """How much of the price a client gets back who cancels now. A limit's own instant still counts."""
    notice = starts_at - now
    return next((percent for longest, percent in TIERS[policy] if notice >= longest), 0)


def next_change(
    policy: CancellationPolicy, *, starts_at: datetime, now: datetime, ceiling: int = 100
) -> tuple[datetime, int] | None:
    """The last instant of the share that comes back now, and the smaller share that follows.

    A limit that takes away nothing, because the share is capped at `ceiling` already, is none.
    """
    present = min(refund_percent(policy, starts_at=starts_at, now=now), ceiling)
    for longest, _ in TIERS[policy]:
        limit = starts_at - longest
        after = refund_percent(policy, starts_at=starts_at, now=limit + INSTANT)
        if limit >= now and after < present:
            return limit, after
    return None


def share(price: Money, percent: int) -> Money:
    """Hundredths of a price; a broken subunit is rounded in the client's favour."""
    return Money(-(-price.amount * percent // 100), price.currency)
