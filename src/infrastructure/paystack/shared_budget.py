"""One budget for all processes, kept in Redis."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from secrets import token_hex
from time import monotonic

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from application.gateway import Priority
from infrastructure.paystack.budget import WINDOW_S, CallBudget, OwnBudget, Unlimited, places_for

log = logging.getLogger(__name__)

KEY = "paystack:calls"
PATIENCE_S = 0.5
ALONE_FOR_S = 5.0
"""How long a Redis that is away is not asked again."""

_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window = tonumber(ARGV[1])
local places = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local taken = redis.call('ZCARD', KEYS[1])
if taken < places then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
  return 0
end
local first = redis.call('ZRANGE', KEYS[1], taken - places, taken - places, 'WITHSCORES')
return math.max(1, first[2] + window - now)
"""
"""The calls of the last minute by Redis's clock, in microseconds; how long until a place is free, or 0."""


def open_budget(redis_url: str, *, per_minute: int, processes: int) -> CallBudget:
    """The budget that the settings ask for; 0 is none. Connects when it is first used."""
    if not per_minute:
        return Unlimited()
    return SharedBudget(redis_url, per_minute=per_minute, processes=processes)


class SharedBudget:
    """`CallBudget` for all processes that use the same Redis.

    While Redis is away, each process keeps to its own share, so that nobody waits for it and nothing fails.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        per_minute: int,
        processes: int,
        window_s: float = WINDOW_S,
        alone_for_s: float = ALONE_FOR_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._redis = Redis.from_url(redis_url, retry=Retry(NoBackoff(), 1))
        self._take = self._redis.register_script(_TAKE)
        self._per_minute = per_minute
        self._window_s = window_s
        self._alone_for_s = alone_for_s
        self._own = OwnBudget(max(1, per_minute // processes), clock, window_s=window_s)
        self._clock = clock
        self._alone_until: float | None = None

    async def take(self, priority: Priority) -> float:
        """Never raises, and waits for Redis for half a second at most."""
        if self._alone_until is not None and self._clock() < self._alone_until:
            return await self._own.take(priority)
        try:
            async with asyncio.timeout(PATIENCE_S):
                pause = await self._ask(priority)
        except (RedisError, OSError) as fault:
            self._note_silence(fault)
            return await self._own.take(priority)
        self._alone_until = None
        if not pause:
            self._own.note()
        return pause

    async def close(self) -> None:
        """Hang up."""
        await self._redis.aclose()

    async def _ask(self, priority: Priority) -> float:
        places = places_for(priority, self._per_minute)
        arguments: list[int | str] = [int(self._window_s * 1_000_000), places, token_hex(8)]
        return int(await self._take(keys=[KEY], args=arguments)) / 1_000_000

    def _note_silence(self, fault: Exception) -> None:
        """One line for each time that Redis goes away, however many calls are made meanwhile."""
        if self._alone_until is None:
            log.warning("paystack.budget_alone fault=%s", type(fault).__name__)
        self._alone_until = self._clock() + self._alone_for_s
