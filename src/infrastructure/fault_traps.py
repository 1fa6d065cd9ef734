"""What goes wrong at the named fault points: read from a setting, for tests on real processes."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import re
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from application.fault_points import FaultPoint, set_trap

log = logging.getLogger(__name__)

ANYWHERE = "any"
_SNARE = re.compile(
    r"(?P<point>[a-z0-9_]+)=(?P<act>[a-z]+)(:(?P<seconds>\d+(\.\d+)?))?(@(?P<time>\d+)|%(?P<percent>\d+(\.\d+)?))?"
)


class Act(StrEnum):
    """What happens to whoever comes by."""

    SLEEP = "sleep"
    RAISE = "raise"
    CANCEL = "cancel"
    KILL = "kill"


class InjectedFaultError(RuntimeError):
    """A failure that a trap has made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snare:
    """One thing that goes wrong.

    `point` is nothing for every point. It happens each time; or the `time`-th time only, counted from one; or
    with a chance of `percent`.
    """

    point: FaultPoint | None
    act: Act
    seconds: float = 0.0
    time: int | None = None
    percent: float | None = None

    @classmethod
    def read(cls, text: str) -> Snare:
        """Of `point=act`, `point=act@3`, `point=sleep:0.5`, `any=kill%2`. Raises `ValueError`."""
        found = _SNARE.fullmatch(text.strip())
        if found is None:
            raise ValueError(text)
        return cls(
            point=None if found["point"] == ANYWHERE else FaultPoint(found["point"]),
            act=Act(found["act"]),
            seconds=float(found["seconds"] or 0),
            time=int(found["time"]) if found["time"] else None,
            percent=float(found["percent"]) if found["percent"] else None,
        )


def read_snares(text: str) -> tuple[Snare, ...]:
    """Of a list with commas; nothing makes none. Raises `ValueError`."""
    return tuple(Snare.read(part) for part in text.split(",") if part.strip())


class FaultTraps:
    """The trap of a process. The same seed makes the same choices, for as long as the points come in order."""

    def __init__(self, snares: Sequence[Snare], seed: int) -> None:
        self._snares = snares
        self._chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._times: Counter[FaultPoint] = Counter()

    async def __call__(self, point: FaultPoint) -> None:
        """Let go wrong what is set to."""
        self._times[point] += 1
        for snare in self._snares:
            if snare.point in (None, point) and self._snaps(snare, point):
                await _happen(snare, point)

    def _snaps(self, snare: Snare, point: FaultPoint) -> bool:
        if snare.time is not None:
            return snare.time == self._times[point]
        return snare.percent is None or self._chance.uniform(0, 100) < snare.percent


def set_traps(snares: Sequence[Snare], seed: int) -> None:
    """In this process, from now on; without any, points cost nothing."""
    if snares:
        log.warning("fault.traps_set pid=%d snares=%d seed=%d", os.getpid(), len(snares), seed)
        set_trap(FaultTraps(snares, seed))


async def _happen(snare: Snare, point: FaultPoint) -> None:
    log.warning("fault.injected pid=%d point=%s act=%s", os.getpid(), point, snare.act)
    match snare.act:
        case Act.SLEEP:
            await asyncio.sleep(snare.seconds)
        case Act.RAISE:
            raise InjectedFaultError(point)
        case Act.CANCEL:
            await _cancel()
        case Act.KILL:
            os.kill(os.getpid(), signal.SIGKILL)


async def _cancel() -> None:
    task = asyncio.current_task()
    if task is not None:
        task.cancel()
    await asyncio.sleep(0)
