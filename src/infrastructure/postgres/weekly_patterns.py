"""Weekly patterns in PostgreSQL."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import asyncpg

from domain.money import Money
from domain.refusals import NotFound
from domain.weekly_patterns import Hours, PatternException, PatternTerms, WeeklyPattern
from infrastructure.postgres.database import Driver
from infrastructure.postgres.slot_rows import MINUTE, to_buffers

PATTERNS = """
SELECT p.*, exceptions.* FROM weekly_patterns p CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(e.date ORDER BY e.date), '{}') AS exception_dates,
    coalesce(array_agg(e.start_time ORDER BY e.date), '{}') AS exception_starts,
    coalesce(array_agg(e.end_time ORDER BY e.date), '{}') AS exception_ends
  FROM pattern_exceptions e WHERE e.pattern_id = p.id
) exceptions
"""

NOT_ENDED = f"{PATTERNS} WHERE p.consultant_id = $1 AND p.ended_at IS NULL ORDER BY p.created_at, p.id"

OWN = f"{PATTERNS} WHERE p.consultant_id = $1 AND p.id = $2"

PUBLISHED_BEFORE = f"""
{PATTERNS} WHERE p.published_until < $1 AND p.ended_at IS NULL AND p.last_date IS NULL
  AND (p.service_id IS NULL OR EXISTS (SELECT FROM services s WHERE s.id = p.service_id AND s.is_offered))
ORDER BY p.published_until, p.id LIMIT $2
"""

ADD = """
INSERT INTO weekly_patterns (id, published_until, ended_at, weekdays, start_time, end_time, session_minutes,
  break_minutes, first_date, last_date, time_zone, capacity, price_amount, price_currency, service_id,
  buffer_before_minutes, buffer_after_minutes, consultant_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, clock_timestamp())
"""

SAVE = """
UPDATE weekly_patterns SET published_until = $2, ended_at = $3, weekdays = $4, start_time = $5, end_time = $6,
  session_minutes = $7, break_minutes = $8, first_date = $9, last_date = $10, time_zone = $11, capacity = $12,
  price_amount = $13, price_currency = $14, service_id = $15, buffer_before_minutes = $16,
  buffer_after_minutes = $17, version = version + 1
WHERE id = $1
"""

FORGET_EXCEPTIONS = "DELETE FROM pattern_exceptions WHERE pattern_id = $1"

ADD_EXCEPTIONS = """
INSERT INTO pattern_exceptions (pattern_id, date, start_time, end_time)
SELECT $1, * FROM unnest($2::date[], $3::time[], $4::time[])
"""


class SqlWeeklyPatterns:
    """`WeeklyPatterns` on two tables."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def not_ended(self, consultant_id: UUID) -> list[WeeklyPattern]:
        """Oldest first."""
        return [to_pattern(row) for row in await self._driver.fetch(NOT_ENDED, consultant_id)]

    async def get_own(self, consultant_id: UUID, pattern_id: UUID) -> WeeklyPattern:
        """By owner and id."""
        row = await self._driver.fetchrow(OWN, consultant_id, pattern_id)
        if row is None:
            raise NotFound
        return to_pattern(row)

    async def add(self, pattern: WeeklyPattern) -> None:
        """Insert one with its exceptions."""
        await self._driver.execute(ADD, *_fields(pattern), pattern.consultant_id)
        await self._add_exceptions(pattern)

    async def save(self, pattern: WeeklyPattern) -> None:
        """Write a pattern back, its exceptions anew."""
        await self._driver.execute(SAVE, *_fields(pattern))
        await self._driver.execute(FORGET_EXCEPTIONS, pattern.id)
        await self._add_exceptions(pattern)

    async def published_before(self, on: date, *, limit: int) -> list[WeeklyPattern]:
        """Least published first."""
        return [to_pattern(row) for row in await self._driver.fetch(PUBLISHED_BEFORE, on, limit)]

    async def _add_exceptions(self, pattern: WeeklyPattern) -> None:
        exceptions = pattern.terms.exceptions
        if exceptions:
            hours = [exception.hours for exception in exceptions]
            await self._driver.execute(
                ADD_EXCEPTIONS,
                pattern.id,
                [exception.on for exception in exceptions],
                [one and one.start for one in hours],
                [one and one.end for one in hours],
            )


def to_pattern(row: asyncpg.Record) -> WeeklyPattern:
    """The pattern of a row of `PATTERNS`."""
    return WeeklyPattern(
        id=row["id"],
        consultant_id=row["consultant_id"],
        terms=PatternTerms(
            weekdays=frozenset(row["weekdays"]),
            hours=Hours(row["start_time"], row["end_time"]),
            session_length=row["session_minutes"] * MINUTE,
            break_length=row["break_minutes"] * MINUTE,
            first_date=row["first_date"],
            last_date=row["last_date"],
            time_zone=row["time_zone"],
            capacity=row["capacity"],
            price=Money(row["price_amount"], row["price_currency"]),
            service_id=row["service_id"],
            buffers=to_buffers(row),
            exceptions=_to_exceptions(row),
        ),
        published_until=row["published_until"],
        ended_at=row["ended_at"],
        version=row["version"],
    )


def _to_exceptions(row: asyncpg.Record) -> tuple[PatternException, ...]:
    columns = zip(row["exception_dates"], row["exception_starts"], row["exception_ends"], strict=True)
    return tuple(PatternException(on, None if start is None else Hours(start, end)) for on, start, end in columns)


def _fields(pattern: WeeklyPattern) -> tuple[object, ...]:
    terms = pattern.terms
    return (
        pattern.id,
        pattern.published_until,
        pattern.ended_at,
        sorted(terms.weekdays),
        terms.hours.start,
        terms.hours.end,
        terms.session_length // MINUTE,
        terms.break_length // MINUTE,
        terms.first_date,
        terms.last_date,
        terms.time_zone,
        terms.capacity,
        terms.price.amount,
        terms.price.currency,
        terms.service_id,
        terms.buffers.before // MINUTE,
        terms.buffers.after // MINUTE,
    )
