"""Calendar feeds in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from infrastructure.postgres.database import Driver

OPEN = """
INSERT INTO calendar_feeds (account_id, token_hash, created_at) VALUES ($1, $2, $3)
ON CONFLICT (account_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at
"""

CLOSE = "DELETE FROM calendar_feeds WHERE account_id = $1 RETURNING account_id"


class SqlCalendarFeeds:
    """`CalendarFeeds` on a table with one row for each account."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def open(self, account_id: UUID, token_hash: bytes, at: datetime) -> None:
        """Insert the account's row, or give it another token."""
        await self._driver.execute(OPEN, account_id, token_hash, at)

    async def close(self, account_id: UUID) -> bool:
        """Delete the account's row."""
        return await self._driver.fetchval(CLOSE, account_id) is not None
