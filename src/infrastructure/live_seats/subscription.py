"""Listens for announcements and passes on what became of the slots."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from infrastructure.live_seats.announcer import CHANNEL, PATIENCE_S
from infrastructure.live_seats.watchers import SeatWatchers

log = logging.getLogger(__name__)

GATHER_S = 0.15
"""What is announced within this time is looked at together."""
QUIET_S = 15.0
"""Redis is asked whether it is still there after so much silence."""
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0

_slot_ids = msgspec.json.Decoder(set[UUID])


class SeatSubscription:
    """One connection to Redis for all watchers of a process.

    Whenever it had to begin anew, everybody who watches has to, too: nobody knows what was announced in
    between. That goes for an unreachable database as for Redis.
    """

    def __init__(self, url: str, watchers: SeatWatchers) -> None:
        # A connection that mended itself would not tell that announcements were lost.
        self._redis = Redis.from_url(url, retry=Retry(NoBackoff(), 0))
        self._watchers = watchers

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen until the end of the block."""
        listening = asyncio.create_task(self._listen(), name="seat-subscription")
        try:
            yield
        finally:
            self._watchers.close()
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await self._redis.aclose()

    async def _listen(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                async with self._redis.pubsub() as announcements:
                    await self._begin(announcements)
                    pause = FIRST_PAUSE_S
                    while True:
                        await self._watchers.look_at(await _touched(announcements))
            except (RedisError, OSError, msgspec.DecodeError) as fault:
                if pause == FIRST_PAUSE_S:
                    log.warning("live_seats.interrupted fault=%s", type(fault).__name__)
            except Exception:  # a fault of ours must not leave everybody deaf until the next start
                log.exception("live_seats.broken")
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_S, 2 * pause)

    async def _begin(self, announcements: PubSub) -> None:
        """Subscribe. From the answer on nothing is missed."""
        async with asyncio.timeout(PATIENCE_S):
            await announcements.subscribe(CHANNEL)
            await announcements.get_message(timeout=None)
        self._watchers.end_all()


async def _touched(announcements: PubSub) -> set[UUID]:
    """The next slots that are announced, with those that follow at once; none after a long silence."""
    message = await announcements.get_message(timeout=QUIET_S)
    if message is None:
        message = await _answer_to_ping(announcements)
    slot_ids = _slots_in(message)
    ends_at = asyncio.get_running_loop().time() + GATHER_S
    while slot_ids and (left := ends_at - asyncio.get_running_loop().time()) > 0:
        slot_ids |= _slots_in(await announcements.get_message(timeout=left))
    return slot_ids


async def _answer_to_ping(announcements: PubSub) -> dict[str, Any]:
    """Raises `TimeoutError` when the connection is dead, which nothing else would tell."""
    async with asyncio.timeout(PATIENCE_S):
        await announcements.ping()
        message: dict[str, Any] = await announcements.get_message(timeout=None)
    return message


def _slots_in(message: dict[str, Any] | None) -> set[UUID]:
    """What is announced; nothing in answers to our own commands."""
    if message is None or message["type"] != "message":
        return set()
    return _slot_ids.decode(message["data"])
