"""Bookings in PostgreSQL: the hot path, in as few statements as can be.

Locks are taken in one order everywhere: account, slots by id, booking, payment, refund.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from application.bookings.ports import SeatOffer
from application.transactions import TransactionConflictError
from domain.bookings import Actor, Booking, BookingStatus, MeetingLink, SeatRequest
from domain.commission import Commission
from domain.consultants import BookingLimits, CancellationPolicy
from domain.money import Money
from domain.refusals import NotFound
from domain.time_span import TimeSpan
from infrastructure.postgres.database import Driver
from infrastructure.postgres.slot_rows import COLUMNS as SLOT_COLUMNS
from infrastructure.postgres.slot_rows import to_slot

LOCK_SEAT = f"""
WITH client AS MATERIALIZED (SELECT id FROM accounts WHERE id = $2 FOR NO KEY UPDATE)
SELECT {SLOT_COLUMNS}, p.slug, a.first_name || ' ' || a.last_name AS name, p.time_zone, p.cancellation_policy,
  p.minimum_notice_minutes, p.booking_window_days, p.sessions_per_day,
  p.is_published AND a.status = 'active' AS takes_bookings, service.name AS service
FROM client, slots s
  JOIN consultant_profiles p ON p.account_id = s.consultant_id
  JOIN accounts a ON a.id = s.consultant_id
  LEFT JOIN services service ON service.id = s.service_id
WHERE s.id = ANY (ARRAY(SELECT $1::uuid UNION SELECT slot_id FROM bookings WHERE client_id = $2
  AND (id = $3::uuid OR status = 'pending' AND hold_expires_at <= clock_timestamp())))
ORDER BY s.id FOR NO KEY UPDATE OF s
"""
"""The slot, and with it that of the client's booking $3 and those in which the client has a lapsed hold: what
happens to these bookings changes their slots too.
"""

LOCK_DAY = "SELECT FROM consultant_profiles WHERE account_id = $1 FOR NO KEY UPDATE"
"""Bookings with a consultant who limits the sessions of a day queue up here."""

OTHER_SESSIONS_THAT_DAY = """
SELECT count(*) FROM consultant_profiles p JOIN slots s ON s.consultant_id = p.account_id
WHERE p.account_id = $1 AND s.id <> $2
  AND s.starts_at BETWEEN $3::timestamptz - interval '2 days' AND $3::timestamptz + interval '2 days'
  AND (s.starts_at AT TIME ZONE p.time_zone)::date = ($3::timestamptz AT TIME ZONE p.time_zone)::date
  AND s.seats_taken > (SELECT count(*) FROM bookings b WHERE b.slot_id = s.id
    AND (b.id = $4 AND holds_seat(b.status) OR b.status = 'pending' AND b.hold_expires_at <= clock_timestamp()))
"""
"""Sessions with a seat taken on the day of $3, without the slot $2, the seat of booking $4 and lapsed holds.

Their dates are compared, for a day's midnight may occur twice or not at all; the two days around it are for the
index.
"""

_EXPIRING = """
WITH lapsed AS (
  UPDATE bookings SET status = 'expired', hold_expires_at = NULL, last_actor = 'system'
  WHERE slot_id = ANY ($1::uuid[]) AND status = 'pending' AND hold_expires_at <= clock_timestamp()
    AND ($2::uuid IS NULL OR client_id = $2 OR slot_id = $3::uuid) AND id IS DISTINCT FROM $4::uuid
  RETURNING id, slot_id
), noted AS (
  INSERT INTO booking_transitions (booking_id, previous, status, actor, at, reason)
  SELECT id, 'pending', 'expired', 'system', clock_timestamp(), 'the hold ran out' FROM lapsed
)
"""

EXPIRE_LAPSED = _EXPIRING + "SELECT slot_id FROM lapsed"
"""Expire the lapsed holds of locked slots ($1): all of them, or those of a client ($2) or a slot ($3)."""

STANDING = (
    _EXPIRING
    + """
SELECT clock_timestamp() AS now,
  (SELECT count(*) FROM lapsed WHERE slot_id = $3) AS freed,
  coalesce(bool_or(slot_id = $3), false) AS has_seat,
  coalesce(bool_or(slot_id <> $3), false) AS is_busy,
  (SELECT coalesce(offer_expires_at > clock_timestamp(), false) FROM waiting_entries
    WHERE slot_id = $3 AND client_id = $2 AND status IN ('waiting', 'offered')) AS has_offer
FROM bookings
WHERE client_id = $2 AND status IN ('pending', 'confirmed', 'completed', 'no_show')
  AND id NOT IN (SELECT id FROM lapsed) AND id IS DISTINCT FROM $4
  AND tstzrange(starts_at, ends_at, '[)') && tstzrange($5, $6, '[)')
"""
)
"""The same, and where the client stands at the time of the session ($5 to $6), booking $4 apart. `has_offer`
is null when the client is not in line.
"""

_TRANSITIONS = """
INSERT INTO booking_transitions (booking_id, previous, status, actor, actor_id, at, reason)
SELECT written.id, new.* FROM written,
  unnest($2::text[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::text[]) AS new
"""

ADD = (
    """
WITH written AS (
  INSERT INTO bookings (id, slot_id, client_id, consultant_id, starts_at, ends_at, reason, price_amount,
    price_currency, cancellation_policy, status, hold_expires_at, last_actor, created_at, commission_bps)
  VALUES ($1, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
  RETURNING id
)
"""
    + _TRANSITIONS
)

SAVE = (
    """
WITH written AS (
  UPDATE bookings SET slot_id = $8, starts_at = $9, ends_at = $10, status = $11, hold_expires_at = $12,
    last_actor = $13, meeting_platform = $14, meeting_link = $15, sequence = $16, refund_ceiling = $17,
    absent = $18
  WHERE id = $1
  RETURNING id
)
"""
    + _TRANSITIONS
)

COLUMNS = (
    "b.id, b.slot_id, b.client_id, b.consultant_id, b.starts_at, b.ends_at, b.reason, b.price_amount, "
    "b.price_currency, b.cancellation_policy, b.status, b.hold_expires_at, b.meeting_platform, b.meeting_link, "
    "b.last_actor, b.sequence, b.refund_ceiling, b.absent, b.commission_bps"
)

_OWNED = "AND ($2::uuid IS NULL OR b.client_id = $2) AND ($3::uuid IS NULL OR b.consultant_id = $3)"

GET = f"SELECT {COLUMNS} FROM bookings b WHERE b.id = $1 {_OWNED}"

LOCK = f"""
WITH slot AS MATERIALIZED (
  SELECT id FROM slots WHERE id = (SELECT slot_id FROM bookings WHERE id = $1) FOR NO KEY UPDATE
)
SELECT {COLUMNS} FROM slot JOIN bookings b ON b.slot_id = slot.id
WHERE b.id = $1 {_OWNED} FOR NO KEY UPDATE OF b
"""

LOCK_SEAT_HOLDERS = f"""
SELECT {COLUMNS} FROM bookings b
WHERE b.slot_id = $1 AND b.status IN ('pending', 'confirmed') ORDER BY b.id FOR NO KEY UPDATE
"""

IS_OWNED = f"SELECT EXISTS (SELECT FROM bookings b WHERE b.id = $1 {_OWNED})"

ENDED = """
SELECT b.id FROM bookings b WHERE b.status = 'confirmed' AND b.ends_at <= $1
  AND NOT EXISTS (SELECT FROM absence_reports r WHERE r.booking_id = b.id AND r.status IN ('open', 'contested'))
ORDER BY b.ends_at LIMIT $2
"""

LAPSED = """
SELECT id FROM bookings WHERE status = 'pending' AND hold_expires_at <= $1 ORDER BY hold_expires_at LIMIT $2
"""


class SqlBookings:
    """`Bookings` on a table. Slots whose seats may change are noted in `touched`."""

    def __init__(self, driver: Driver, touched: set[UUID]) -> None:
        self._driver = driver
        self._touched = touched

    async def lock_seat(self, *, slot_id: UUID, client_id: UUID, apart_from: UUID | None = None) -> SeatOffer:
        """Two statements: the locks, then what they make safe to read; two more where days are limited."""
        rows = await self._driver.fetch(LOCK_SEAT, slot_id, client_id, apart_from)
        row = next((row for row in rows if row["id"] == slot_id), None)
        if row is None:
            raise NotFound
        self._touched.update(locked["id"] for locked in rows)
        standing = await self._driver.fetchrow(
            STANDING,
            [locked["id"] for locked in rows],
            client_id,
            slot_id,
            apart_from,
            row["starts_at"],
            row["ends_at"],
        )
        assert standing is not None  # noqa: S101 - an aggregate without GROUP BY always has one row
        return SeatOffer(
            request=SeatRequest(
                slot=to_slot(row, standing["freed"]),
                client_id=client_id,
                consultant_takes_bookings=row["takes_bookings"],
                client_has_seat=standing["has_seat"],
                client_is_busy=standing["is_busy"],
                limits=to_limits(row),
                other_sessions_that_day=await self._other_sessions_that_day(row, apart_from),
                is_in_line=standing["has_offer"] is not None,
                has_offer=bool(standing["has_offer"]),
            ),
            policy=CancellationPolicy(row["cancellation_policy"]),
            consultant_slug=row["slug"],
            consultant_name=row["name"],
            consultant_time_zone=row["time_zone"],
            service=row["service"],
            now=standing["now"],
        )

    async def _other_sessions_that_day(self, slot: asyncpg.Record, apart_from: UUID | None) -> int:
        if slot["sessions_per_day"] is None:
            return 0
        await self._driver.execute(LOCK_DAY, slot["consultant_id"])
        count: int = await self._driver.fetchval(
            OTHER_SESSIONS_THAT_DAY, slot["consultant_id"], slot["id"], slot["starts_at"], apart_from
        )
        return count

    async def get(self, booking_id: UUID, *, client_id: UUID | None = None) -> Booking:
        """By id, unlocked."""
        return _to_booking(await self._driver.fetchrow(GET, booking_id, client_id, None))

    async def lock(
        self, booking_id: UUID, *, client_id: UUID | None = None, consultant_id: UUID | None = None
    ) -> Booking:
        """One statement that locks the slot, then the booking."""
        row = await self._driver.fetchrow(LOCK, booking_id, client_id, consultant_id)
        if row is None and await self._driver.fetchval(IS_OWNED, booking_id, client_id, consultant_id):
            raise TransactionConflictError("the booking moved to another slot while its slot was locked")
        return _to_booking(row)

    async def lock_of_slot(self, slot_id: UUID) -> list[Booking]:
        """One statement."""
        return [_to_booking(row) for row in await self._driver.fetch(LOCK_SEAT_HOLDERS, slot_id)]

    async def add(self, booking: Booking) -> None:
        """Insert one with its history; a trigger takes the seat."""
        await self._driver.execute(
            ADD,
            booking.id,
            *_history(booking),
            booking.slot_id,
            booking.client_id,
            booking.consultant_id,
            booking.span.starts_at,
            booking.span.ends_at,
            booking.reason,
            booking.price.amount,
            booking.price.currency,
            booking.policy,
            booking.status,
            booking.hold_expires_at,
            booking.last_actor,
            booking.unsaved[0].at,
            booking.commission.basis_points,
        )
        self._touched.add(booking.slot_id)

    async def save(self, booking: Booking) -> None:
        """Write a locked booking back with its new history; a trigger takes or gives back the seat."""
        await self._driver.execute(
            SAVE,
            booking.id,
            *_history(booking),
            booking.slot_id,
            booking.span.starts_at,
            booking.span.ends_at,
            booking.status,
            booking.hold_expires_at,
            booking.last_actor,
            booking.meeting.platform if booking.meeting else None,
            booking.meeting.url if booking.meeting else None,
            booking.sequence,
            booking.refund_ceiling,
            booking.absent,
        )
        booking.unsaved.clear()
        self._touched.add(booking.slot_id)

    async def lapsed(self, *, before: datetime, limit: int) -> list[UUID]:
        """Ids, oldest first."""
        return [row["id"] for row in await self._driver.fetch(LAPSED, before, limit)]

    async def ended(self, *, before: datetime, limit: int) -> list[UUID]:
        """Ids, oldest first."""
        return [row["id"] for row in await self._driver.fetch(ENDED, before, limit)]


def _history(booking: Booking) -> tuple[list[object], ...]:
    """The unsaved transitions, column by column."""
    steps = booking.unsaved
    return (
        [step.previous for step in steps],
        [step.status for step in steps],
        [step.actor for step in steps],
        [step.actor_id for step in steps],
        [step.at for step in steps],
        [step.reason for step in steps],
    )


def to_limits(row: asyncpg.Record) -> BookingLimits:
    """The limits in a profile's columns."""
    return BookingLimits(
        minimum_notice=timedelta(minutes=row["minimum_notice_minutes"]),
        window=timedelta(days=row["booking_window_days"]),
        sessions_per_day=row["sessions_per_day"],
    )


def _to_booking(row: asyncpg.Record | None) -> Booking:
    if row is None:
        raise NotFound
    link = row["meeting_link"]
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
        hold_expires_at=row["hold_expires_at"],
        meeting=MeetingLink(platform=row["meeting_platform"], url=link) if link else None,
        last_actor=Actor(row["last_actor"]),
        sequence=row["sequence"],
        refund_ceiling=row["refund_ceiling"],
        absent=Actor(row["absent"]) if row["absent"] else None,
        commission=Commission(row["commission_bps"]),
    )
