"""What an account has before it."""

from __future__ import annotations

from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.operations.cancel_coming import MOST_AT_ONCE, ComingSessions
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

_COMING = """
WITH coming AS MATERIALIZED (
  SELECT id, starts_at FROM bookings
  WHERE client_id = $1 AND status IN ('pending', 'confirmed') AND starts_at > clock_timestamp()
  UNION
  SELECT id, starts_at FROM bookings
  WHERE consultant_id = $1 AND status IN ('pending', 'confirmed') AND starts_at > clock_timestamp()
), next AS MATERIALIZED (SELECT id, starts_at FROM coming ORDER BY starts_at, id LIMIT $2)
SELECT (SELECT count(*) FROM coming) AS count, ARRAY(SELECT id FROM next ORDER BY starts_at, id) AS ids,
  (SELECT coalesce(json_agg(json_build_object('amount', amount, 'currency', currency) ORDER BY currency), '[]')
    FROM (
      SELECT p.charged_currency AS currency, sum(p.charged_amount - p.owed_back - p.written_off)::bigint AS amount
      FROM next JOIN payments p ON p.booking_id = next.id AND p.pays_for_booking
      GROUP BY 1
    ) sums WHERE amount > 0) AS refunds
"""

_refunds = msgspec.json.Decoder(list[MoneyView])


class SqlComingQueries:
    """`ComingQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def coming_sessions(self, account_id: UUID) -> ComingSessions:
        """One row."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_COMING, account_id, MOST_AT_ONCE)
        assert row is not None  # noqa: S101 - a statement without FROM has one row
        return ComingSessions(booking_ids=row["ids"], refunds=_refunds.decode(row["refunds"]), count=row["count"])
