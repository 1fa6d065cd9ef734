"""A worker: does what the queue brings, and the scheduled work itself when the queue brings nothing."""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from saq import CronJob, Worker

from application.periodic_jobs import PeriodicJob
from infrastructure.queue import JOB_TERMS, LISTEN_S, PatientQueue

log = logging.getLogger(__name__)

STOP_GRACE_S = 25
"""How long jobs may go on after the worker was asked to end; then they are cancelled."""
LONGEST_STOP_S = 30
LOOK_EVERY_S = 1.0
PATIENCE_S = 5
CONCURRENCY = 4
HOUR_S = 3600


class Turn:
    """One periodic job in this process: never twice at once, whoever asks for it.

    It is overdue from the start: who knows what a process left behind that was killed.
    """

    def __init__(self, job: PeriodicJob) -> None:
        self.job = job
        self._is_taken = False
        self._last_at = -math.inf

    async def take(self, _: object = None) -> None:
        """Run the job, unless it is running."""
        if self._is_taken:
            return
        self._is_taken = True
        try:
            await self.job.run()
        finally:
            self._last_at = time.monotonic()
            self._is_taken = False

    def is_overdue(self, *, queue_is_reachable: bool) -> bool:
        """Whether this process should not wait for the queue any longer.

        Other workers may well have run the job in the meantime, which nobody here knows: once more does no harm.
        """
        patience_s = 3 * self.job.every_s + PATIENCE_S if queue_is_reachable else self.job.every_s
        return time.monotonic() - self._last_at >= patience_s


@dataclass
class _ScheduledJob(CronJob[Any]):
    """SAQ makes a job of every field; it has none of its own for these."""

    retry_delay: float = 0.0
    retry_backoff: float = 0.0


class StandingInWorker(Worker[Any]):
    """A worker that does not depend on its queue.

    Redis may be away, flushed, or hold a job as running whose worker was killed: whatever keeps the queue from
    bringing a periodic job, this process runs the job itself when it is overdue.

    It ends as soon as its jobs have. SAQ counts its own upkeep among the tasks that get the grace period, and
    that sleeps for a minute at a time: without this, every stop would take the whole of the period.
    """

    _upkeep: Sequence[asyncio.Task[None]] = ()

    def __init__(self, queue: PatientQueue, jobs: Sequence[PeriodicJob]) -> None:
        self._reachable_queue = queue
        self._turns = [Turn(job) for job in jobs]
        super().__init__(
            queue,
            functions=[(turn.job.name, turn.take) for turn in self._turns],
            concurrency=CONCURRENCY,
            dequeue_timeout=LISTEN_S,
            shutdown_grace_period_s=STOP_GRACE_S,
            cancellation_hard_deadline_s=2.0,
        )
        self.cron_jobs = [_scheduled(job) for job in jobs]  # afterwards: SAQ would register their functions again

    async def schedule(self, lock: int = 1) -> None:
        """Put what is due into the queue, while there is one."""
        if self._reachable_queue.is_reachable:
            await super().schedule(lock)

    async def upkeep(self) -> list[asyncio.Task[None]]:
        """Start the upkeep, but keep it apart from the jobs; stand in for the queue."""
        self._upkeep = await super().upkeep()
        self._hear_signals()
        return [asyncio.create_task(self._stand_in(turn), name=turn.job.name) for turn in self._turns]

    async def stop(self) -> None:
        """Claim nothing more, end the upkeep, give the jobs their time."""
        self.event.set()
        for task in self._upkeep:
            task.cancel()
        await super().stop()

    async def _stand_in(self, turn: Turn) -> None:
        while not self.event.is_set():
            if turn.is_overdue(queue_is_reachable=self._reachable_queue.is_reachable):
                await _take_over(turn)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self.event.wait()

    def _hear_signals(self) -> None:
        """In SAQ's place, who would wait for a job that does not end, and not hear a second signal."""
        for number in self.SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._asked_to_end)

    def _asked_to_end(self) -> None:
        """A second signal, or a stop that takes too long, ends the process where it is: nothing is lost then."""
        self.event.set()
        for number in self.SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.alarm(LONGEST_STOP_S)


async def _take_over(turn: Turn) -> None:
    try:
        async with asyncio.timeout(turn.job.timeout_s):
            await turn.take()
    except Exception:  # as in the queue: whatever one run does, there is a next one
        log.exception("job.failed job=%s", turn.job.name)


def _scheduled(job: PeriodicJob) -> CronJob[Any]:
    async def named() -> None:
        """Never called: SAQ only asks for its name."""

    named.__qualname__ = job.name
    terms = JOB_TERMS | {"timeout": job.timeout_s}
    return _ScheduledJob(named, cron=cron_every(job.every_s), **terms)  # type: ignore[arg-type]  # all are fields


def cron_every(seconds: int) -> str:
    """A cron expression whose sixth field is seconds; whole minutes, then whole hours, and at most a day."""
    if seconds < 60:
        return f"* * * * * */{seconds}"
    if seconds < HOUR_S:
        return f"*/{seconds // 60} * * * *"
    return f"0 */{seconds // HOUR_S} * * *" if seconds < 24 * HOUR_S else "0 3 * * *"
