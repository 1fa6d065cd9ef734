"""Calls with a key in PostgreSQL; one statement each."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import asyncpg

from application.idempotency.ports import Answer, Call, Claim, Known
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

CLAIM = """
WITH claimed AS (
  INSERT INTO idempotency_keys AS k
    (account_id, operation, key, fingerprint, resource_id, locked_until, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6, clock_timestamp(), clock_timestamp() + $7)
  ON CONFLICT (account_id, operation, key) DO UPDATE SET locked_until = excluded.locked_until
    WHERE k.status IS NULL AND k.fingerprint = excluded.fingerprint
      AND (k.locked_until IS NULL OR k.locked_until < clock_timestamp())
  RETURNING fingerprint, resource_id, locked_until, status, headers, body
)
SELECT true AS is_claimed, * FROM claimed
UNION ALL
SELECT false, fingerprint, resource_id, locked_until, status, headers, body FROM idempotency_keys
WHERE account_id = $1 AND operation = $2 AND key = $3 AND NOT EXISTS (SELECT FROM claimed)
"""
"""The second half sees rows as they were when the statement began: none when the first call came since then."""

_OWN = "WHERE account_id = $1 AND operation = $2 AND key = $3 AND locked_until = $4"
"""The lock's end tells one holder from the next."""

FINISH = f"UPDATE idempotency_keys SET locked_until = NULL, status = $5, headers = $6, body = $7 {_OWN}"

LET_GO = f"UPDATE idempotency_keys SET locked_until = NULL {_OWN}"

FORGET = f"DELETE FROM idempotency_keys {_OWN}"

LET_GO_OF_ABANDONED = "UPDATE idempotency_keys SET locked_until = NULL WHERE locked_until < clock_timestamp()"

DELETE_EXPIRED = """
DELETE FROM idempotency_keys WHERE (account_id, operation, key) IN (
  SELECT account_id, operation, key FROM idempotency_keys WHERE expires_at < clock_timestamp()
  ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
"""


class SqlKeyedCalls:
    """`KeyedCalls` on a table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, call: Call, *, resource_id: UUID, lock: timedelta, life: timedelta
    ) -> Claim | Known | None:
        """Insert the call, take an interrupted one over, or look it up."""
        with translated_faults():
            row = await self._database.pool.fetchrow(
                CLAIM, call.account_id, call.operation, call.key, call.fingerprint, resource_id, lock, life
            )
        if row is None:
            return None
        if not row["is_claimed"]:
            return Known(fingerprint=row["fingerprint"], answer=_answer(row))
        return Claim(
            call=call,
            resource_id=row["resource_id"],
            locked_until=row["locked_until"],
            is_continued=row["resource_id"] != resource_id,
        )

    async def finish(self, claim: Claim, answer: Answer) -> bool:
        """Store the answer, unless the lock is another one's."""
        headers = json.dumps(answer.headers)
        return await self._change(FINISH, claim, answer.status, headers, answer.body) == 1

    async def let_go(self, claim: Claim) -> None:
        """Unlock one."""
        await self._change(LET_GO, claim)

    async def forget(self, claim: Claim) -> None:
        """Delete one."""
        await self._change(FORGET, claim)

    async def let_go_of_abandoned(self) -> int:
        """Unlock those whose lock ran out."""
        with translated_faults():
            return _rows(await self._database.pool.execute(LET_GO_OF_ABANDONED))

    async def delete_expired(self, *, limit: int) -> int:
        """Delete those that are over, passing over what somebody else is deleting."""
        with translated_faults():
            return _rows(await self._database.pool.execute(DELETE_EXPIRED, limit))

    async def _change(self, statement: str, claim: Claim, *values: object) -> int:
        call = claim.call
        with translated_faults():
            return _rows(
                await self._database.pool.execute(
                    statement, call.account_id, call.operation, call.key, claim.locked_until, *values
                )
            )


def _answer(row: asyncpg.Record) -> Answer | None:
    if row["status"] is None:
        return None
    headers = tuple((name, value) for name, value in json.loads(row["headers"]))
    return Answer(status=row["status"], headers=headers, body=row["body"])


def _rows(tag: str) -> int:
    """How many rows a command changed, by its tag (`UPDATE 1`)."""
    return int(tag.rpartition(" ")[2])
