"""Absence reports in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.absences import AbsenceReport, AbsenceStatus
from infrastructure.postgres.database import Driver

FIND = """
SELECT booking_id, words, reported_at, answer_due_at, status, answer, answered_at, resolved_at
FROM absence_reports WHERE booking_id = $1
"""

ADD = """
INSERT INTO absence_reports (booking_id, words, reported_at, answer_due_at, status) VALUES ($1, $2, $3, $4, $5)
"""

SAVE = """
UPDATE absence_reports SET status = $2, answer = $3, answered_at = $4, resolved_at = $5 WHERE booking_id = $1
"""

OVERDUE = """
SELECT booking_id FROM absence_reports WHERE status = 'open' AND answer_due_at <= $1
ORDER BY answer_due_at LIMIT $2
"""


class SqlAbsenceReports:
    """`AbsenceReports` on a table."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def find(self, booking_id: UUID) -> AbsenceReport | None:
        """By booking; its lock guards the report too."""
        row = await self._driver.fetchrow(FIND, booking_id)
        return row and AbsenceReport(**{**row, "status": AbsenceStatus(row["status"])})

    async def add(self, report: AbsenceReport) -> None:
        """Insert one."""
        await self._driver.execute(
            ADD, report.booking_id, report.words, report.reported_at, report.answer_due_at, report.status
        )

    async def save(self, report: AbsenceReport) -> None:
        """Write a report back."""
        await self._driver.execute(
            SAVE, report.booking_id, report.status, report.answer, report.answered_at, report.resolved_at
        )

    async def overdue(self, *, now: datetime, limit: int) -> list[UUID]:
        """Longest overdue first."""
        return [row["booking_id"] for row in await self._driver.fetch(OVERDUE, now, limit)]
