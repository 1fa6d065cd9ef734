"""What the comparison with Paystack's list needs of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from application.payments.ports import ListedRefund
from domain.payments import Charge, PaymentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The right to compare what is `age` old, until `leased_until`; what is before `agreed_until` was compared."""

    age: timedelta
    agreed_until: datetime
    leased_until: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCharge:
    """What is known here of a reference that Paystack lists; `is_listed` says that operators look at it.

    What was charged is nothing as long as nothing was settled. `owed_back` is what was promised back of it.
    """

    status: PaymentStatus
    amount: int | None
    currency: str | None
    fees: int
    paystack_id: int | None
    paid_at: datetime | None
    owed_back: int
    is_listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySums:
    """What was paid on a day (UTC) in a currency: by Paystack's list, by our payments and by the ledger.

    Sums in subunits; `amount` is what the payers paid, fees included.
    """

    day: date
    currency: str
    listed_count: int
    listed_amount: int
    listed_fees: int
    known_count: int
    known_amount: int
    known_fees: int
    posted_amount: int
    posted_fees: int
    agrees: bool


class Comparisons(Protocol):
    """How far what Paystack lists was compared; each call is a transaction of its own."""

    async def claim(self, age: timedelta, *, lease: timedelta) -> Turn | None:
        """The turn, unless somebody else has it."""
        ...

    async def agree(self, turn: Turn, *, until: datetime, lease: timedelta) -> Turn | None:
        """Everything before `until` was compared: go on with a new lease, unless the turn was lost."""
        ...

    async def let_go(self, turn: Turn) -> None:
        """Somebody else may have the turn."""
        ...

    async def meet_charges(self, charges: Sequence[Charge]) -> dict[str, KnownCharge]:
        """Keep what Paystack lists; what is known here of it, by reference."""
        ...

    async def unlisted(self, *, paid_since: datetime, paid_until: datetime, mode: str, limit: int) -> list[str]:
        """References of charges that are known here and were never met in Paystack's list."""
        ...

    async def meet_refunds(self, refunds: Sequence[ListedRefund]) -> list[ListedRefund]:
        """Keep what Paystack lists; those of our charges that are not known here, or otherwise."""
        ...

    async def sum_days(self, *, since: datetime, until: datetime, mode: str) -> list[DaySums]:
        """Sum up the days from one midnight to another, in UTC, and keep the sums."""
        ...
