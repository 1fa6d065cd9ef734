"""How the services that the product depends on are, as this process sees them."""

from __future__ import annotations

import asyncio
import time
from importlib.metadata import version

from redis.asyncio import Redis
from redis.exceptions import RedisError

from application.operations.health_views import CircuitState, QueueState, ServiceStates
from infrastructure.paystack.breaker import CircuitBreaker
from infrastructure.paystack.budget import WINDOW_S
from infrastructure.paystack.shared_budget import KEY as CALLS
from infrastructure.queue import PATIENCE_S, open_queue

PRODUCT = "imoran"


class ServiceLook:
    """`Services`. Looks over connections of its own, so that nothing waits for somebody who looks."""

    def __init__(self, redis_url: str, breaker: CircuitBreaker, *, most_calls: int) -> None:
        self._redis_url = redis_url
        self._breaker = breaker
        self._most_calls = most_calls

    async def states(self) -> ServiceStates:
        """All of them."""
        return ServiceStates(
            version=version(PRODUCT),
            queue=await self._queue(),
            circuit=CircuitState(is_open=self._breaker.is_open, left_s=self._breaker.left_s),
            most_calls=self._most_calls,
        )

    async def _queue(self) -> QueueState | None:
        queue = open_queue(self._redis_url)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await _look(
                    queue.redis, queued=await queue.count("queued"), running=await queue.count("active")
                )
        except (RedisError, OSError, TimeoutError):
            return None
        finally:
            await queue.disconnect()


async def _look(redis: Redis, *, queued: int, running: int) -> QueueState:
    facts = await redis.info()
    since = (time.time() - WINDOW_S) * 1_000_000
    return QueueState(
        version=str(facts.get("valkey_version") or facts["redis_version"]),
        used_memory=int(facts["used_memory"]),
        keys=await redis.dbsize(),
        queued=queued,
        running=running,
        calls=await redis.zcount(CALLS, since, "+inf"),
    )
