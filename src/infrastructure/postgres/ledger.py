"""The ledger in PostgreSQL."""

from __future__ import annotations

from uuid import UUID

from application.identity import NewId
from domain.ledger import Posting
from infrastructure.postgres.database import Driver

POST = """
WITH posted AS (
  INSERT INTO ledger_postings (id, kind, source_id, payment_id, at)
  SELECT id, kind, source_id, payment_id, clock_timestamp()
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) AS posting (id, kind, source_id, payment_id)
)
INSERT INTO ledger_entries (posting_id, currency, account, consultant_id, booking_id, amount)
SELECT * FROM unnest($5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::uuid[], $10::bigint[])
"""


OVERPAID = """
SELECT greatest(coalesce(sum(e.amount), 0), 0)::bigint FROM ledger_postings p
  JOIN ledger_entries e ON e.posting_id = p.id
WHERE p.payment_id = $1 AND e.account = 'clients'
"""


class SqlLedger:
    """`Ledger` on two tables that only grow."""

    def __init__(self, driver: Driver, new_id: NewId) -> None:
        self._driver = driver
        self._new_id = new_id

    async def overpaid(self, payment_id: UUID) -> int:
        """What the client's account has gone below nothing for one payment."""
        overpaid: int = await self._driver.fetchval(OVERPAID, payment_id)
        return overpaid

    async def post(self, *postings: Posting) -> None:
        """One statement."""
        ids = [self._new_id() for _ in postings]
        entries = [
            (posting_id, posting.currency, entry)
            for posting_id, posting in zip(ids, postings, strict=True)
            for entry in posting.entries
        ]
        await self._driver.execute(
            POST,
            ids,
            [posting.kind for posting in postings],
            [posting.source_id for posting in postings],
            [posting.payment_id for posting in postings],
            [posting_id for posting_id, _, _ in entries],
            [currency for _, currency, _ in entries],
            [entry.account for _, _, entry in entries],
            [entry.consultant_id for _, _, entry in entries],
            [entry.booking_id for _, _, entry in entries],
            [entry.amount for _, _, entry in entries],
        )
