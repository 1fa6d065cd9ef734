"""Reads about a consultant's own weekly patterns."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from application.availability.pattern_views import PatternView, pattern_view
from application.paging import Page, PageRequest
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, page_of
from infrastructure.postgres.weekly_patterns import OWN, PATTERNS, to_pattern

OWN_PATTERNS = f"""
{PATTERNS} WHERE p.consultant_id = $1 AND p.ended_at IS NULL
  AND ($3::text IS NULL OR (p.created_at, p.id) < ($3::text::timestamptz, $4::text::uuid))
ORDER BY p.created_at DESC, p.id DESC LIMIT $2
"""


class SqlPatternQueries:
    """`PatternQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own_patterns(self, consultant_id: UUID, page: PageRequest) -> Page[PatternView]:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(OWN_PATTERNS, consultant_id, page.limit + 1, *key_of(page))
        return page_of(rows, page, _view, ("created_at", "id"))

    async def own_pattern(self, consultant_id: UUID, pattern_id: UUID) -> PatternView | None:
        """One pattern."""
        with translated_faults():
            row = await self._database.pool.fetchrow(OWN, consultant_id, pattern_id)
        return _view(row) if row else None


def _view(row: asyncpg.Record) -> PatternView:
    return pattern_view(to_pattern(row))
