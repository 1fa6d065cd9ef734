"""Reads of a consultant's day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from application.bookings.today import MOST_NEWS, MOST_WITHOUT_LINK, Session, TodayView
from domain.availability import LONGEST_SESSION
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

HOLDS_SEAT = """
(b.status IN ('confirmed', 'completed', 'no_show')
  OR b.status = 'pending' AND b.hold_expires_at > clock_timestamp())
"""

SESSION = f"""
json_build_object('id', s.id, 'starts_at', s.starts_at, 'ends_at', s.ends_at, 'status', s.status,
  'service', (SELECT name FROM services WHERE id = s.service_id), 'max_slots', s.capacity,
  'people_waiting', s.people_waiting,
  'seats', (SELECT coalesce(json_agg(json_build_object('booking_id', b.id,
      'client_name', c.first_name || ' ' || c.last_name, 'status', b.status,
      'has_link', b.meeting_link IS NOT NULL) ORDER BY b.created_at, b.id), '[]')
    FROM bookings b JOIN accounts c ON c.id = b.client_id WHERE b.slot_id = s.id AND {HOLDS_SEAT}),
  'meeting_platform', linked.meeting_platform, 'meeting_link', linked.meeting_link)
"""

LINKED = """
LEFT JOIN LATERAL (SELECT b.meeting_platform, b.meeting_link FROM bookings b
  WHERE b.slot_id = s.id AND b.status IN ('confirmed', 'completed', 'no_show') AND b.meeting_link IS NOT NULL
  ORDER BY b.created_at DESC, b.id DESC LIMIT 1) linked ON true
"""

TODAY = f"""
WITH held AS MATERIALIZED (
  SELECT DISTINCT b.slot_id FROM bookings b
  WHERE b.consultant_id = $1 AND b.starts_at >= $2::timestamptz - $4::interval AND b.starts_at < $3
    AND b.ends_at > least($2, clock_timestamp()) AND {HOLDS_SEAT}
), coming AS (
  SELECT b.slot_id FROM bookings b
  WHERE b.consultant_id = $1 AND b.starts_at >= $3 AND b.status = 'confirmed' ORDER BY b.starts_at LIMIT 1
), lacking AS MATERIALIZED (
  SELECT DISTINCT b.slot_id, b.starts_at FROM bookings b
  WHERE b.consultant_id = $1 AND b.starts_at >= clock_timestamp() - $4::interval AND b.status = 'confirmed'
    AND b.meeting_link IS NULL AND b.ends_at > clock_timestamp()
)
SELECT json_build_object(
  'sessions', (SELECT coalesce(json_agg({SESSION} ORDER BY s.starts_at), '[]')
    FROM slots s {LINKED} WHERE s.id IN (SELECT slot_id FROM held)),
  'next_session', (SELECT {SESSION} FROM slots s {LINKED} WHERE s.id IN (SELECT slot_id FROM coming)),
  'without_link', (SELECT coalesce(json_agg({SESSION} ORDER BY s.starts_at), '[]')
    FROM (SELECT slot_id FROM lacking ORDER BY starts_at LIMIT {MOST_WITHOUT_LINK}) one
      JOIN slots s ON s.id = one.slot_id {LINKED}),
  'sessions_without_link', (SELECT count(*) FROM lacking),
  'new_bookings', (SELECT coalesce(json_agg(json_build_object('id', b.id, 'client_name', b.client_name,
      'service', b.service, 'starts_at', b.starts_at, 'ends_at', b.ends_at, 'status', b.status,
      'created_at', b.created_at) ORDER BY b.created_at DESC), '[]')
    FROM (SELECT b.*, c.first_name || ' ' || c.last_name AS client_name, service.name AS service
      FROM bookings b JOIN accounts c ON c.id = b.client_id JOIN slots s ON s.id = b.slot_id
        LEFT JOIN services service ON service.id = s.service_id
      WHERE b.consultant_id = $1 AND b.starts_at > clock_timestamp() - interval '7 days'
        AND b.created_at > clock_timestamp() - interval '7 days' AND {HOLDS_SEAT}
      ORDER BY b.created_at DESC LIMIT {MOST_NEWS}) b),
  'new_reviews', (SELECT coalesce(json_agg(json_build_object('id', r.id, 'rating', r.rating, 'comment', r.comment,
      'client_name', r.first_name, 'created_at', r.created_at, 'is_replied', r.reply IS NOT NULL)
      ORDER BY r.created_at DESC), '[]')
    FROM (SELECT r.*, CASE c.status WHEN 'erased' THEN 'A former client' ELSE c.first_name END AS first_name
      FROM reviews r JOIN accounts c ON c.id = r.client_id
      WHERE r.consultant_id = $1 AND r.hidden_at IS NULL
        AND r.created_at > clock_timestamp() - interval '14 days'
      ORDER BY r.created_at DESC LIMIT {MOST_NEWS}) r),
  'to_settle', (SELECT count(*) FROM bookings b
    WHERE b.consultant_id = $1 AND b.status = 'confirmed' AND b.ends_at <= clock_timestamp()
      AND NOT EXISTS (SELECT FROM absence_reports a WHERE a.booking_id = b.id
        AND a.status IN ('open', 'contested'))),
  'has_bookings', EXISTS (SELECT FROM bookings b WHERE b.consultant_id = $1),
  'has_services', EXISTS (SELECT FROM services WHERE consultant_id = $1 AND is_offered),
  'has_free_times', EXISTS (SELECT FROM slots s WHERE s.consultant_id = $1 AND s.status = 'open'
    AND s.starts_at > clock_timestamp())
)
"""

ONE = f"""
SELECT {SESSION} FROM slots s {LINKED} WHERE s.consultant_id = $1 AND s.id = $2 AND s.status <> 'cancelled'
"""

_today = msgspec.json.Decoder(TodayView)
_session = msgspec.json.Decoder(Session)


class SqlTodayQueries:
    """`TodayQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_consultant(self, consultant_id: UUID, *, begins: datetime, ends: datetime) -> TodayView:
        """All of it as one document."""
        with translated_faults():
            found = await self._database.pool.fetchval(TODAY, consultant_id, begins, ends, LONGEST_SESSION)
        return _today.decode(found)

    async def session(self, consultant_id: UUID, slot_id: UUID) -> Session | None:
        """Likewise."""
        with translated_faults():
            found = await self._database.pool.fetchval(ONE, consultant_id, slot_id)
        return _session.decode(found) if found else None
