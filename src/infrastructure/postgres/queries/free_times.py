"""Reads of free times that a client can still take."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from application.bookings.free_times import NEAREST, FreeTimeView
from application.paging import FIRST_PAGE, Page, PageRequest
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, money, page_of
from infrastructure.postgres.queries.seats import LAPSED_HOLDS, SEATS_LEFT

HOLDS_A_SEAT = """(b.client_id = %(client)s AND (b.status IN ('confirmed', 'completed', 'no_show')
  OR b.status = 'pending' AND b.hold_expires_at > clock_timestamp()))"""
"""Whether booking `b` is that client's and occupies a seat."""

OTHER_SESSIONS_THAT_DAY = """(SELECT count(*)::int FROM slots other
  WHERE other.consultant_id = s.consultant_id AND other.id <> s.id
    AND other.seats_taken > (SELECT count(*) FROM bookings own WHERE own.id = %(apart_from)s
      AND own.slot_id = other.id)
    AND other.starts_at >= date_trunc('day', s.starts_at, p.time_zone)
    AND other.starts_at < (date_trunc('day', s.starts_at AT TIME ZONE p.time_zone) + interval '1 day')
      AT TIME ZONE p.time_zone)"""
"""The consultant's other sessions with a seat taken on the day of slot `s`, without the seat of one booking."""


def _free(*, client: str, apart_from: str) -> str:
    """The free slots `s` of consultant `p`; the client's booking `apart_from` is in nobody's way."""
    return f"""
  s.status = 'open' AND p.is_published AND a.status = 'active'
  AND s.starts_at > now()
  AND s.starts_at >= now() + make_interval(mins => p.minimum_notice_minutes)
  AND s.starts_at <= now() + make_interval(hours => 24 * p.booking_window_days)
  AND s.consultant_id IS DISTINCT FROM {client} AND {SEATS_LEFT} > 0
  AND NOT EXISTS (SELECT FROM bookings b WHERE b.id IS DISTINCT FROM {apart_from}
    AND {HOLDS_A_SEAT % {"client": client}}
    AND tstzrange(b.starts_at, b.ends_at, '[)') && tstzrange(s.starts_at, s.ends_at, '[)'))
  AND (p.sessions_per_day IS NULL OR s.seats_taken > {LAPSED_HOLDS}
    OR {OTHER_SESSIONS_THAT_DAY % {"apart_from": apart_from}} < p.sessions_per_day)
"""


_COLUMNS = f"""
s.id, s.starts_at, s.ends_at, s.capacity, {SEATS_LEFT} AS seats_left, s.price_amount, s.price_currency,
service.name AS service
"""

_SLOTS = """
slots s JOIN consultant_profiles p ON p.account_id = s.consultant_id JOIN accounts a ON a.id = p.account_id
  LEFT JOIN services service ON service.id = s.service_id
"""


def _on_one_side(comparison: str, direction: str) -> str:
    return f"""
(SELECT {_COLUMNS}, wanted.starts_at AS wanted_at
FROM {_SLOTS} JOIN wanted ON wanted.consultant_id = s.consultant_id AND wanted.id <> s.id
WHERE s.starts_at {comparison} wanted.starts_at AND {_free(client="$2::uuid", apart_from="NULL::uuid")}
ORDER BY s.starts_at {direction} LIMIT {NEAREST})
"""


_NEAR = f"""
WITH wanted AS (SELECT id, consultant_id, starts_at FROM slots WHERE id = $1)
SELECT * FROM ({_on_one_side("<", "DESC")} UNION ALL {_on_one_side(">=", "ASC")}) near
ORDER BY abs(extract(epoch FROM starts_at - wanted_at)), starts_at LIMIT {NEAREST}
"""

_TO_MOVE_TO = f"""
SELECT {_COLUMNS} FROM {_SLOTS} JOIN bookings moved ON moved.consultant_id = s.consultant_id
WHERE moved.id = $3 AND moved.client_id = $1 AND s.id <> moved.slot_id
  AND s.price_amount = moved.price_amount AND s.price_currency = moved.price_currency
  AND ($4::uuid IS NULL OR s.id = $4)
  AND ($5::text IS NULL OR (s.starts_at, s.id) > ($5::text::timestamptz, $6::text::uuid))
  AND {_free(client="$1::uuid", apart_from="$3::uuid")}
ORDER BY s.starts_at, s.id LIMIT $2
"""


class SqlFreeTimeQueries:
    """`FreeTimeQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def near(self, slot_id: UUID, client_id: UUID | None = None) -> list[FreeTimeView]:
        """Three from each side by the index, and of these the nearest."""
        with translated_faults():
            rows = await self._database.pool.fetch(_NEAR, slot_id, client_id)
        return sorted((_free_time(row) for row in rows), key=lambda free: free.starts_at)

    async def to_move_to(
        self, client_id: UUID, booking_id: UUID, *, slot_id: UUID | None = None, page: PageRequest = FIRST_PAGE
    ) -> Page[FreeTimeView]:
        """A page of them."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                _TO_MOVE_TO, client_id, page.limit + 1, booking_id, slot_id, *key_of(page)
            )
        return page_of(rows, page, _free_time, ("starts_at", "id"))


def _free_time(row: asyncpg.Record) -> FreeTimeView:
    return FreeTimeView(
        id=row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        capacity=row["capacity"],
        seats_left=row["seats_left"],
        price=money(row),
        service=row["service"],
    )
