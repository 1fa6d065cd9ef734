"""The job queue in Redis."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from saq import Job, Queue, Worker
from saq.queue.redis import RedisQueue

log = logging.getLogger(__name__)

QUEUE_NAME = "imoran"
RELAY_OUTBOX = "outbox.relay"
PATIENCE_S = 0.5


PAUSE_S = 1.0
"""Between two looks at a Redis that is away."""


class PatientQueue(RedisQueue):
    """A queue that waits for its Redis to come back; SAQ itself would ask again at once, as fast as it can."""

    _is_reachable = True

    async def dequeue(self, timeout: float = 0.0, poll_interval: float = 0.0) -> Job | None:  # noqa: ASYNC109 - SAQ's
        """The next job, or nothing after the time-out or while Redis is away; said once for each time."""
        try:
            job = await super().dequeue(timeout, poll_interval)
        except (RedisError, OSError) as fault:
            if self._is_reachable:
                log.warning("queue.unreachable fault=%s", type(fault).__name__)
            self._is_reachable = False
            await asyncio.sleep(PAUSE_S)
            return None
        self._is_reachable = True
        return job


def open_queue(url: str) -> Queue:
    """The queue at a Redis address, Unix sockets included (which SAQ's own reading of addresses leaves out)."""
    return PatientQueue(Redis.from_url(url), name=QUEUE_NAME)


class PromptWorker(Worker[Any]):
    """A worker that ends as soon as its jobs have.

    SAQ counts its own upkeep among the tasks that get the grace period, and that sleeps for a minute at a
    time: without this, every stop would take the whole of the period.
    """

    _upkeep: Sequence[asyncio.Task[None]] = ()

    async def upkeep(self) -> list[asyncio.Task[None]]:
        """Start the upkeep, but keep it apart from the jobs."""
        self._upkeep = await super().upkeep()
        return []

    async def stop(self) -> None:
        """Claim nothing more, end the upkeep, give the jobs their time."""
        self.event.set()
        for task in self._upkeep:
            task.cancel()
        await super().stop()


class SaqNudge:
    """`Nudge`: wakes the relay. While a woken one has not run yet, another nudge adds nothing."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    async def __call__(self) -> None:
        """Redis is only a hint: without it the relay finds the work at its next round."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._queue.enqueue(RELAY_OUTBOX, key=RELAY_OUTBOX, timeout=120, retries=3)
        except (RedisError, OSError, TimeoutError) as fault:
            log.warning("queue.unavailable fault=%s", type(fault).__name__)
