"""The ledger in PostgreSQL."""

from __future__ import annotations

from application.identity import NewId
from domain.ledger import Posting
from infrastructure.postgres.database import Driver

POST = """
WITH posting AS (
  INSERT INTO ledger_postings (id, kind, source_id, payment_id, at)
  VALUES ($1, $2, $3, $4, clock_timestamp()) RETURNING id
)
INSERT INTO ledger_entries (posting_id, account, consultant_id, booking_id, amount, currency)
SELECT posting.id, entry.account, entry.consultant_id, entry.booking_id, entry.amount, $5
FROM posting, unnest($6::text[], $7::uuid[], $8::uuid[], $9::bigint[])
  AS entry (account, consultant_id, booking_id, amount)
"""


class SqlLedger:
    """`Ledger` on two tables that only grow."""

    def __init__(self, driver: Driver, new_id: NewId) -> None:
        self._driver = driver
        self._new_id = new_id

    async def post(self, posting: Posting) -> None:
        """One statement."""
        await self._driver.execute(
            POST,
            self._new_id(),
            posting.kind,
            posting.source_id,
            posting.payment_id,
            posting.currency,
            [entry.account for entry in posting.entries],
            [entry.consultant_id for entry in posting.entries],
            [entry.booking_id for entry in posting.entries],
            [entry.amount for entry in posting.entries],
        )
