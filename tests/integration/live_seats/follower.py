"""Somebody who follows seats as a browser does: comes again when a watch is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from redis.asyncio import Redis

from application.live_seats import SeatChange, SeatWatches
from domain.availability import Slot
from infrastructure.live_seats.announcer import CHANNEL
from infrastructure.live_seats.subscription import SeatSubscription
from infrastructure.live_seats.watchers import SeatWatchers
from infrastructure.postgres.database import Database
from infrastructure.postgres.queries.live_seats import SqlSeatReads
from tests.marketplace import Marketplace

AT_MOST_S = 20.0


class Follower:
    """Knows how slots stand as far as it was told: seats left and status, by slot."""

    def __init__(self, watches: SeatWatches, slug: str, slots: Sequence[Slot]) -> None:
        self._watches = watches
        self._slug = slug
        self._slot_ids = [slot.id for slot in slots]
        self.known: dict[UUID, tuple[int, str]] = {}
        self.beginnings = 0

    async def begin(self) -> None:
        """Watch; the first thing that is heard is how the slots stand."""
        self.beginnings += 1
        self._watch = await self._watches.watch(self._slug, self._slot_ids, address="127.0.0.1")

    async def hear(self, patience_s: float = AT_MOST_S) -> Sequence[SeatChange]:
        """The next changes; begins anew when the watch is over."""
        changes = await self._watch.changes(patience_s=patience_s)
        if changes is None:
            await self.begin()
            return await self.hear(patience_s)
        self.known |= {change.slot_id: (change.seats_left, change.status) for change in changes}
        return changes

    async def until(self, slot: Slot, seats_left: int, status: str = "open") -> None:
        """Listen until the slot stands like that."""
        async with asyncio.timeout(AT_MOST_S):
            while self.known.get(slot.id) != (seats_left, status):
                await self.hear()


async def following(watches: SeatWatches, marketplace: Marketplace, *slots: Slot) -> Follower:
    """Somebody who has heard how these slots of one consultant stand."""
    slug = await marketplace.database.pool.fetchval(
        "SELECT slug FROM consultant_profiles WHERE account_id = $1", slots[0].consultant_id
    )
    follower = Follower(watches, slug, slots)
    await follower.begin()
    await follower.hear()
    return follower


@asynccontextmanager
async def web_process(redis_url: str, database: Database) -> AsyncIterator[SeatWatchers]:
    """What a web server process does about seats, once Redis knows that it listens."""
    watchers = SeatWatchers(SqlSeatReads(database))
    async with SeatSubscription(redis_url, watchers).running():
        await until_heard(redis_url)
        yield watchers


async def until_heard(redis_url: str) -> None:
    """Until somebody listens to announcements."""
    async with Redis.from_url(redis_url) as redis, asyncio.timeout(AT_MOST_S):
        while not dict(await redis.pubsub_numsub(CHANNEL))[CHANNEL.encode()]:  # noqa: ASYNC110 - only Redis knows
            await asyncio.sleep(0.02)
