"""Reads about outgoing webhooks."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from application.paging import Page, PageRequest
from application.webhooks.views import DeliveryView, WebhookView
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, page_of

_ENDPOINT = """
SELECT id, url, events, disabled_at, disabled_because, failing_since, created_at,
  CASE WHEN previous_until > clock_timestamp() THEN previous_until END AS earlier_secret_until
FROM webhook_endpoints WHERE account_id = $1
"""
OF_ACCOUNT = f"{_ENDPOINT} ORDER BY created_at, id"
OWN = f"{_ENDPOINT} AND id = $2"

# A row without a delivery says that the endpoint is there.
DELIVERIES = """
SELECT d.* FROM webhook_endpoints e LEFT JOIN LATERAL (
  SELECT id, event, status, tries, created_at, tried_at, next_try_at, answer_status, answer, failure
  FROM webhook_deliveries WHERE endpoint_id = e.id
    AND ($3::text IS NULL OR (created_at, id) < ($3::text::timestamptz, $4::text::uuid))
  ORDER BY created_at DESC, id DESC LIMIT $5
) d ON true
WHERE e.account_id = $1 AND e.id = $2 ORDER BY d.created_at DESC, d.id DESC
"""


class SqlWebhookQueries:
    """`WebhookQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_account(self, account_id: UUID) -> list[WebhookView]:
        """All of them; there are few."""
        with translated_faults():
            return [_endpoint(row) for row in await self._database.pool.fetch(OF_ACCOUNT, account_id)]

    async def own(self, account_id: UUID, endpoint_id: UUID) -> WebhookView | None:
        """By owner and id."""
        with translated_faults():
            row = await self._database.pool.fetchrow(OWN, account_id, endpoint_id)
        return _endpoint(row) if row else None

    async def deliveries(
        self, account_id: UUID, endpoint_id: UUID, page: PageRequest
    ) -> Page[DeliveryView] | None:
        """Keyset by when it happened and id."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                DELIVERIES,
                account_id,
                endpoint_id,
                *key_of(page),
                page.limit + 1,
            )
        if not rows:
            return None
        return page_of([row for row in rows if row["id"]], page, _delivery, ("created_at", "id"))


def _endpoint(row: asyncpg.Record) -> WebhookView:
    return WebhookView(
        id=row["id"],
        url=row["url"],
        events=row["events"],
        is_enabled=row["disabled_at"] is None,
        disabled_because=row["disabled_because"],
        disabled_at=row["disabled_at"],
        failing_since=row["failing_since"],
        earlier_secret_until=row["earlier_secret_until"],
        created_at=row["created_at"],
    )


def _delivery(row: asyncpg.Record) -> DeliveryView:
    return DeliveryView(
        id=row["id"],
        event=row["event"],
        status=row["status"],
        tries=row["tries"],
        created_at=row["created_at"],
        tried_at=row["tried_at"],
        next_try_at=row["next_try_at"],
        answer_status=row["answer_status"],
        answer=row["answer"],
        failure=row["failure"],
    )
