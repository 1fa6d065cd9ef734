"""Reads about notifications."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec

from application.notifications.views import Facts, NotificationFilter, NotificationView
from application.paging import Page
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, page_of

_FACTS = """
SELECT n.id, n.kind, n.subject_id, n.facts::text, n.created_at, n.read_at, reader.role,
  reader.time_zone,  other.first_name || ' ' || other.last_name AS person, service.name AS service
"""

# A subject is a booking or a slot, or neither.
_AROUND = """
JOIN accounts reader ON reader.id = n.recipient_id
  LEFT JOIN bookings b ON b.id = n.subject_id
  LEFT JOIN slots s ON s.id = coalesce(b.slot_id, n.subject_id)
  LEFT JOIN services service ON service.id = s.service_id
  LEFT JOIN accounts other ON other.id = CASE n.recipient_id WHEN b.consultant_id THEN b.client_id
    WHEN s.consultant_id THEN NULL ELSE s.consultant_id END
"""

OF_ACCOUNT = f"""
{_FACTS} FROM (
  SELECT * FROM notifications WHERE recipient_id = $1 AND (NOT $2 OR read_at IS NULL)
    AND ($3::text IS NULL OR (created_at, id) < ($3::text::timestamptz, $4::text::uuid))
  ORDER BY created_at DESC, id DESC LIMIT $5
) n {_AROUND} ORDER BY n.created_at DESC, n.id DESC
"""

UNREAD_OF_ACCOUNT = OF_ACCOUNT.replace("(NOT $2 OR read_at IS NULL)", "$2 AND read_at IS NULL")
"""With the condition of its index in plain sight."""

OWN = f"{_FACTS} FROM notifications n {_AROUND} WHERE n.recipient_id = $1 AND n.id = $2"

_facts = msgspec.json.Decoder(Facts).decode


class SqlNotificationQueries:
    """`NotificationQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_account(self, account_id: UUID, wanted: NotificationFilter) -> Page[NotificationView]:
        """Keyset by when it happened and id."""
        query = UNREAD_OF_ACCOUNT if wanted.unread_only else OF_ACCOUNT
        with translated_faults():
            rows = await self._database.pool.fetch(
                query, account_id, wanted.unread_only, *key_of(wanted.page), wanted.page.limit + 1
            )
        return page_of(rows, wanted.page, _view, ("created_at", "id"))

    async def own(self, account_id: UUID, notification_id: UUID) -> NotificationView | None:
        """By recipient and id."""
        with translated_faults():
            row = await self._database.pool.fetchrow(OWN, account_id, notification_id)
        return _view(row) if row else None


def _view(row: asyncpg.Record) -> NotificationView:
    return NotificationView(
        id=row["id"],
        kind=row["kind"],
        subject_id=row["subject_id"],
        facts=_facts(row["facts"]),
        person=row["person"],
        service=row["service"],
        recipient_role=row["role"],
        time_zone=row["time_zone"],
        created_at=row["created_at"],
        read_at=row["read_at"],
    )
