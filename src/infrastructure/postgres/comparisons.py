"""How far what Paystack lists was compared with what is known here; one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from application.payments.comparison_ports import DaySums, KnownCharge, Turn
from application.payments.ports import ListedRefund
from domain.payments import Charge, ChargeStatus, PaymentStatus
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

CLAIM = """
UPDATE comparisons SET leased_until = clock_timestamp() + $2
WHERE age = $1 AND (leased_until IS NULL OR leased_until <= clock_timestamp())
RETURNING age, agreed_until, leased_until, clock_timestamp() AS now
"""

# The lease's end tells one holder from the next.
AGREE = """
UPDATE comparisons SET agreed_until = greatest(agreed_until, $3), leased_until = clock_timestamp() + $4
WHERE age = $1 AND leased_until = $2
RETURNING age, agreed_until, leased_until, clock_timestamp() AS now
"""

LET_GO = "UPDATE comparisons SET leased_until = NULL WHERE age = $1 AND leased_until = $2"

MEET_CHARGES = """
WITH page AS (
  SELECT DISTINCT ON (reference) *
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::timestamptz[], $7::boolean[])
    AS page (paystack_id, reference, amount, currency, fees, paid_at, went_back)
), kept AS (
  INSERT INTO listed_charges (paystack_id, reference, amount, currency, fees, paid_at, went_back, listed_at)
  SELECT *, clock_timestamp() FROM page
  ON CONFLICT (reference) DO UPDATE SET paystack_id = excluded.paystack_id, amount = excluded.amount,
    currency = excluded.currency, fees = excluded.fees, paid_at = excluded.paid_at,
    went_back = excluded.went_back, listed_at = excluded.listed_at
)
SELECT p.reference, p.status, p.charged_amount AS amount, p.charged_currency AS currency,
  coalesce(p.fees, 0) AS fees, p.paystack_id, p.paid_at, p.owed_back,
  EXISTS (SELECT FROM operator_items i WHERE i.subject = p.reference AND i.resolved_at IS NULL
    AND i.kind IN ('charge_differs', 'charge_unknown_to_paystack')) AS is_listed
FROM payments p WHERE p.reference = ANY ($2)
"""

UNLISTED = """
SELECT reference FROM payments p
WHERE paid_at >= $1 AND paid_at < $2 AND charged_amount IS NOT NULL AND mode = $3
  AND NOT EXISTS (SELECT FROM listed_charges l WHERE l.reference = p.reference)
ORDER BY paid_at DESC LIMIT $4
"""

MEET_REFUNDS = """
WITH page AS (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[])
    AS page (paystack_id, transaction_id, amount, status, made_at)
), kept AS (
  INSERT INTO listed_refunds (paystack_id, transaction_id, amount, status, made_at, listed_at)
  SELECT DISTINCT ON (page.paystack_id) page.*, clock_timestamp()
  FROM page JOIN payments p ON p.paystack_id = page.transaction_id
  ON CONFLICT (paystack_id) DO UPDATE SET status = excluded.status, amount = excluded.amount,
    listed_at = excluded.listed_at
)
SELECT page.paystack_id FROM page JOIN payments p ON p.paystack_id = page.transaction_id
WHERE NOT EXISTS (SELECT FROM refunds r WHERE r.paystack_id = page.paystack_id)
"""

SUM_DAYS = """
WITH listed AS (
  SELECT (paid_at AT TIME ZONE 'UTC')::date AS day, currency, count(*) AS listed_count,
    sum(amount) AS listed_amount, sum(fees) AS listed_fees
  FROM listed_charges WHERE paid_at >= $1 AND paid_at < $2 GROUP BY 1, 2
), charged AS MATERIALIZED (
  SELECT id, (paid_at AT TIME ZONE 'UTC')::date AS day, charged_currency AS currency, charged_amount,
    coalesce(fees, 0) AS fees
  FROM payments WHERE paid_at >= $1 AND paid_at < $2 AND charged_amount IS NOT NULL AND mode = $3
), known AS (
  SELECT day, currency, count(*) AS known_count, sum(charged_amount) AS known_amount, sum(fees) AS known_fees
  FROM charged GROUP BY 1, 2
), posted AS (
  SELECT c.day, e.currency, sum(e.amount) AS posted_amount,
    coalesce(sum(e.amount) FILTER (WHERE e.account = 'paystack_fees'), 0) AS posted_fees
  FROM charged c JOIN ledger_postings l ON l.kind = 'charge' AND l.source_id = c.id
    JOIN ledger_entries e ON e.posting_id = l.id
  WHERE e.account IN ('paystack', 'paystack_fees') GROUP BY 1, 2
), kept AS (
  SELECT day, currency FROM reconciled_days
  WHERE day >= ($1 AT TIME ZONE 'UTC')::date AND day < ($2 AT TIME ZONE 'UTC')::date
)
INSERT INTO reconciled_days (day, currency, listed_count, listed_amount, listed_fees, known_count, known_amount,
  known_fees, posted_amount, posted_fees, checked_at)
SELECT day, currency, coalesce(listed_count, 0), coalesce(listed_amount, 0), coalesce(listed_fees, 0),
  coalesce(known_count, 0), coalesce(known_amount, 0), coalesce(known_fees, 0), coalesce(posted_amount, 0),
  coalesce(posted_fees, 0), clock_timestamp()
FROM listed FULL JOIN known USING (day, currency) FULL JOIN posted USING (day, currency)
  FULL JOIN kept USING (day, currency)
ON CONFLICT (day, currency) DO UPDATE SET listed_count = excluded.listed_count,
  listed_amount = excluded.listed_amount, listed_fees = excluded.listed_fees, known_count = excluded.known_count,
  known_amount = excluded.known_amount, known_fees = excluded.known_fees, posted_amount = excluded.posted_amount,
  posted_fees = excluded.posted_fees, checked_at = excluded.checked_at
RETURNING day, currency, listed_count, listed_amount, listed_fees, known_count, known_amount, known_fees,
  posted_amount, posted_fees, agrees
"""


class SqlComparisons:
    """`Comparisons` on four tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, age: timedelta, *, lease: timedelta) -> Turn | None:
        """Lease it, unless it is leased."""
        with translated_faults():
            return _turn(await self._database.pool.fetchrow(CLAIM, age, lease))

    async def agree(self, turn: Turn, *, until: datetime, lease: timedelta) -> Turn | None:
        """Move the agreed point forward and renew the lease, unless somebody else has it."""
        with translated_faults():
            return _turn(await self._database.pool.fetchrow(AGREE, turn.age, turn.leased_until, until, lease))

    async def let_go(self, turn: Turn) -> None:
        """End the lease."""
        with translated_faults():
            await self._database.pool.execute(LET_GO, turn.age, turn.leased_until)

    async def meet_charges(self, charges: Sequence[Charge]) -> dict[str, KnownCharge]:
        """Keep them; what is known here, by reference."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                MEET_CHARGES,
                [charge.paystack_id for charge in charges],
                [charge.reference for charge in charges],
                [charge.amount for charge in charges],
                [charge.currency for charge in charges],
                [charge.fees or 0 for charge in charges],
                [charge.paid_at for charge in charges],
                [charge.status is ChargeStatus.REVERSED for charge in charges],
            )
        return {row["reference"]: _known(row) for row in rows}

    async def unlisted(self, *, paid_since: datetime, paid_until: datetime, mode: str, limit: int) -> list[str]:
        """References, last paid first."""
        with translated_faults():
            rows = await self._database.pool.fetch(UNLISTED, paid_since, paid_until, mode, limit)
        return [row["reference"] for row in rows]

    async def meet_refunds(self, refunds: Sequence[ListedRefund]) -> list[ListedRefund]:
        """Keep those of our charges; which of them are not known here."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                MEET_REFUNDS,
                [listed.refund.paystack_id for listed in refunds],
                [listed.transaction for listed in refunds],
                [listed.refund.amount for listed in refunds],
                [listed.refund.status for listed in refunds],
                [listed.refund.created_at for listed in refunds],
            )
        unknown = {row["paystack_id"] for row in rows}
        return [listed for listed in refunds if listed.refund.paystack_id in unknown]

    async def sum_days(self, *, since: datetime, until: datetime, mode: str) -> list[DaySums]:
        """Sum up, keep, and give back."""
        with translated_faults():
            rows = await self._database.pool.fetch(SUM_DAYS, since, until, mode)
        return sorted((DaySums(**row) for row in rows), key=lambda day: (day.day, day.currency))


def _turn(row: asyncpg.Record | None) -> Turn | None:
    return Turn(**row) if row else None


def _known(row: asyncpg.Record) -> KnownCharge:
    return KnownCharge(
        status=PaymentStatus(row["status"]),
        amount=row["amount"],
        currency=row["currency"],
        fees=row["fees"],
        paystack_id=row["paystack_id"],
        paid_at=row["paid_at"],
        owed_back=row["owed_back"],
        is_listed=row["is_listed"],
    )
