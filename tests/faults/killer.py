"""Kills processes: where they stand at a named point, or at any moment."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from application.fault_points import FaultPoint
from tests.faults.site import EVERYTHING, FaultSite

SNAPS_WITHIN_S = 30
LOOK_EVERY_S = 0.05

WEB_POINTS = (
    FaultPoint.AFTER_HOLD_COMMIT,
    FaultPoint.BEFORE_INITIALIZE,
    FaultPoint.AFTER_INITIALIZE_SENT,
    FaultPoint.AFTER_INITIALIZE_ANSWER,
    FaultPoint.AFTER_ENQUEUE,
    FaultPoint.WEBHOOK_AFTER_INSERT,
    FaultPoint.WEBHOOK_BEFORE_200,
    FaultPoint.IDEM_AFTER_INSERT,
    FaultPoint.IDEM_BEFORE_STORE,
    FaultPoint.RESCHEDULE_BETWEEN_SEATS,
    FaultPoint.CANCEL_BETWEEN_STATE_AND_REFUND,
)
"""Those that a web server comes by; all others are a worker's."""


class Killer:
    """Counts its victims by name, and by the point at which they stood."""

    def __init__(self, site: FaultSite, *, seed: int) -> None:
        self._site = site
        self._chance = random.Random(seed)  # noqa: S311 - to be repeated
        self.kills: Counter[str] = Counter()
        self.points: Counter[FaultPoint] = Counter()

    async def kill(self, name: str, *, away_s: float = 0.0) -> None:
        """At this moment; it comes back after a while."""
        await asyncio.to_thread(self._site.kill, name)
        self.kills[name] += 1
        await asyncio.sleep(away_s)
        await asyncio.to_thread(self._site.revive, name)

    async def kill_anybody(self) -> None:
        """At random, and for as long as it takes somebody to notice."""
        await self.kill(self._chance.choice(EVERYTHING), away_s=self._chance.uniform(0, 3))

    async def kill_at(self, point: FaultPoint, name: str) -> bool:
        """Let the process run into the point, where it kills itself; whether it came by in time."""
        await asyncio.to_thread(self._site.kill, name)
        position = self._site.log_length
        await asyncio.to_thread(self._site.revive, name, traps=f"{point}=kill@1")
        has_died = await self._soon(point, position)
        await asyncio.to_thread(self._site.kill, name)
        await asyncio.to_thread(self._site.revive, name)
        self.kills[name] += has_died
        self.points[point] += has_died
        return has_died

    async def _soon(self, point: FaultPoint, position: int) -> bool:
        for _ in range(round(SNAPS_WITHIN_S / LOOK_EVERY_S)):
            if f"point={point} act=kill" in self._site.log_since(position):
                return True
            await asyncio.sleep(LOOK_EVERY_S)
        return False
