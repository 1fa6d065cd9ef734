"""A program that sends an Idempotency-Key with what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from application.accounts.callers import Caller
from domain.availability import Slot
from infrastructure.postgres.database import Database
from tests.integration.api.program import Json, Program
from tests.marketplace import Marketplace

BOOKINGS = "/client/bookings"
SERVICE: Json = {
    "name": "First talk",
    "description": "",
    "length_minutes": 60,
    "price": {"amount": 0, "currency": "NGN"},
    "max_slots": 1,
}


def booking_of(slot: Slot, reason: str = "A lease") -> Json:
    """A body that takes a seat."""
    return {"slot_id": str(slot.id), "reason_for_session": reason}


@dataclass(frozen=True)
class Keyed:
    """Somebody's program."""

    program: Program
    caller: Caller
    database: Database

    @classmethod
    async def of(cls, http: httpx.AsyncClient, marketplace: Marketplace, caller: Caller) -> Keyed:
        """With a token of that person."""
        return cls(Program(http, await marketplace.token(caller)), caller, marketplace.database)

    async def post(self, path: str, body: Json | None = None, *, key: str, **request: Any) -> httpx.Response:
        """A call under that key."""
        if body is not None:
            request["json"] = body
        headers = request.pop("headers", {}) | {"Idempotency-Key": key}
        return await self.program.call("POST", path, headers=headers, **request)

    async def bookings(self) -> list[UUID]:
        """All that this person ever booked."""
        rows = await self.database.pool.fetch(
            "SELECT id FROM bookings WHERE client_id = $1", self.caller.account_id
        )
        return [row["id"] for row in rows]

    async def keys(self) -> int:
        """How many keys of this person are known."""
        count: int = await self.database.pool.fetchval(
            "SELECT count(*) FROM idempotency_keys WHERE account_id = $1", self.caller.account_id
        )
        return count

    async def lock_runs_out(self) -> None:
        """Ninety seconds go by."""
        await self.database.pool.execute(
            "UPDATE idempotency_keys SET locked_until = locked_until - interval '90 s' WHERE account_id = $1",
            self.caller.account_id,
        )


def new_key() -> str:
    """One that nobody used before."""
    return str(uuid4())


def is_replayed(answer: httpx.Response) -> bool:
    """Whether the answer says that it was given before."""
    return bool(answer.headers.get("idempotency-replayed") == "true")


def what_is_kept(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """All of an answer that is the same each time."""
    names = ("content-type", "etag", "link", "location")
    return answer.status_code, answer.content, {name: answer.headers.get(name, "") for name in names}
