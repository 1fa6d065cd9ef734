"""What is true in the database after whatever happened: the last word of every scenario."""

from __future__ import annotations

from infrastructure.postgres.database import Database
from infrastructure.postgres.invariants import ALL, check_all


async def broken_invariants(database: Database) -> list[str]:
    """Those that do not hold, with what breaks them; none, if all is well.

    What only the clock breaks is left out: scenarios move their clocks, and nobody works on time in them.
    """
    verdicts = await check_all([one for one in ALL if not one.is_timed], database)
    return [f"{verdict.sentence}: {', '.join(verdict.examples)}" for verdict in verdicts if verdict.is_broken]


async def overdue(database: Database) -> list[str]:
    """What only the clock breaks."""
    verdicts = await check_all([one for one in ALL if one.is_timed], database)
    return [verdict.name for verdict in verdicts if verdict.is_broken]
