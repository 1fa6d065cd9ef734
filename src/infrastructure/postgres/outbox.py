"""The outbox in PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from application.identity import NewId
from application.outbox.ports import Errand, Topic
from infrastructure.postgres.database import Database, Driver
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.payments import ADD_ITEM

ADD = """
INSERT INTO outbox (id, topic, subject, dedupe_key, available_at, created_at)
VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp()) ON CONFLICT (dedupe_key) DO NOTHING
"""

CLAIM = """
UPDATE outbox SET leased_until = clock_timestamp() + $2, attempts = attempts + 1
WHERE id IN (
  SELECT id FROM outbox
  WHERE done_at IS NULL AND available_at <= clock_timestamp()
    AND (leased_until IS NULL OR leased_until <= clock_timestamp())
  ORDER BY available_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
RETURNING id, topic, subject, attempts
"""

FINISH = "UPDATE outbox SET done_at = clock_timestamp(), leased_until = NULL WHERE id = $1"

POSTPONE = """
UPDATE outbox SET available_at = clock_timestamp() + $2, leased_until = NULL, last_error = $3 WHERE id = $1
"""

GIVE_UP = "UPDATE outbox SET done_at = clock_timestamp(), leased_until = NULL, last_error = $2 WHERE id = $1"


class SqlOutbox:
    """`Outbox`: writes inside a unit of work."""

    def __init__(self, driver: Driver, new_id: NewId) -> None:
        self._driver = driver
        self._new_id = new_id

    async def add(self, topic: Topic, subject: str, *, dedupe_key: str) -> None:
        """Insert one errand, unless its key is known."""
        await self._driver.execute(ADD, self._new_id(), topic, subject, dedupe_key)


class SqlErrands:
    """`Errands`: each call is a transaction of its own."""

    def __init__(self, database: Database, new_id: NewId) -> None:
        self._database = database
        self._new_id = new_id

    async def claim(self, *, limit: int, lease: timedelta) -> list[Errand]:
        """Lease waiting errands, passing over those that somebody else is claiming."""
        with translated_faults():
            rows = await self._database.pool.fetch(CLAIM, limit, lease)
        return [
            Errand(id=row["id"], topic=Topic(row["topic"]), subject=row["subject"], attempts=row["attempts"])
            for row in rows
        ]

    async def finish(self, errand_id: UUID) -> None:
        """Mark one as done."""
        with translated_faults():
            await self._database.pool.execute(FINISH, errand_id)

    async def postpone(self, errand_id: UUID, *, pause: timedelta, error: str) -> None:
        """Make one wait."""
        with translated_faults():
            await self._database.pool.execute(POSTPONE, errand_id, pause, error[:500])

    async def give_up(self, errand: Errand, *, error: str) -> None:
        """Close one and list it for the operators, in one transaction."""
        with translated_faults():
            async with self._database.pool.acquire() as connection, connection.transaction():
                await connection.execute(GIVE_UP, errand.id, error[:500])
                await connection.execute(
                    ADD_ITEM, self._new_id(), f"errand_failed:{errand.topic}", errand.subject, error[:500]
                )
