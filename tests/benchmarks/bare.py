"""The least that a Litestar application can do: one asyncpg fetch of the same rows into msgspec."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from litestar import Litestar, get
from litestar.params import FromPath

from infrastructure.postgres.queries.consultants import SLOTS


class Price(msgspec.Struct):
    """As the API answers it."""

    amount: int
    currency: str


class Slot(msgspec.Struct):
    """As the API answers it."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    seats_left: int
    price: Price
    service: str | None
    service_id: UUID | None


class Slots(msgspec.Struct):
    """As the API answers it."""

    items: list[Slot]
    next_cursor: None = None


@asynccontextmanager
async def pool(app: Litestar) -> AsyncIterator[None]:
    """A pool as asyncpg makes it by default."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=10) as app.state.pool:
        yield


@get("/api/consultants/{slug:str}/slots")
async def slots(slug: FromPath[str]) -> Slots:
    """The statement of the product, and nothing else of it."""
    rows = await app.state.pool.fetch(SLOTS, slug, 21, None, None, None, None, None)
    return Slots(
        [
            Slot(
                row["id"],
                row["starts_at"],
                row["ends_at"],
                row["capacity"],
                row["seats_left"],
                Price(row["price_amount"], row["price_currency"]),
                row["service"],
                row["service_id"],
            )
            for row in rows[:20]
        ]
    )


app = Litestar([slots], lifespan=[pool], logging_config=None, openapi_config=None)
