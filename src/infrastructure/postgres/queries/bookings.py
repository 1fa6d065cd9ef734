"""Reads about bookings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from application.bookings.views import (
    AbsenceReportView,
    AttemptView,
    BookableSlotView,
    BookingDetails,
    BookingFilter,
    BookingView,
    CancellationView,
    ClientName,
    ConsultantBookingView,
    ConsultantName,
    HistoryView,
    OwnReviewView,
    RefundView,
)
from application.money_view import MoneyView
from application.paging import Page
from domain.absences import TIME_TO_REPORT, AbsenceReport
from domain.bookings import Actor, Booking, BookingStatus, SeatRequest, SlotFull
from domain.consultants import CancellationPolicy
from domain.money import Money
from domain.refusals import Refusal
from domain.text import is_clean
from domain.time_span import TimeSpan
from infrastructure.postgres.bookings import to_limits
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.free_times import HOLDS_A_SEAT, OTHER_SESSIONS_THAT_DAY
from infrastructure.postgres.queries.pages import key_of, money, page_of
from infrastructure.postgres.queries.seats import LAPSED_HOLDS, SEATS_LEFT
from infrastructure.postgres.slot_rows import COLUMNS as SLOT_COLUMNS
from infrastructure.postgres.slot_rows import to_slot

"""The smallest step of PostgreSQL's clock."""
NOBODY = UUID(int=0)

_COLUMNS = """
b.id, b.slot_id, b.client_id, b.consultant_id, b.status, b.starts_at, b.ends_at, b.reason, b.price_amount,
b.price_currency,
b.cancellation_policy, b.hold_expires_at, b.meeting_platform, b.meeting_link, b.absent, b.created_at,
(SELECT service.name FROM slots s JOIN services service ON service.id = s.service_id
  WHERE s.id = b.slot_id) AS service
"""

_REPORT = """
(SELECT json_build_object('status', r.status, 'words', r.words, 'reported_at', r.reported_at,
    'answer_due_at', r.answer_due_at, 'answer', r.answer, 'answered_at', r.answered_at,
    'resolved_at', r.resolved_at)
  FROM absence_reports r WHERE r.booking_id = b.id) AS absence_report
"""

_FILTER = """
  AND ($3::text IS NULL OR b.status = $3) AND ($4::timestamptz IS NULL OR b.starts_at >= $4)
  AND ($5::timestamptz IS NULL OR b.starts_at < $5)
  AND ($8::bool IS NULL OR (b.status IN ('pending', 'confirmed') AND b.ends_at > clock_timestamp()) = $8)
"""
_LATEST_FIRST = f"""{_FILTER}
  AND ($6::text IS NULL OR (b.starts_at, b.id) < ($6::text::timestamptz, $7::text::uuid))
ORDER BY b.starts_at DESC, b.id DESC LIMIT $2
"""
_SOONEST_FIRST = f"""{_FILTER}
  AND ($6::text IS NULL OR (b.starts_at, b.id) > ($6::text::timestamptz, $7::text::uuid))
ORDER BY b.starts_at, b.id LIMIT $2
"""
_ORDERS = {False: _LATEST_FIRST, True: _SOONEST_FIRST}
"""By whether the soonest come first."""

_ARRIVING = """
CASE WHEN b.status IN ('pending', 'expired') THEN (SELECT pay.reference FROM payments pay
  WHERE pay.booking_id = b.id AND pay.is_under_way ORDER BY pay.created_at LIMIT 1) END AS arriving_payment
"""

_OF_CLIENT = f"""
SELECT {_COLUMNS}, {_ARRIVING}, p.slug, p.time_zone, a.first_name || ' ' || a.last_name AS consultant_name
FROM bookings b JOIN consultant_profiles p ON p.account_id = b.consultant_id
  JOIN accounts a ON a.id = b.consultant_id
WHERE b.client_id = $1
"""

_DETAILS = f"""
SELECT {_COLUMNS}, {_ARRIVING}, p.slug, p.time_zone, a.first_name || ' ' || a.last_name AS consultant_name,
  {_REPORT}, b.refund_ceiling, clock_timestamp() AS now,
  (SELECT pay.charged_amount - pay.owed_back - pay.written_off FROM payments pay
    WHERE pay.booking_id = b.id AND pay.pays_for_booking) AS received,
  (SELECT coalesce(json_agg(json_build_object('reference', pay.reference, 'status', pay.status,
      'amount', json_build_object('amount', pay.amount, 'currency', pay.currency), 'channel', pay.channel,
      'paid_at', pay.paid_at, 'created_at', pay.created_at, 'is_under_way', pay.is_under_way,
      'receipt', (SELECT number FROM receipts WHERE payment_id = pay.id AND refund_id IS NULL))
      ORDER BY pay.created_at), '[]')
    FROM payments pay WHERE pay.booking_id = b.id) AS payments,
  (SELECT coalesce(json_agg(json_build_object('id', r.id, 'reference', pay.reference, 'status', r.status,
      'amount', json_build_object('amount', r.amount, 'currency', r.currency), 'reason', r.reason,
      'created_at', r.created_at, 'receipt', (SELECT number FROM receipts WHERE refund_id = r.id))
      ORDER BY r.created_at), '[]')
    FROM refunds r JOIN payments pay ON pay.id = r.payment_id WHERE pay.booking_id = b.id) AS refunds,
  (SELECT json_agg(json_build_object('previous', t.previous, 'status', t.status, 'actor', t.actor, 'at', t.at,
      'reason', t.reason) ORDER BY t.id)
    FROM booking_transitions t WHERE t.booking_id = b.id) AS history,
  (SELECT json_build_object('rating', v.rating, 'comment', v.comment, 'created_at', v.created_at,
      'is_hidden', v.hidden_at IS NOT NULL, 'reply', CASE WHEN v.reply IS NOT NULL THEN
      json_build_object('text', v.reply, 'created_at', v.replied_at) END)
    FROM reviews v WHERE v.booking_id = b.id) AS review
FROM bookings b JOIN consultant_profiles p ON p.account_id = b.consultant_id
  JOIN accounts a ON a.id = b.consultant_id
WHERE b.client_id = $1 AND b.id = $2
"""

_BANK_DISPUTE = """
(SELECT CASE WHEN bool_or(d.is_open) THEN 'open' WHEN bool_or(d.is_lost) THEN 'lost' END
  FROM disputes d JOIN payments pay ON pay.id = d.payment_id WHERE pay.booking_id = b.id) AS bank_dispute
"""

_OF_CONSULTANT = f"""
SELECT {_COLUMNS}, {_REPORT}, {_BANK_DISPUTE}, c.first_name || ' ' || c.last_name AS client_name
FROM bookings b JOIN accounts c ON c.id = b.client_id
WHERE b.consultant_id = $1
"""

_SEARCH = """
  AND ($9::text IS NULL OR strpos(lower(c.first_name || ' ' || c.last_name), lower($9)) > 0
    OR strpos(lower(b.reason), lower($9)) > 0)
  AND (NOT $10::bool OR b.status = 'confirmed' AND b.meeting_link IS NULL AND b.ends_at > clock_timestamp())
"""

_CONSULTANT_BOOKING = f"""
SELECT {_COLUMNS}, {_REPORT}, {_BANK_DISPUTE}, c.first_name || ' ' || c.last_name AS client_name
FROM bookings b JOIN accounts c ON c.id = b.client_id
WHERE b.consultant_id = $1 AND b.id = $2
"""

_BOOKABLE_SLOT = f"""
SELECT {SLOT_COLUMNS}, {SEATS_LEFT} AS seats_left, {LAPSED_HOLDS} AS lapsed, clock_timestamp() AS now,
  service.name AS service, service.description AS service_description,
  p.slug, a.first_name || ' ' || a.last_name AS consultant_name, p.time_zone, p.cancellation_policy,
  p.minimum_notice_minutes, p.booking_window_days, p.sessions_per_day,
  p.is_published AND a.status = 'active' AS takes_bookings,
  CASE WHEN p.sessions_per_day IS NULL THEN 0 ELSE {OTHER_SESSIONS_THAT_DAY % {"apart_from": "NULL"}} END
    AS other_sessions,
  (SELECT b.id FROM bookings b WHERE b.slot_id = s.id AND {HOLDS_A_SEAT % {"client": "$2"}}) AS own_booking_id,
  EXISTS (SELECT FROM bookings b WHERE b.slot_id <> s.id AND {HOLDS_A_SEAT % {"client": "$2"}}
    AND tstzrange(b.starts_at, b.ends_at, '[)') && tstzrange(s.starts_at, s.ends_at, '[)')) AS is_busy,
  line.id IS NOT NULL AS is_in_line,
  CASE WHEN line.offer_expires_at > clock_timestamp() THEN line.offer_expires_at END AS offer_expires_at
FROM slots s JOIN consultant_profiles p ON p.account_id = s.consultant_id JOIN accounts a ON a.id = s.consultant_id
  LEFT JOIN services service ON service.id = s.service_id
  LEFT JOIN waiting_entries line ON line.slot_id = s.id AND line.client_id = $2
    AND line.status IN ('waiting', 'offered')
WHERE s.id = $1 AND ($3::bool OR s.status <> 'cancelled' AND p.is_published AND a.status = 'active')
"""

_attempts = msgspec.json.Decoder(list[AttemptView])
_refunds = msgspec.json.Decoder(list[RefundView])
_history = msgspec.json.Decoder(list[HistoryView])
_report = msgspec.json.Decoder(AbsenceReportView)
_review = msgspec.json.Decoder(OwnReviewView)


class SqlBookingQueries:
    """`BookingQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_client(self, client_id: UUID, wanted: BookingFilter) -> Page[BookingView]:
        """A client's own, latest or soonest session first."""
        rows = await self._page(_OF_CLIENT, client_id, wanted)
        return page_of(rows, wanted.page, lambda row: BookingView(**_own_fields(row)), ("starts_at", "id"))

    async def details(self, client_id: UUID, booking_id: UUID) -> BookingDetails | None:
        """One of a client's own, with all that belongs to it."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_DETAILS, client_id, booking_id)
        if row is None:
            return None
        return BookingDetails(
            **_own_fields(row),
            payments=_attempts.decode(row["payments"]),
            refunds=_refunds.decode(row["refunds"]),
            history=_history.decode(row["history"]),
            review=_review.decode(row["review"]) if row["review"] else None,
            cancellation=_cancellation(row),
            absence_report=_absence_report(row),
            absence_reportable_until=_absence_reportable_until(row),
        )

    async def of_consultant(self, consultant_id: UUID, wanted: BookingFilter) -> Page[ConsultantBookingView]:
        """Bookings of a consultant's own slots, latest or soonest session first."""
        if wanted.words and not is_clean(wanted.words):
            return Page(items=[], next_key=None)
        rows = await self._page(_OF_CONSULTANT + _SEARCH, consultant_id, wanted, wanted.words, wanted.lacks_link)
        return page_of(rows, wanted.page, _consultant_booking, ("starts_at", "id"))

    async def consultant_booking(self, consultant_id: UUID, booking_id: UUID) -> ConsultantBookingView | None:
        """One booking of a consultant's own slots."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_CONSULTANT_BOOKING, consultant_id, booking_id)
        return _consultant_booking(row) if row else None

    async def bookable_slot(
        self, slot_id: UUID, client_id: UUID | None = None, *, even_withdrawn: bool = False
    ) -> BookableSlotView | None:
        """A slot, for the page on which one books it, with what the domain says against booking it."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_BOOKABLE_SLOT, slot_id, client_id, even_withdrawn)
        if row is None:
            return None
        refusal = _refusal(row, client_id)
        return BookableSlotView(
            id=row["id"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            capacity=row["capacity"],
            seats_left=row["seats_left"],
            price=money(row),
            service=row["service"],
            service_description=row["service_description"],
            is_on_offer=row["takes_bookings"] and row["status"] != "cancelled",
            is_bookable=refusal is None,
            can_wait=isinstance(refusal, SlotFull) and not row["is_in_line"],
            obstacle=str(refusal) if refusal else None,
            consultant=ConsultantName(row["slug"], row["consultant_name"]),
            consultant_time_zone=row["time_zone"],
            cancellation_policy=row["cancellation_policy"],
            own_booking_id=row["own_booking_id"],
            is_in_line=row["is_in_line"],
            offer_expires_at=row["offer_expires_at"],
        )

    async def _page(
        self, statement: str, owner_id: UUID, wanted: BookingFilter, *more: object
    ) -> list[asyncpg.Record]:
        with translated_faults():
            rows: list[asyncpg.Record] = await self._database.pool.fetch(
                statement + _ORDERS[wanted.soonest_first],
                owner_id,
                wanted.page.limit + 1,
                wanted.status,
                wanted.since,
                wanted.until,
                *key_of(wanted.page),
                wanted.is_ahead,
                *more,
            )
        return rows


def _own_fields(row: asyncpg.Record) -> dict[str, Any]:
    return _shared_fields(row) | {
        "consultant_time_zone": row["time_zone"],
        "consultant": ConsultantName(row["slug"], row["consultant_name"]),
        "cancellation_policy": row["cancellation_policy"],
        "arriving_payment": row["arriving_payment"],
    }


def _consultant_booking(row: asyncpg.Record) -> ConsultantBookingView:
    return ConsultantBookingView(
        **_shared_fields(row),
        client=ClientName(row["client_name"]),
        absence_report=_absence_report(row),
        bank_dispute=row["bank_dispute"],
    )


def _absence_report(row: asyncpg.Record) -> AbsenceReportView | None:
    return _report.decode(row["absence_report"]) if row["absence_report"] else None


def _cancellation(row: asyncpg.Record) -> CancellationView | None:
    """What the domain says of it."""
    booking, received, now = _booking(row), row["received"] or 0, row["now"]
    if not booking.can_be_cancelled_by_client(now):
        return None
    quote = booking.quote(Actor.CLIENT, now, received=received)
    return CancellationView(
        refund=MoneyView(quote.refund.amount, quote.refund.currency),
        percent=quote.percent,
        changes_at=quote.changes_at,
        refund_afterwards=_money_view(quote.afterwards),
    )


def _money_view(sum_: Money | None) -> MoneyView | None:
    return MoneyView(sum_.amount, sum_.currency) if sum_ else None


def _absence_reportable_until(row: asyncpg.Record) -> datetime | None:
    """Until when the client can report it, if the domain lets them."""
    if row["absence_report"]:
        return None
    try:
        AbsenceReport.make(_booking(row), row["now"], words=None, is_reviewed=row["review"] is not None)
    except Refusal:
        return None
    until: datetime = row["ends_at"] + TIME_TO_REPORT
    return until


def _booking(row: asyncpg.Record) -> Booking:
    return Booking(
        id=row["id"],
        slot_id=row["slot_id"],
        client_id=row["client_id"],
        consultant_id=row["consultant_id"],
        span=TimeSpan(row["starts_at"], row["ends_at"]),
        reason=row["reason"],
        price=Money(row["price_amount"], row["price_currency"]),
        policy=CancellationPolicy(row["cancellation_policy"]),
        status=BookingStatus(row["status"]),
        refund_ceiling=row["refund_ceiling"],
    )


def _refusal(row: asyncpg.Record, client_id: UUID | None) -> Refusal | None:
    """What a booking would be refused with, as things stand."""
    request = SeatRequest(
        slot=to_slot(row, row["lapsed"]),
        client_id=client_id or NOBODY,
        consultant_takes_bookings=row["takes_bookings"],
        client_has_seat=row["own_booking_id"] is not None,
        client_is_busy=row["is_busy"],
        limits=to_limits(row),
        other_sessions_that_day=row["other_sessions"],
        is_in_line=row["is_in_line"],
        has_offer=row["offer_expires_at"] is not None,
    )
    try:
        request.refuse_unless_bookable(row["now"])
    except Refusal as refusal:
        return refusal
    return None


def _shared_fields(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "slot_id": row["slot_id"],
        "status": row["status"],
        "starts_at": row["starts_at"],
        "ends_at": row["ends_at"],
        "reason_for_session": row["reason"],
        "price": money(row),
        "service": row["service"],
        "absent": row["absent"],
        "hold_expires_at": row["hold_expires_at"],
        "meeting_platform": row["meeting_platform"],
        "meeting_link": row["meeting_link"],
        "created_at": row["created_at"],
    }
