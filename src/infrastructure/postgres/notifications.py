"""Notifications in PostgreSQL. What happens raises them by triggers, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.availability import LONGEST_SESSION
from domain.notifications import DAY_BEFORE, HOUR_BEFORE, Kind
from infrastructure.postgres.database import Driver

MARK_READ = """
UPDATE notifications SET read_at = coalesce(read_at, $3) WHERE recipient_id = $1 AND id = $2 RETURNING true
"""

MARK_ALL_READ = """
WITH marked AS (
  UPDATE notifications SET read_at = $3 WHERE recipient_id = $1 AND read_at IS NULL AND created_at <= $2
  RETURNING id
)
SELECT count(*) FROM marked
"""

# Confirmed bookings are found by their ends. What was told already is passed over before it is tried again.
REMIND = """
WITH due AS (
  SELECT b.client_id, b.id, b.starts_at, b.id || ' ' || rfc3339(b.starts_at) AS source,
    CASE WHEN b.starts_at <= $1::timestamptz + $3::interval THEN $6 ELSE $5 END AS kind
  FROM bookings b
  WHERE b.status = 'confirmed' AND b.starts_at > $1 AND b.starts_at <= $1::timestamptz + $2::interval
    AND b.ends_at > $1 AND b.ends_at <= $1::timestamptz + $2::interval + $4::interval
    AND b.created_at < b.starts_at
      - CASE WHEN b.starts_at <= $1::timestamptz + $3::interval THEN $3::interval ELSE $2::interval END
), told AS (
  INSERT INTO notifications (recipient_id, kind, source, subject_id, facts, created_at)
  SELECT client_id, kind, source, id, jsonb_build_object('starts_at', rfc3339(starts_at)), $1 FROM due
  WHERE NOT EXISTS (SELECT FROM notifications n
    WHERE n.recipient_id = due.client_id AND n.kind = due.kind AND n.source = due.source)
  ORDER BY starts_at, id LIMIT $7
  ON CONFLICT DO NOTHING RETURNING id
)
SELECT count(*) FROM told
"""

MISS_LINKS = """
WITH due AS (
  SELECT DISTINCT b.consultant_id, b.slot_id, b.starts_at, b.slot_id || ' ' || rfc3339(b.starts_at) AS source
  FROM bookings b
  WHERE b.status = 'confirmed' AND b.meeting_link IS NULL AND b.starts_at > $1
    AND b.starts_at <= $1::timestamptz + $2::interval AND b.ends_at > $1
    AND b.ends_at <= $1::timestamptz + $2::interval + $3::interval
), told AS (
  INSERT INTO notifications (recipient_id, kind, source, subject_id, facts, created_at)
  SELECT consultant_id, $4, source, slot_id, jsonb_build_object('starts_at', rfc3339(starts_at)), $1 FROM due
  WHERE NOT EXISTS (SELECT FROM notifications n
    WHERE n.recipient_id = due.consultant_id AND n.kind = $4 AND n.source = due.source)
  ORDER BY starts_at, slot_id LIMIT $5
  ON CONFLICT DO NOTHING RETURNING id
)
SELECT count(*) FROM told
"""

# Nothing is read before it is made.
TIDY = """
DELETE FROM notifications WHERE id IN (
  SELECT id FROM notifications WHERE created_at < $1 AND (read_at < $1 OR created_at < $2) LIMIT $3
  FOR UPDATE SKIP LOCKED)
"""

FORGET_BROWSERS = "DELETE FROM known_browsers WHERE last_seen_at < $1"


class SqlNotifications:
    """`Notifications`: inside a unit of work."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def mark_read(self, account_id: UUID, notification_id: UUID, now: datetime) -> bool:
        """One statement."""
        return await self._driver.fetchval(MARK_READ, account_id, notification_id, now) is not None

    async def mark_all_read(self, account_id: UUID, *, until: datetime, now: datetime) -> int:
        """One statement."""
        count: int = await self._driver.fetchval(MARK_ALL_READ, account_id, until, now)
        return count

    async def remind(self, now: datetime, *, limit: int) -> int:
        """Soonest first."""
        count: int = await self._driver.fetchval(
            REMIND,
            now,
            DAY_BEFORE,
            HOUR_BEFORE,
            LONGEST_SESSION,
            Kind.REMINDER_DAY,
            Kind.REMINDER_HOUR,
            limit,
        )
        return count

    async def miss_links(self, now: datetime, *, limit: int) -> int:
        """Soonest first; once for a session, however many come to it."""
        count: int = await self._driver.fetchval(
            MISS_LINKS, now, DAY_BEFORE, LONGEST_SESSION, Kind.LINK_MISSING, limit
        )
        return count

    async def tidy(self, *, read_before: datetime, made_before: datetime, limit: int) -> int:
        """Delete some."""
        tag: str = await self._driver.execute(TIDY, read_before, made_before, limit)
        return int(tag.removeprefix("DELETE "))

    async def forget_browsers(self, *, seen_before: datetime) -> None:
        """Delete all of them."""
        await self._driver.execute(FORGET_BROWSERS, seen_before)
