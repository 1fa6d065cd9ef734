"""Reads of bookings for those who decide about their money."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec

from application.bookings.cases import BookingCase
from application.bookings.views import AbsenceReportView, ClientName, ConsultantName
from application.money_view import MoneyView
from domain.absences import AbsenceStatus
from domain.bookings import LAWFUL, BookingStatus
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import money

_CASES = """
SELECT b.id, b.slot_id, b.status, b.starts_at, b.ends_at, b.reason, b.price_amount, b.price_currency,
  c.first_name || ' ' || c.last_name AS client_name, p.slug, a.first_name || ' ' || a.last_name AS consultant_name,
  (SELECT service.name FROM slots s JOIN services service ON service.id = s.service_id WHERE s.id = b.slot_id)
    AS service,
  coalesce((SELECT pay.charged_amount - pay.owed_back - pay.written_off FROM payments pay
    WHERE pay.booking_id = b.id AND pay.pays_for_booking), 0) AS received,
  CASE WHEN r.booking_id IS NOT NULL THEN json_build_object('status', r.status, 'words', r.words,
    'reported_at', r.reported_at, 'answer_due_at', r.answer_due_at, 'answer', r.answer,
    'answered_at', r.answered_at, 'resolved_at', r.resolved_at) END AS absence_report
FROM bookings b JOIN accounts c ON c.id = b.client_id JOIN accounts a ON a.id = b.consultant_id
  JOIN consultant_profiles p ON p.account_id = b.consultant_id LEFT JOIN absence_reports r ON r.booking_id = b.id
"""
OF_CONSULTANT = f"{_CASES} WHERE b.consultant_id = $1 AND b.id = $2"
IN_SLOT = f"""{_CASES} WHERE b.consultant_id = $1 AND b.slot_id = $2
  AND (b.status = 'confirmed' OR b.status = 'pending' AND b.hold_expires_at > clock_timestamp())
ORDER BY b.created_at, b.id"""
TO_ANSWER = f"{_CASES} WHERE b.consultant_id = $1 AND r.status = 'open' ORDER BY r.answer_due_at, b.id"
CONTESTED = f"{_CASES} WHERE b.id = $1 AND r.booking_id IS NOT NULL"

_report = msgspec.json.Decoder(AbsenceReportView)
_UNDECIDED = (AbsenceStatus.OPEN, AbsenceStatus.CONTESTED)


class SqlCaseQueries:
    """`CaseQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_consultant(self, consultant_id: UUID, booking_id: UUID) -> BookingCase | None:
        """One of a consultant's own."""
        with translated_faults():
            row = await self._database.pool.fetchrow(OF_CONSULTANT, consultant_id, booking_id)
        return _case(row) if row else None

    async def in_slot(self, consultant_id: UUID, slot_id: UUID) -> list[BookingCase]:
        """Held and confirmed ones."""
        with translated_faults():
            rows = await self._database.pool.fetch(IN_SLOT, consultant_id, slot_id)
        return [_case(row) for row in rows]

    async def to_answer(self, consultant_id: UUID) -> list[BookingCase]:
        """Those with an open report."""
        with translated_faults():
            rows = await self._database.pool.fetch(TO_ANSWER, consultant_id)
        return [_case(row) for row in rows]

    async def contested(self, booking_id: UUID) -> BookingCase | None:
        """One with a report."""
        with translated_faults():
            row = await self._database.pool.fetchrow(CONTESTED, booking_id)
        return _case(row) if row else None


def _case(row: asyncpg.Record) -> BookingCase:
    report = _report.decode(row["absence_report"]) if row["absence_report"] else None
    is_lawful = (BookingStatus(row["status"]), BookingStatus.CANCELLED) in LAWFUL
    return BookingCase(
        id=row["id"],
        slot_id=row["slot_id"],
        status=row["status"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        client=ClientName(row["client_name"]),
        consultant=ConsultantName(row["slug"], row["consultant_name"]),
        service=row["service"],
        reason_for_session=row["reason"],
        price=money(row),
        received=MoneyView(row["received"], row["price_currency"]),
        can_be_cancelled=is_lawful and (report is None or report.status not in _UNDECIDED),
        absence_report=report,
    )
