"""When periodic work was done last, and how it went."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Protocol


class JobRuns(Protocol):
    """The last run of each job, whichever worker did it."""

    async def note(self, name: str, *, every: timedelta, took: timedelta, problem: str | None) -> None:
        """A run has ended, well or with a problem. Says so in the log, and does no harm, while it cannot be
        written down.
        """
        ...


@dataclass(frozen=True, slots=True)
class NotedRun:
    """A job that leaves a note of each of its runs."""

    runs: JobRuns
    name: str
    every: timedelta
    job: Callable[[], Awaitable[object]]

    async def __call__(self) -> None:
        """Raises what the job raises."""
        began = monotonic()
        try:
            await self.job()
        except Exception as fault:
            await self._note(began, type(fault).__name__)
            raise
        await self._note(began, None)

    async def _note(self, began: float, problem: str | None) -> None:
        took = timedelta(seconds=monotonic() - began)
        await self.runs.note(self.name, every=self.every, took=took, problem=problem)
