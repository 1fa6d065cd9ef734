"""The last runs of periodic jobs, in PostgreSQL."""

from __future__ import annotations

import logging
from datetime import timedelta

from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import DatabaseUnavailableError, translated_faults

log = logging.getLogger(__name__)

NOTE = """
INSERT INTO job_runs AS r (name, every, ended_at, took, problem) VALUES ($1, $2, clock_timestamp(), $3, $4)
ON CONFLICT (name) DO UPDATE SET every = excluded.every, ended_at = excluded.ended_at, took = excluded.took,
  problem = excluded.problem
WHERE r.ended_at < clock_timestamp() - interval '15 seconds' OR r.problem IS DISTINCT FROM excluded.problem
"""
"""What comes round every few seconds is written down a few times in a minute only."""


class SqlJobRuns:
    """`JobRuns`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, name: str, *, every: timedelta, took: timedelta, problem: str | None) -> None:
        """One statement; none of the job's work hangs on it."""
        try:
            with translated_faults():
                await self._database.pool.execute(NOTE, name, every, took, problem)
        except DatabaseUnavailableError:
            log.warning("job.run_not_noted job=%s", name)
