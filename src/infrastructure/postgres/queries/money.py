"""Reads about all of the money."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import asyncpg
import msgspec

from application.operations.money_views import (
    DayFile,
    DayView,
    Difference,
    InvariantView,
    MoneyGauges,
    RefundSums,
    Statement,
)
from application.paging import Page, PageRequest
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, page_of

_DAY_COLUMNS = """
day, currency, listed_count, listed_amount, listed_fees, known_count, known_amount, known_fees, posted_amount,
posted_fees, checked_at, agrees
"""

_DAYS = f"""
SELECT {_DAY_COLUMNS} FROM reconciled_days
WHERE $2::text IS NULL OR (day, currency) < ($2::text::date, $3::text)
ORDER BY day DESC, currency DESC LIMIT $1
"""

_DAY = f"SELECT {_DAY_COLUMNS} FROM reconciled_days WHERE day = $1 ORDER BY currency"

# `fees` are what Paystack kept of the charge; what it was given back by payers who bear the fee is `added_fees`.
_STATEMENTS = """
WITH charged AS (
  SELECT p.id, b.consultant_id FROM payments p LEFT JOIN bookings b ON b.id = p.booking_id
  WHERE p.paid_at >= $1 AND p.paid_at < $2 AND p.charged_amount IS NOT NULL
), sums AS (
  SELECT c.consultant_id, e.currency, count(DISTINCT c.id) AS count,
    coalesce(sum(e.amount) FILTER (WHERE l.kind = 'charge' AND e.account IN ('paystack', 'paystack_fees')), 0)
      AS gross,
    coalesce(sum(e.amount) FILTER (WHERE l.kind = 'charge' AND e.account = 'paystack_fees'), 0) AS fees,
    coalesce(-sum(e.amount) FILTER (WHERE l.kind <> 'charge' AND e.account = 'paystack'), 0) AS sent_back,
    coalesce(-sum(e.amount) FILTER (WHERE e.account = 'commission'), 0) AS commission,
    coalesce(-sum(e.amount) FILTER (WHERE e.account = 'consultants'), 0) AS net,
    coalesce(-sum(e.amount) FILTER (WHERE e.account = 'clients'), 0) AS held,
    coalesce(-sum(e.amount) FILTER (WHERE l.kind <> 'charge' AND e.account = 'paystack_fees'), 0) AS added_fees,
    coalesce(-sum(e.amount) FILTER (WHERE e.account = 'written_off'), 0) AS written_off
  FROM charged c JOIN ledger_postings l ON l.payment_id = c.id JOIN ledger_entries e ON e.posting_id = l.id
  GROUP BY 1, 2
)
SELECT a.first_name || ' ' || a.last_name AS consultant, s.slug, sums.currency, sums.count, gross::bigint,
  fees::bigint, sent_back::bigint, commission::bigint, net::bigint, held::bigint, added_fees::bigint,
  written_off::bigint
FROM sums LEFT JOIN accounts a ON a.id = sums.consultant_id
  LEFT JOIN consultant_profiles s ON s.account_id = sums.consultant_id
ORDER BY sums.currency, a.last_name NULLS FIRST, a.first_name, sums.consultant_id
"""

_DIFFERENCES = """
WITH listed AS (SELECT * FROM listed_charges WHERE paid_at >= $1 AND paid_at < $2),
known AS (SELECT * FROM payments WHERE paid_at >= $1 AND paid_at < $2 AND charged_amount IS NOT NULL)
SELECT coalesce(l.reference, p.reference) AS reference, coalesce(l.currency, p.charged_currency) AS currency,
  l.amount AS listed_amount, l.fees AS listed_fees, p.charged_amount AS known_amount, p.fees AS known_fees,
  EXISTS (SELECT FROM payments o WHERE o.reference = coalesce(l.reference, p.reference)) AS is_known_here
FROM listed l FULL JOIN known p ON p.reference = l.reference
WHERE (l.amount, l.currency, l.fees) IS DISTINCT FROM (p.charged_amount, p.charged_currency, coalesce(p.fees, 0))
ORDER BY 1 LIMIT 200
"""

_REFUNDS = """
SELECT p.charged_currency AS currency, count(*) AS listed_count, sum(l.amount)::bigint AS listed_amount,
  count(r.id) AS known_count, coalesce(sum(r.amount), 0)::bigint AS known_amount
FROM listed_refunds l JOIN payments p ON p.paystack_id = l.transaction_id
  LEFT JOIN refunds r ON r.paystack_id = l.paystack_id AND r.status <> 'failed'
WHERE l.made_at >= $1 AND l.made_at < $2 AND l.status <> 'failed' GROUP BY 1 ORDER BY 1
"""

_INVARIANTS = """
SELECT name, is_broken, examples, checked_at, checked_fully_at, extract(epoch FROM took)::float AS took_s
FROM invariant_checks ORDER BY is_broken DESC, name
"""

# Charges that came in during the last day and are in no class, as far as the database can tell; the checks of
# the database look at all of them. What was announced and is not settled is counted from the announcement.
_GAUGES = """
WITH outside AS (
  SELECT coalesce(p.paid_at, p.created_at) AS since FROM payments p LEFT JOIN bookings b ON b.id = p.booking_id
  WHERE p.paid_at >= clock_timestamp() - interval '1 day' AND p.charged_amount > p.owed_back + p.written_off
    AND NOT (p.pays_for_booking AND b.status IN ('confirmed', 'completed', 'no_show', 'cancelled'))
    AND NOT EXISTS (SELECT FROM operator_items i WHERE i.subject = p.reference AND i.resolved_at IS NULL)
  UNION ALL
  SELECT min(w.received_at) FROM payments p JOIN webhook_events w ON w.reference = p.reference
  WHERE p.next_check_at IS NOT NULL AND p.status IN ('initialized', 'failed', 'abandoned')
    AND w.event = 'charge.success' GROUP BY p.id
), unsettled AS (
  SELECT p.reference FROM payments p
  WHERE p.next_check_at IS NOT NULL AND p.status IN ('initialized', 'failed', 'abandoned')
), settled AS (
  SELECT CASE WHEN p.status = 'mismatched' THEN 'mismatched' WHEN p.pays_for_booking THEN 'confirmed'
    ELSE 'refunded' END AS outcome, count(*) AS count
  FROM ledger_postings l JOIN payments p ON p.id = l.payment_id
  WHERE l.kind = 'charge' AND l.at >= clock_timestamp() - interval '1 hour' GROUP BY 1
), waiting AS (
  SELECT available_at FROM outbox WHERE done_at IS NULL
), going_back AS (
  SELECT currency, count(*) AS count, sum(amount) AS amount FROM refunds
  WHERE next_check_at IS NOT NULL AND status NOT IN ('processed', 'failed') GROUP BY 1
), paying_out AS (
  SELECT currency, count(*) AS count, sum(amount) AS amount FROM payouts
  WHERE status IN ('requested', 'pending', 'needs_otp') GROUP BY 1
)
SELECT json_build_object(
  'unsettled', (SELECT count(*) FROM unsettled),
  'announced', (SELECT count(*) FROM unsettled u WHERE EXISTS (SELECT FROM webhook_events w
    WHERE w.reference = u.reference AND w.event = 'charge.success')),
  'charges_outside', (SELECT count(*) FROM outside),
  'oldest_charge_outside_s', (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0) FROM outside),
  'compared_ago_s', (SELECT extract(epoch FROM clock_timestamp() - agreed_until) FROM comparisons
    WHERE age = interval '0'),
  'outbox_waiting', (SELECT count(*) FROM waiting),
  'outbox_lag_s', (SELECT greatest(coalesce(extract(epoch FROM clock_timestamp() - min(available_at)), 0), 0)
    FROM waiting),
  'refunds_under_way', (SELECT coalesce(sum(count), 0) FROM going_back),
  'refunds_under_way_amount', (SELECT coalesce(json_object_agg(currency, amount), '{}') FROM going_back),
  'payouts_under_way', (SELECT coalesce(sum(count), 0) FROM paying_out),
  'payouts_under_way_amount', (SELECT coalesce(json_object_agg(currency, amount), '{}') FROM paying_out),
  'disputes_open', (SELECT count(*) FROM disputes WHERE is_open AND next_check_at IS NOT NULL),
  'invariants_broken', (SELECT count(*) FROM invariant_checks WHERE is_broken),
  'operator_items', (SELECT coalesce(json_object_agg(kind, count), '{}') FROM (
    SELECT kind, count(*) FROM operator_items WHERE resolved_at IS NULL GROUP BY kind) kinds),
  'settled_last_hour', (SELECT coalesce(json_object_agg(outcome, count), '{}') FROM settled)
)
"""

_gauges = msgspec.json.Decoder(MoneyGauges)


class SqlMoneyQueries:
    """`MoneyQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def gauges(self) -> MoneyGauges:
        """One statement, one JSON object."""
        with translated_faults():
            return _gauges.decode(await self._database.pool.fetchval(_GAUGES))

    async def days(self, page: PageRequest) -> Page[DayView]:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_DAYS, page.limit + 1, *key_of(page))
        return page_of(rows, page, _day, ("day", "currency"))

    async def day(self, day: date) -> DayFile:
        """Four statements: sums, consultants, what differs, refunds."""
        since = datetime.combine(day, time(), UTC)
        until = since + timedelta(days=1)
        with translated_faults():
            sums = await self._database.pool.fetch(_DAY, day)
            statements = await self._database.pool.fetch(_STATEMENTS, since, until)
            differences = await self._database.pool.fetch(_DIFFERENCES, since, until)
            refunds = await self._database.pool.fetch(_REFUNDS, since, until)
        return DayFile(
            day=day,
            sums=[_day(row) for row in sums],
            statements=[Statement(**row) for row in statements],
            differences=[Difference(**row) for row in differences],
            refunds=[RefundSums(**row) for row in refunds],
        )

    async def invariants(self) -> list[InvariantView]:
        """The broken ones first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_INVARIANTS)
        return [InvariantView(**row) for row in rows]


def _day(row: asyncpg.Record) -> DayView:
    return DayView(**row)
