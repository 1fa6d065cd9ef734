"""Whether the database is there and its schema is the one that this code was written for."""

from __future__ import annotations

import asyncio

from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import DatabaseUnavailableError, translated_faults

PATIENCE_S = 1.0


class SqlReadiness:
    """`Readiness`; `head` is the newest revision among the migrations."""

    def __init__(self, database: Database, head: str) -> None:
        self._database = database
        self._head = head

    async def __call__(self) -> bool:
        """One statement, within a second."""
        try:
            with translated_faults():
                async with asyncio.timeout(PATIENCE_S):
                    revision = await self._database.pool.fetchval("SELECT version_num FROM alembic_versions")
        except DatabaseUnavailableError:
            return False
        return bool(revision == self._head)
