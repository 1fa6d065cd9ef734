"""Reads for calendars."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from application.calendars.views import (
    FEED_REACHES_AHEAD,
    FEED_REACHES_BACK,
    MOST_FEED_EVENTS,
    BookingEvent,
    FeedEvent,
    FeedOwner,
    FeedView,
)
from domain.bookings import BookingStatus
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

_BOOKING = """
SELECT b.id, b.sequence, b.status, b.starts_at, b.ends_at, b.reason, b.meeting_platform, b.meeting_link,
  client.first_name, client.last_name, consultant.first_name || ' ' || consultant.last_name AS consultant_name,
  p.time_zone, service.name AS service
FROM bookings b JOIN accounts client ON client.id = b.client_id
  JOIN accounts consultant ON consultant.id = b.consultant_id
  JOIN consultant_profiles p ON p.account_id = b.consultant_id
  JOIN slots s ON s.id = b.slot_id LEFT JOIN services service ON service.id = s.service_id
"""
BOOKING_OF_CLIENT = f"{_BOOKING} WHERE b.client_id = $1 AND b.id = $2"
BOOKING_OF_CONSULTANT = f"{_BOOKING} WHERE b.consultant_id = $1 AND b.id = $2"

FEED = "SELECT created_at FROM calendar_feeds WHERE account_id = $1"

FEED_OWNER = """
SELECT a.id, a.role FROM calendar_feeds f JOIN accounts a ON a.id = f.account_id
WHERE f.token_hash = $1 AND a.status = 'active'
"""

_HOLDS_A_SEAT = """(b.status IN ('confirmed', 'completed', 'no_show')
  OR b.status = 'pending' AND b.hold_expires_at > clock_timestamp())"""

_CHANGED_AT = "(SELECT max(t.at) FROM booking_transitions t WHERE t.booking_id = b.id)"

EVENTS_OF_CLIENT = f"""
SELECT b.id, b.sequence, b.status, b.starts_at, b.ends_at, {_CHANGED_AT} AS changed_at,
  a.first_name || ' ' || a.last_name AS consultant_name
FROM bookings b JOIN accounts a ON a.id = b.consultant_id
WHERE b.client_id = $1 AND b.starts_at > clock_timestamp() - $2::interval
  AND b.starts_at < clock_timestamp() + $3::interval AND ({_HOLDS_A_SEAT} OR b.status = 'cancelled')
ORDER BY b.starts_at, b.id LIMIT $4
"""

EVENTS_OF_CONSULTANT = f"""
SELECT s.id, s.version AS sequence, s.starts_at, s.ends_at, s.capacity > 1 AS is_group, service.name AS service,
  CASE WHEN s.status = 'cancelled' THEN 'cancelled' WHEN seats.is_confirmed THEN 'confirmed' ELSE 'pending'
    END AS status, seats.changed_at
FROM slots s LEFT JOIN services service ON service.id = s.service_id
  CROSS JOIN LATERAL (
    SELECT bool_or(b.status <> 'pending') AS is_confirmed, max({_CHANGED_AT}) AS changed_at
    FROM bookings b WHERE b.slot_id = s.id
      AND CASE WHEN s.status = 'cancelled' THEN b.status = 'cancelled' ELSE {_HOLDS_A_SEAT} END
  ) seats
WHERE s.consultant_id = $1 AND s.starts_at > clock_timestamp() - $2::interval
  AND s.starts_at < clock_timestamp() + $3::interval AND seats.changed_at IS NOT NULL
ORDER BY s.starts_at, s.id LIMIT $4
"""


class SqlCalendarQueries:
    """`CalendarQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def booking_of_client(self, client_id: UUID, booking_id: UUID) -> BookingEvent | None:
        """One of a client's own."""
        return await self._booking(BOOKING_OF_CLIENT, client_id, booking_id)

    async def booking_of_consultant(self, consultant_id: UUID, booking_id: UUID) -> BookingEvent | None:
        """One of a consultant's own sessions."""
        return await self._booking(BOOKING_OF_CONSULTANT, consultant_id, booking_id)

    async def feed(self, account_id: UUID) -> FeedView | None:
        """Since when there is one."""
        with translated_faults():
            created_at = await self._database.pool.fetchval(FEED, account_id)
        return FeedView(created_at=created_at) if created_at else None

    async def feed_owner(self, token_hash: bytes) -> FeedOwner | None:
        """By the hash of the token."""
        with translated_faults():
            row = await self._database.pool.fetchrow(FEED_OWNER, token_hash)
        return FeedOwner(account_id=row["id"], role=row["role"]) if row else None

    async def events_of_client(self, client_id: UUID) -> list[FeedEvent]:
        """Bookings."""
        rows = await self._events(EVENTS_OF_CLIENT, client_id)
        return [_event(row, consultant_name=row["consultant_name"]) for row in rows]

    async def events_of_consultant(self, consultant_id: UUID) -> list[FeedEvent]:
        """Slots with somebody in them."""
        rows = await self._events(EVENTS_OF_CONSULTANT, consultant_id)
        return [_event(row, service=row["service"], is_group=row["is_group"]) for row in rows]

    async def _booking(self, statement: str, owner_id: UUID, booking_id: UUID) -> BookingEvent | None:
        with translated_faults():
            row = await self._database.pool.fetchrow(statement, owner_id, booking_id)
        if row is None:
            return None
        return BookingEvent(
            id=row["id"],
            sequence=row["sequence"],
            status=BookingStatus(row["status"]),
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            client_first_name=row["first_name"],
            client_last_name=row["last_name"],
            consultant_name=row["consultant_name"],
            consultant_time_zone=row["time_zone"],
            service=row["service"],
            reason_for_session=row["reason"],
            meeting_platform=row["meeting_platform"],
            meeting_link=row["meeting_link"],
        )

    async def _events(self, statement: str, owner_id: UUID) -> list[asyncpg.Record]:
        with translated_faults():
            rows: list[asyncpg.Record] = await self._database.pool.fetch(
                statement, owner_id, FEED_REACHES_BACK, FEED_REACHES_AHEAD, MOST_FEED_EVENTS
            )
        return rows


def _event(
    row: asyncpg.Record,
    *,
    consultant_name: str | None = None,
    service: str | None = None,
    is_group: bool = False,
) -> FeedEvent:
    return FeedEvent(
        id=row["id"],
        sequence=row["sequence"],
        status=BookingStatus(row["status"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        changed_at=row["changed_at"],
        consultant_name=consultant_name,
        service=service,
        is_group=is_group,
    )
