"""Whether the database is there, and its schema the one that this code was written for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import DatabaseUnavailableError, translated_faults

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
MOST_CLOCK_ERROR = timedelta(seconds=5)

LOOK = "SELECT version_num AS revision, clock_timestamp() AS now FROM alembic_versions"


class SqlReadiness:
    """`Readiness`; `head` is the newest revision among the migrations.

    Only the database's clock decides anything. A process whose own clock differs much shows people wrong times.
    """

    def __init__(
        self,
        database: Database,
        head: str,
        is_ending: Callable[[], bool],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._head = head
        self._is_ending = is_ending
        self._clock = clock

    async def __call__(self) -> bool:
        """One statement, within a second; none when the process is about to end."""
        if self._is_ending():
            return False
        try:
            with translated_faults():
                async with asyncio.timeout(PATIENCE_S):
                    row = await self._database.pool.fetchrow(LOOK)
        except DatabaseUnavailableError:
            return False
        return row is not None and row["revision"] == self._head and self._agrees_with(row["now"])

    def _agrees_with(self, now: datetime) -> bool:
        error = abs(self._clock() - now)
        if error > MOST_CLOCK_ERROR:
            log.error("clock.differs by_s=%.1f", error.total_seconds())
        return error <= MOST_CLOCK_ERROR
