"""Counters of attempts in PostgreSQL: shared by all processes, atomic, and there when Redis is not."""

from __future__ import annotations

from application.accounts.ports import Limit
from domain.refusals import Throttled
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

HIT = """
INSERT INTO throttles AS t (key, window_started_at, attempts) VALUES ($1, clock_timestamp(), 1)
ON CONFLICT (key) DO UPDATE SET
  attempts = CASE WHEN t.window_started_at + $2 <= clock_timestamp() THEN 1 ELSE t.attempts + 1 END,
  window_started_at = CASE WHEN t.window_started_at + $2 <= clock_timestamp() THEN clock_timestamp()
    ELSE t.window_started_at END
RETURNING attempts, extract(epoch FROM window_started_at + $2 - clock_timestamp())::bigint AS seconds_left
"""

ROOM = """
SELECT extract(epoch FROM window_started_at + $2 - clock_timestamp())::bigint AS seconds_left FROM throttles
WHERE key = $1 AND attempts >= $3 AND window_started_at + $2 > clock_timestamp()
"""

FORGIVE = "UPDATE throttles SET attempts = greatest(attempts - 1, 0) WHERE key = $1"

CLEAR = "DELETE FROM throttles WHERE key = $1"


class SqlThrottles:
    """`Throttles`; one statement a call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hit(self, key: str, limit: Limit) -> None:
        """Count, then look."""
        with translated_faults():
            row = await self._database.pool.fetchrow(HIT, key, limit.window)
        if row is not None and row["attempts"] > limit.attempts:
            raise Throttled(row["seconds_left"])

    async def require_room(self, key: str, limit: Limit) -> None:
        """Only look."""
        with translated_faults():
            seconds_left = await self._database.pool.fetchval(ROOM, key, limit.window, limit.attempts)
        if seconds_left is not None:
            raise Throttled(seconds_left)

    async def forgive(self, key: str) -> None:
        """Count one less."""
        with translated_faults():
            await self._database.pool.execute(FORGIVE, key)

    async def clear(self, key: str) -> None:
        """Forget the counter."""
        with translated_faults():
            await self._database.pool.execute(CLEAR, key)
