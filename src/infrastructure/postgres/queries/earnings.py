"""Reads about earnings and payouts, from the ledger."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import asyncpg

from application.bookings.views import ClientName
from application.earnings.views import (
    BalanceView,
    EarningView,
    LedgerLine,
    MonthView,
    PayoutAccountView,
    PayoutSettingsView,
    PayoutView,
)
from application.money_view import MoneyView
from application.paging import Page, PageRequest
from domain.payouts import FROZEN_AFTER_RECOVERY, payable
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.payouts import CAN_BE_PAID
from infrastructure.postgres.queries.pages import key_of, page_of

_BALANCES = f"""
WITH standing AS (
  SELECT e.currency, e.owed,
    e.owed < 0 OR b.ends_at <= clock_timestamp() - $2::interval AND {CAN_BE_PAID} AS is_available
  FROM earnings e JOIN bookings b ON b.id = e.booking_id WHERE e.consultant_id = $1
), sums AS (
  SELECT currency, coalesce(sum(owed) FILTER (WHERE NOT is_available), 0)::bigint AS pending,
    coalesce(sum(owed) FILTER (WHERE is_available), 0)::bigint AS available FROM standing GROUP BY currency
)
SELECT s.*,
  (SELECT coalesce(sum(amount), 0)::bigint FROM payouts p WHERE p.consultant_id = $1 AND p.currency = s.currency
    AND p.status IN ('requested', 'pending', 'needs_otp')) AS on_its_way,
  (SELECT coalesce(sum(amount), 0)::bigint FROM payouts p WHERE p.consultant_id = $1 AND p.currency = s.currency
    AND p.status = 'paid') AS paid
FROM sums s ORDER BY s.currency
"""

_MONTHS = """
WITH mine AS (
  SELECT DISTINCT l.id, l.kind, l.payment_id, to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM') AS month
  FROM ledger_entries e JOIN ledger_postings l ON l.id = e.posting_id WHERE e.consultant_id = $1
)
SELECT month, e.currency,
  coalesce(-sum(e.amount) FILTER (WHERE kind = 'earning' AND account IN ('consultants', 'commission')), 0)::bigint
    AS gross,
  (coalesce(sum(p.fees) FILTER (WHERE kind = 'earning' AND account = 'clients'), 0)
    + coalesce(sum(e.amount) FILTER (WHERE account = 'paystack_fees'), 0))::bigint AS fees,
  -coalesce(sum(e.amount) FILTER (WHERE account = 'commission'), 0)::bigint AS commission,
  coalesce(sum(e.amount) FILTER (WHERE kind IN ('refund_owed', 'chargeback')
    AND account IN ('consultants', 'commission')), 0)::bigint AS refunds,
  -coalesce(sum(e.amount) FILTER (WHERE account = 'consultants'
    AND kind IN ('earning', 'refund_owed', 'chargeback')), 0)::bigint AS net,
  coalesce(sum(e.amount) FILTER (WHERE account = 'consultants'
    AND kind IN ('payout', 'payout_returned')), 0)::bigint AS paid_out
FROM mine JOIN ledger_entries e ON e.posting_id = mine.id LEFT JOIN payments p ON p.id = mine.payment_id
GROUP BY month, e.currency ORDER BY month DESC, e.currency LIMIT $2
"""

_EARNINGS = """
SELECT e.booking_id, e.currency, e.owed, e.is_disputed, b.starts_at, b.ends_at + $3::interval AS available_from,
  b.status, c.first_name || ' ' || c.last_name AS client_name, sums.*,
  EXISTS (SELECT FROM operator_items i WHERE i.subject = p.reference AND i.resolved_at IS NULL) AS is_held
FROM earnings e JOIN bookings b ON b.id = e.booking_id JOIN accounts c ON c.id = b.client_id
  JOIN payments p ON p.booking_id = b.id AND p.pays_for_booking,
  LATERAL (SELECT coalesce(-sum(x.amount) FILTER (WHERE l.kind = 'earning'), 0)::bigint AS gross,
      coalesce(sum(x.amount) FILTER (WHERE l.kind <> 'earning'), 0)::bigint AS refunded,
      coalesce(-sum(x.amount) FILTER (WHERE x.account = 'commission'), 0)::bigint AS commission,
      coalesce(-sum(x.amount) FILTER (WHERE x.account = 'consultants'), 0)::bigint AS net
    FROM ledger_postings l JOIN ledger_entries x ON x.posting_id = l.id
    WHERE l.payment_id = p.id AND x.account IN ('consultants', 'commission')) sums
WHERE e.consultant_id = $1
  AND ($4::text IS NULL OR (b.starts_at, e.booking_id) < ($4::text::timestamptz, $5::text::uuid))
ORDER BY b.starts_at DESC, e.booking_id DESC LIMIT $2
"""

_PAYABLE = f"""
SELECT e.booking_id, e.owed, k.currency FROM payout_accounts k
  LEFT JOIN (earnings e JOIN bookings b ON b.id = e.booking_id) ON e.consultant_id = k.consultant_id
    AND e.currency = k.currency AND e.owed <> 0
    AND (e.owed < 0 OR b.ends_at <= clock_timestamp() - $2::interval AND {CAN_BE_PAID})
WHERE k.consultant_id = $1 AND k.replaced_at IS NULL
"""

_LINES = """
SELECT e.id, l.at, l.kind, e.booking_id, b.starts_at, -e.amount AS amount, e.currency, o.reference
FROM ledger_entries e JOIN ledger_postings l ON l.id = e.posting_id JOIN bookings b ON b.id = e.booking_id
  LEFT JOIN payouts o ON o.id = l.source_id
WHERE e.consultant_id = $1
"""

_LEDGER_LINES = f"{_LINES} AND ($3::text IS NULL OR e.id > $3::text::bigint) ORDER BY e.id LIMIT $2"

_LATEST_LINES = f"{_LINES} AND ($3::text IS NULL OR e.id < $3::text::bigint) ORDER BY e.id DESC LIMIT $2"

_PAYOUT = """
SELECT p.id, p.reference, p.amount, p.currency, p.status, p.problem, k.bank_name, k.last_four, k.account_name,
  p.requested_at, p.settled_at
FROM payouts p JOIN payout_accounts k ON k.id = p.account_id WHERE p.consultant_id = $1
"""

_PAYOUTS = f"""{_PAYOUT}
  AND ($3::text IS NULL OR (p.requested_at, p.id) < ($3::text::timestamptz, $4::text::uuid))
ORDER BY p.requested_at DESC, p.id DESC LIMIT $2
"""

_ONE_PAYOUT = f"{_PAYOUT} AND p.id = $2"

_SETTINGS = """
SELECT p.weekly_payouts, k.currency, k.bank_name, k.last_four, k.account_name, k.usable_from,
  (SELECT max(reset_used_at) + $2::interval FROM recoveries r WHERE r.account_id = $1
    AND r.reset_used_at > clock_timestamp() - $2::interval) AS frozen_until
FROM consultant_profiles p
  LEFT JOIN payout_accounts k ON k.consultant_id = p.account_id AND k.replaced_at IS NULL
WHERE p.account_id = $1
"""


class SqlEarningQueries:
    """`EarningQueries`. `wait` is how long after its end a session's earning can be disputed."""

    def __init__(self, database: Database, wait: timedelta) -> None:
        self._database = database
        self._wait = wait

    async def balances(self, consultant_id: UUID) -> list[BalanceView]:
        """By currency."""
        with translated_faults():
            rows = await self._database.pool.fetch(_BALANCES, consultant_id, self._wait)
        return [
            BalanceView(
                pending=_sum(row, "pending"),
                available=_sum(row, "available"),
                on_its_way=_sum(row, "on_its_way"),
                paid=_sum(row, "paid"),
            )
            for row in rows
        ]

    async def months(self, consultant_id: UUID, *, limit: int) -> list[MonthView]:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_MONTHS, consultant_id, limit)
        return [
            MonthView(
                month=row["month"],
                gross=_sum(row, "gross"),
                fees=_sum(row, "fees"),
                commission=_sum(row, "commission"),
                refunds=_sum(row, "refunds"),
                net=_sum(row, "net"),
                paid_out=_sum(row, "paid_out"),
            )
            for row in rows
        ]

    async def payable(self, consultant_id: UUID) -> MoneyView | None:
        """By the rule that the payout itself would go by."""
        with translated_faults():
            rows = await self._database.pool.fetch(_PAYABLE, consultant_id, self._wait)
        if not rows:
            return None
        owed = {row["booking_id"]: row["owed"] for row in rows if row["booking_id"] is not None}
        return MoneyView(sum(payable(owed).values()), rows[0]["currency"])

    async def ledger_lines(
        self, consultant_id: UUID, page: PageRequest, *, latest_first: bool = False
    ) -> Page[LedgerLine]:
        """In the order in which they were posted, or the other way round."""
        statement = _LATEST_LINES if latest_first else _LEDGER_LINES
        with translated_faults():
            rows = await self._database.pool.fetch(
                statement, consultant_id, page.limit + 1, *key_of(page, length=1)
            )
        return page_of(rows, page, _ledger_line, ("id",))

    async def earnings(self, consultant_id: UUID, page: PageRequest) -> Page[EarningView]:
        """Latest session first."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                _EARNINGS, consultant_id, page.limit + 1, self._wait, *key_of(page)
            )
        return page_of(rows, page, _earning, ("starts_at", "booking_id"))

    async def payouts(self, consultant_id: UUID, page: PageRequest) -> Page[PayoutView]:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_PAYOUTS, consultant_id, page.limit + 1, *key_of(page))
        return page_of(rows, page, _payout, ("requested_at", "id"))

    async def payout(self, consultant_id: UUID, payout_id: UUID) -> PayoutView | None:
        """By id."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_ONE_PAYOUT, consultant_id, payout_id)
        return _payout(row) if row else None

    async def payout_settings(self, consultant_id: UUID) -> PayoutSettingsView:
        """Of the profile and its account."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_SETTINGS, consultant_id, FROZEN_AFTER_RECOVERY)
        if row is None:
            return PayoutSettingsView(account=None, weekly=False, frozen_until=None)
        return PayoutSettingsView(
            account=_account(row), weekly=row["weekly_payouts"], frozen_until=row["frozen_until"]
        )


def _sum(row: asyncpg.Record, name: str) -> MoneyView:
    return MoneyView(row[name], row["currency"])


def _earning(row: asyncpg.Record) -> EarningView:
    return EarningView(
        booking_id=row["booking_id"],
        client=ClientName(row["client_name"]),
        starts_at=row["starts_at"],
        status=row["status"],
        gross=_sum(row, "gross"),
        commission=_sum(row, "commission"),
        refunded=_sum(row, "refunded"),
        net=_sum(row, "net"),
        owed=_sum(row, "owed"),
        available_from=row["available_from"],
        is_disputed=row["is_disputed"],
        is_held=row["is_held"],
    )


def _ledger_line(row: asyncpg.Record) -> LedgerLine:
    return LedgerLine(
        at=row["at"],
        kind=row["kind"],
        booking_id=row["booking_id"],
        starts_at=row["starts_at"],
        amount=_sum(row, "amount"),
        payout_reference=row["reference"],
    )


def _payout(row: asyncpg.Record) -> PayoutView:
    return PayoutView(
        id=row["id"],
        reference=row["reference"],
        amount=_sum(row, "amount"),
        status=row["status"],
        problem=row["problem"],
        bank_name=row["bank_name"],
        last_four=row["last_four"],
        account_name=row["account_name"],
        requested_at=row["requested_at"],
        settled_at=row["settled_at"],
    )


def _account(row: asyncpg.Record) -> PayoutAccountView | None:
    if row["bank_name"] is None:
        return None
    return PayoutAccountView(
        currency=row["currency"],
        bank_name=row["bank_name"],
        last_four=row["last_four"],
        account_name=row["account_name"],
        usable_from=row["usable_from"],
    )
