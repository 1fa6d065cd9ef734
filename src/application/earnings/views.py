"""Earnings and payouts as their consultant sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.bookings.views import ClientName
from application.money_view import MoneyView
from application.paging import Page, PageRequest


class BalanceView(msgspec.Struct, frozen=True, kw_only=True):
    """What a consultant has in one currency. `pending` waits for its session, for the time to complain, or for a
    dispute; `available` can be paid out, and is less than nothing where more went back than is owed; `on_its_way`
    is in payouts that have not arrived, `paid` in those that have.
    """

    pending: MoneyView
    available: MoneyView
    on_its_way: MoneyView
    paid: MoneyView


class MonthView(msgspec.Struct, frozen=True, kw_only=True):
    """What was earned in one month (UTC, `YYYY-MM`), by when it was paid for or went back.

    `net` is `gross` less `refunds` and `commission`; all of them are of prices. The commission covers `fees`, what
    Paystack kept of the prices.
    """

    month: str
    gross: MoneyView
    fees: MoneyView
    commission: MoneyView
    refunds: MoneyView
    net: MoneyView
    paid_out: MoneyView


class EarningView(msgspec.Struct, frozen=True, kw_only=True):
    """What one booking earned: `net` is `gross` less `refunded` and `commission`. `available_from` is when its
    consultant can be paid, if nobody disputes it; `is_held` says that something about its payment waits for an
    operator.
    """

    booking_id: UUID
    client: ClientName
    starts_at: datetime
    status: str
    gross: MoneyView
    commission: MoneyView
    refunded: MoneyView
    net: MoneyView
    owed: MoneyView
    available_from: datetime
    is_disputed: bool
    is_held: bool


class LedgerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One change of what a consultant is owed. `kind` is that of its posting; `amount` is less than nothing where
    something was paid out or went back.
    """

    at: datetime
    kind: str
    booking_id: UUID
    starts_at: datetime
    amount: MoneyView
    payout_reference: str | None


class PayoutView(msgspec.Struct, frozen=True, kw_only=True):
    """One payout. `problem` says why it did not arrive."""

    id: UUID
    reference: str
    amount: MoneyView
    status: str
    problem: str | None
    bank_name: str
    last_four: str
    account_name: str
    requested_at: datetime
    settled_at: datetime | None


class PayoutAccountView(msgspec.Struct, frozen=True, kw_only=True):
    """Where payouts go. Nothing is sent there before `usable_from`."""

    currency: str
    bank_name: str
    last_four: str
    account_name: str
    usable_from: datetime


class PayoutSettingsView(msgspec.Struct, frozen=True, kw_only=True):
    """A consultant's account, whether payouts are made every week, and until when nothing is paid out because the
    password was reset by the security question.
    """

    account: PayoutAccountView | None
    weekly: bool
    frozen_until: datetime | None


class EarningQueries(Protocol):
    """Reads about earnings; one statement each."""

    async def balances(self, consultant_id: UUID) -> list[BalanceView]:
        """One for each currency that anything was earned in."""
        ...

    async def months(self, consultant_id: UUID, *, limit: int) -> list[MonthView]:
        """Months in which anything happened, newest first."""
        ...

    async def payable(self, consultant_id: UUID) -> MoneyView | None:
        """What one payout would carry now, in the currency of the account; nothing without an account."""
        ...

    async def ledger_lines(
        self, consultant_id: UUID, page: PageRequest, *, latest_first: bool = False
    ) -> Page[LedgerLine]:
        """Every change of what is owed, oldest first unless the latest are wanted first."""
        ...

    async def earnings(self, consultant_id: UUID, page: PageRequest) -> Page[EarningView]:
        """Booking by booking, the latest session first."""
        ...

    async def payouts(self, consultant_id: UUID, page: PageRequest) -> Page[PayoutView]:
        """Newest first."""
        ...

    async def payout(self, consultant_id: UUID, payout_id: UUID) -> PayoutView | None:
        """One of the consultant's own."""
        ...

    async def payout_settings(self, consultant_id: UUID) -> PayoutSettingsView:
        """How the consultant is paid."""
        ...
