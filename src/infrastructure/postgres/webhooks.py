"""Outgoing webhooks in PostgreSQL. What happens becomes a delivery by triggers, in the same transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from application.webhooks.ports import DueDelivery
from domain.refusals import NotFound
from domain.webhooks import Answer, DeliveryStatus, DisabledBecause, Event, WebhookEndpoint
from infrastructure.postgres.database import Database, Driver
from infrastructure.postgres.faults import translated_faults

COLUMNS = """
e.id, e.account_id, e.url, e.events, e.sealed_secret, e.previous_secret, e.previous_until, e.disabled_at,
  e.disabled_because, e.failing_since, e.created_at
"""

ADD = """
INSERT INTO webhook_endpoints (id, account_id, url, events, sealed_secret, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""

COUNT = "SELECT count(*) FROM webhook_endpoints WHERE account_id = $1"

LOCK = f"SELECT {COLUMNS} FROM webhook_endpoints e WHERE e.id = $1 FOR NO KEY UPDATE"

LOCK_OWN = f"SELECT {COLUMNS} FROM webhook_endpoints e WHERE e.account_id = $1 AND e.id = $2 FOR NO KEY UPDATE"

SAVE = """
UPDATE webhook_endpoints SET url = $2, events = $3, sealed_secret = $4, previous_secret = $5, previous_until = $6,
  disabled_at = $7, disabled_because = $8, failing_since = $9
WHERE id = $1
"""

DELETE = "DELETE FROM webhook_endpoints WHERE id = $1"

ADD_DELIVERY = "INSERT INTO webhook_deliveries (id, endpoint_id, event, data) VALUES ($1, $2, $3, $4)"

REPEAT = """
UPDATE webhook_deliveries SET status = 'waiting', tries = 0, next_try_at = clock_timestamp()
WHERE endpoint_id = $1 AND id = $2 RETURNING id
"""

DROP_WAITING = """
UPDATE webhook_deliveries SET status = 'dropped', next_try_at = NULL WHERE endpoint_id = $1 AND status = 'waiting'
"""

NOTE = """
UPDATE webhook_deliveries SET status = $2, tries = tries + 1, tried_at = $3, next_try_at = $4, answer_status = $5,
  answer = $6, failure = $7
WHERE id = $1
"""

TIDY = """
DELETE FROM webhook_deliveries WHERE id IN (
  SELECT id FROM webhook_deliveries WHERE created_at < $1 AND status <> 'waiting' ORDER BY created_at LIMIT $2
  FOR UPDATE SKIP LOCKED)
"""

# Endpoints before deliveries, so that a worker has an endpoint to itself, and messages keep their order.
TAKE = f"""
WITH due AS (
  SELECT e.id FROM webhook_endpoints e JOIN accounts a ON a.id = e.account_id
  WHERE e.id IN (SELECT endpoint_id FROM webhook_deliveries WHERE next_try_at <= now())
    AND e.disabled_at IS NULL AND a.status = 'active' AND (e.leased_until IS NULL OR e.leased_until <= now())
  ORDER BY e.leased_until NULLS FIRST, e.id LIMIT $1 FOR NO KEY UPDATE OF e SKIP LOCKED
)
UPDATE webhook_endpoints e SET leased_until = now() + $2::interval FROM due WHERE e.id = due.id
RETURNING {COLUMNS}
"""

DUE = """
SELECT id, event, data, created_at, tries, clock_timestamp() AS now FROM webhook_deliveries
WHERE endpoint_id = $1 AND next_try_at <= now() ORDER BY created_at, id LIMIT $2
"""

# It was served last: others go first next time.
GIVE_BACK = "UPDATE webhook_endpoints SET leased_until = clock_timestamp() WHERE id = $1"


class SqlWebhooks:
    """`Webhooks`: inside a unit of work."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def add(self, endpoint: WebhookEndpoint) -> None:
        """Insert one."""
        await self._driver.execute(
            ADD,
            endpoint.id,
            endpoint.account_id,
            endpoint.url,
            list(endpoint.events),
            endpoint.sealed_secret,
            endpoint.created_at,
        )

    async def count_of(self, account_id: UUID) -> int:
        """All of an account, disabled ones too."""
        count: int = await self._driver.fetchval(COUNT, account_id)
        return count

    async def lock(self, endpoint_id: UUID) -> WebhookEndpoint | None:
        """By id, for change."""
        row = await self._driver.fetchrow(LOCK, endpoint_id)
        return _to_endpoint(row) if row else None

    async def lock_own(self, account_id: UUID, endpoint_id: UUID) -> WebhookEndpoint:
        """By owner and id, for change."""
        row = await self._driver.fetchrow(LOCK_OWN, account_id, endpoint_id)
        if row is None:
            raise NotFound
        return _to_endpoint(row)

    async def save(self, endpoint: WebhookEndpoint) -> None:
        """Write a locked endpoint back."""
        await self._driver.execute(
            SAVE,
            endpoint.id,
            endpoint.url,
            list(endpoint.events),
            endpoint.sealed_secret,
            endpoint.previous_secret,
            endpoint.previous_until,
            endpoint.disabled_at,
            endpoint.disabled_because,
            endpoint.failing_since,
        )

    async def delete(self, endpoint_id: UUID) -> None:
        """With its deliveries."""
        await self._driver.execute(DELETE, endpoint_id)

    async def add_delivery(self, delivery_id: UUID, endpoint_id: UUID, event: str, data: dict[str, Any]) -> None:
        """Insert one that is due."""
        await self._driver.execute(
            ADD_DELIVERY, delivery_id, endpoint_id, event, msgspec.json.encode(data).decode()
        )

    async def repeat(self, endpoint_id: UUID, delivery_id: UUID) -> None:
        """Make it due, as if it had never been tried."""
        if await self._driver.fetchval(REPEAT, endpoint_id, delivery_id) is None:
            raise NotFound

    async def drop_waiting(self, endpoint_id: UUID) -> None:
        """All that wait."""
        await self._driver.execute(DROP_WAITING, endpoint_id)

    async def note(
        self,
        delivery_id: UUID,
        answer: Answer,
        *,
        status: DeliveryStatus,
        tried_at: datetime,
        next_try_at: datetime | None,
    ) -> None:
        """Write one try down."""
        await self._driver.execute(
            NOTE, delivery_id, status, tried_at, next_try_at, answer.status, answer.text, answer.failure
        )

    async def tidy(self, before: datetime, *, limit: int) -> int:
        """Delete the oldest."""
        tag: str = await self._driver.execute(TIDY, before, limit)
        return int(tag.removeprefix("DELETE "))


class SqlWebhookLeases:
    """`WebhookLeases`: each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, *, limit: int, lease: timedelta) -> list[WebhookEndpoint]:
        """Pass over those that somebody else is taking."""
        with translated_faults():
            return [_to_endpoint(row) for row in await self._database.pool.fetch(TAKE, limit, lease)]

    async def due(self, endpoint_id: UUID, *, limit: int) -> list[DueDelivery]:
        """Oldest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(DUE, endpoint_id, limit)
        return [
            DueDelivery(
                id=row["id"],
                event=row["event"],
                data=msgspec.json.decode(row["data"]),
                created_at=row["created_at"],
                tries=row["tries"],
                now=row["now"],
            )
            for row in rows
        ]

    async def give_back(self, endpoint_id: UUID) -> None:
        """End the lease."""
        with translated_faults():
            await self._database.pool.execute(GIVE_BACK, endpoint_id)


def _to_endpoint(row: asyncpg.Record) -> WebhookEndpoint:
    because = row["disabled_because"]
    return WebhookEndpoint(
        id=row["id"],
        account_id=row["account_id"],
        url=row["url"],
        events=tuple(Event(event) for event in row["events"]),
        sealed_secret=row["sealed_secret"],
        previous_secret=row["previous_secret"],
        previous_until=row["previous_until"],
        disabled_at=row["disabled_at"],
        disabled_because=DisabledBecause(because) if because else None,
        failing_since=row["failing_since"],
        created_at=row["created_at"],
    )
