"""Whether the money is where it should be: what operators look at, and what is measured from outside."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

import msgspec

from application.paging import Page, PageRequest


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid on a day (UTC) in a currency: by Paystack's list, by our payments, by the ledger. In subunits.

    `amount` is what the payers paid, `fees` what Paystack kept of it.
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
    checked_at: datetime
    agrees: bool


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What became, until now, of what was paid on a day for the sessions of one consultant. In subunits.

    `consultant` is nothing for charges that no booking is known for. `gross` was paid, `fees` Paystack kept of it,
    `sent_back` went to the payers again. The rest is shared: `commission` and `net` are earned, `held` is the
    clients' still, `added_fees` was paid above the price, `written_off` given up.

    `gross - sent_back = commission + net + held + added_fees + written_off`.
    """

    consultant: str | None
    slug: str | None
    currency: str
    count: int
    gross: int
    fees: int
    sent_back: int
    commission: int
    net: int
    held: int
    added_fees: int
    written_off: int


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A charge of a day that one side does not know, or knows otherwise; in subunits, nothing if it is unknown."""

    reference: str
    currency: str
    listed_amount: int | None
    listed_fees: int | None
    known_amount: int | None
    known_fees: int | None
    is_known_here: bool


class RefundSums(msgspec.Struct, frozen=True, kw_only=True):
    """Refunds that were made at Paystack on a day and did not fail: as listed there, and as known here."""

    currency: str
    listed_count: int
    listed_amount: int
    known_count: int
    known_amount: int


class DayFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one day."""

    day: date
    sums: list[DayView]
    statements: list[Statement]
    differences: list[Difference]
    refunds: list[RefundSums]


class InvariantView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that must always hold, and how the last look at it went. `took_s` in seconds."""

    name: str
    is_broken: bool
    examples: list[str]
    checked_at: datetime
    checked_fully_at: datetime | None
    took_s: float


class MoneyGauges(msgspec.Struct, frozen=True, kw_only=True):
    """Where the money stands at this moment. Ages and lags in seconds, sums in subunits by currency.

    - `unsettled`: attempts that Paystack is still asked about; `announced`: those of them that it announced.
    - `oldest_charge_outside_s`: since when the oldest charge is known that is neither a booking's, nor on its way
      back, nor on the operators' list; 0 when there is none.
    - `compared_ago_s`: since when what Paystack lists was not compared.
    """

    unsettled: int
    announced: int
    oldest_charge_outside_s: float
    charges_outside: int
    compared_ago_s: float
    outbox_waiting: int
    outbox_lag_s: float
    refunds_under_way: int
    refunds_under_way_amount: dict[str, int]
    payouts_under_way: int
    payouts_under_way_amount: dict[str, int]
    disputes_open: int
    invariants_broken: int
    operator_items: dict[str, int]
    settled_last_hour: dict[str, int]


class MoneyQueries(Protocol):
    """Reads about all of the money."""

    async def gauges(self) -> MoneyGauges:
        """Where it stands."""
        ...

    async def days(self, page: PageRequest) -> Page[DayView]:
        """Days that are over, newest first."""
        ...

    async def day(self, day: date) -> DayFile:
        """One day, consultant by consultant."""
        ...

    async def invariants(self) -> list[InvariantView]:
        """What must always hold, by name, the broken ones first."""
        ...
