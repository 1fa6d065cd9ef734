"""The job queue in Redis."""

from __future__ import annotations

import asyncio
import logging

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from saq import Job
from saq.queue.redis import RedisQueue
from saq.types import WorkerInfo

from application.fault_points import FaultPoint, reached

log = logging.getLogger(__name__)

QUEUE_NAME = "imoran"
RELAY_OUTBOX = "outbox.relay"
PATIENCE_S = 0.5
LISTEN_S = 1
"""How long a worker listens at a time: as long as it may take to notice that it should stop."""
ANSWER_WITHIN_S = LISTEN_S + 1
PAUSE_S = 1.0
"""Between two looks at a Redis that is away."""
JOB_TERMS = {"timeout": 120, "retries": 3, "retry_delay": 1.0, "retry_backoff": 10.0}
"""In seconds. A job without a time-out whose worker is killed would be taken as running for ever, and one without
retries would never run again.
"""


class PatientQueue(RedisQueue):
    """A queue that waits for its Redis to come back; SAQ itself would ask again at once, as fast as it can."""

    is_reachable = True

    async def dequeue(self, timeout: float = 0.0, poll_interval: float = 0.0) -> Job | None:  # noqa: ASYNC109 - SAQ's
        """The next job, or nothing after the time-out or while Redis is away; said once for each time."""
        try:
            job = await super().dequeue(timeout, poll_interval)
        except (RedisError, OSError) as fault:
            if self.is_reachable:
                log.warning("queue.unreachable fault=%s", type(fault).__name__)
            self.is_reachable = False
            await asyncio.sleep(PAUSE_S)
            return None
        self.is_reachable = True
        return job

    async def sweep(self, lock: int = 60, abort: float = 5.0) -> list[str]:
        """Give back what died with its worker; while Redis is away there is nothing to give back."""
        return await super().sweep(lock, abort) if self.is_reachable else []

    async def write_worker_info(self, worker_id: str, info: WorkerInfo, ttl: int) -> None:
        """Say that this worker is alive, if anybody hears it."""
        if self.is_reachable:
            await super().write_worker_info(worker_id, info, ttl)

    async def disconnect(self) -> None:
        """Hang up. There is nobody to say good-bye to while Redis is away."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await super().disconnect()
        except (RedisError, OSError) as fault:
            log.info("queue.not_closed fault=%s", type(fault).__name__)
            await self.redis.connection_pool.disconnect()


def open_queue(url: str) -> PatientQueue:
    """Connects when it is first used. A Redis that says nothing is away, too."""
    redis = Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE_S,
        socket_timeout=ANSWER_WITHIN_S,
        retry=Retry(NoBackoff(), 1),
    )
    return PatientQueue(redis, name=QUEUE_NAME)


class SaqNudge:
    """`Nudge`: wakes the relay. While a woken one has not run yet, another nudge adds nothing."""

    def __init__(self, queue: PatientQueue) -> None:
        self._queue = queue

    async def __call__(self) -> None:
        """Redis is only a hint: without it the relay finds the work at its next round."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._queue.enqueue(RELAY_OUTBOX, key=RELAY_OUTBOX, **JOB_TERMS)
        except (RedisError, OSError, TimeoutError) as fault:
            log.warning("queue.unavailable fault=%s", type(fault).__name__)
        await reached(FaultPoint.AFTER_ENQUEUE)
