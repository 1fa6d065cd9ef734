"""A process is ready when its database is there, of its own age and of its own time, and nobody ended it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infrastructure.postgres.database import Database
from infrastructure.postgres.migrations import newest_revision
from infrastructure.postgres.readiness import SqlReadiness

HEAD = newest_revision()


def never() -> bool:
    return False


async def test_it_is_ready_with_its_own_schema_only(database: Database) -> None:
    assert await SqlReadiness(database, HEAD, never)()
    assert not await SqlReadiness(database, "9999", never)()


async def test_it_is_not_ready_once_it_was_asked_to_end(database: Database) -> None:
    assert not await SqlReadiness(database, HEAD, lambda: True)()


@pytest.mark.parametrize(
    ("seconds", "is_ready"), [(3, True), (-3, True), (7, False), (-3600, False), (3600, False)]
)
async def test_its_clock_has_to_be_the_databases(database: Database, seconds: float, is_ready: bool) -> None:
    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds)

    assert await SqlReadiness(database, HEAD, never, clock)() is is_ready


async def test_a_process_starts_before_its_database_and_is_not_ready_until_then(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/nothing?host={tmp_path}")
    await database.open()
    assert not await SqlReadiness(database, HEAD, never)()
    await database.close()
