"""Says in Redis which slots changed, once the change is committed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

CHANNEL = "seats"
PATIENCE_S = 0.5


class SeatAnnouncer:
    """Announces in the background, so that nobody who books waits for Redis or hears of its faults.

    An announcement is a hint to look. What is committed while one is under way goes into the next; what
    Redis does not take within `PATIENCE_S` is forgotten.
    """

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, retry=Retry(NoBackoff(), 1))
        self._waiting: set[UUID] = set()
        self._speaking: asyncio.Task[None] | None = None
        self._is_heard = True

    def __call__(self, slot_ids: Collection[UUID]) -> None:
        """Never waits and never raises."""
        self._waiting.update(slot_ids)
        if self._speaking is None or self._speaking.done():
            self._speaking = asyncio.create_task(self._speak(), name="seat-announcer")

    async def close(self) -> None:
        """Say what is still to be said, and hang up."""
        if self._speaking is not None:
            await self._speaking
        await self._redis.aclose()

    async def _speak(self) -> None:
        while self._waiting:
            slot_ids, self._waiting = self._waiting, set()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._redis.publish(CHANNEL, msgspec.json.encode(list(slot_ids)))
            except (RedisError, OSError) as fault:
                self._note_silence(fault)
            else:
                self._is_heard = True

    def _note_silence(self, fault: Exception) -> None:
        """One line for each time that Redis goes away, however many book meanwhile."""
        if self._is_heard:
            log.warning("live_seats.unannounced fault=%s", type(fault).__name__)
        self._is_heard = False
