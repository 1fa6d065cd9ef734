"""Kills processes: where they stand at a named point, or at any moment."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict, deque

from application.fault_points import FaultPoint
from tests.faults.site import EVERYTHING, FaultSite

SNAPS_WITHIN_S = 120
LOOK_EVERY_S = 0.05

WEB_POINTS = (
    FaultPoint.AFTER_HOLD_COMMIT,
    FaultPoint.BEFORE_INITIALIZE,
    FaultPoint.AFTER_INITIALIZE_SENT,
    FaultPoint.AFTER_INITIALIZE_ANSWER,
    FaultPoint.IDEM_AFTER_INSERT,
    FaultPoint.IDEM_BEFORE_STORE,
    FaultPoint.RESCHEDULE_BETWEEN_SEATS,
    FaultPoint.CANCEL_BETWEEN_STATE_AND_REFUND,
)
WEBHOOK_POINTS = (FaultPoint.WEBHOOK_AFTER_INSERT, FaultPoint.WEBHOOK_BEFORE_200, FaultPoint.AFTER_ENQUEUE)
"""Those that the web server comes by whose address Paystack knows."""
WORKER_POINTS = tuple(point for point in FaultPoint if point not in (*WEB_POINTS, *WEBHOOK_POINTS))


class Killer:
    """Counts its victims by name, and by the point at which they stood."""

    def __init__(self, site: FaultSite, *, seed: int) -> None:
        self._site = site
        self._chance = random.Random(seed)  # noqa: S311 - to be repeated
        self.kills: Counter[str] = Counter()
        self.points: Counter[FaultPoint] = Counter()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def kill(self, name: str, *, away_s: float = 0.0) -> None:
        """At this moment; it comes back after a while."""
        async with self._turns[name]:
            await asyncio.to_thread(self._site.kill, name)
            self.kills[name] += 1
            await asyncio.sleep(away_s)
            await asyncio.to_thread(self._site.revive, name)

    async def kill_anybody(self) -> None:
        """At random, and for as long as it takes somebody to notice."""
        await self.kill(self._chance.choice(EVERYTHING), away_s=self._chance.uniform(0, 3))

    async def kill_at(self, name: str, *shares: deque[FaultPoint], server: str | None = None) -> None:
        """Let the process run into one point after the other, until none is left. There it kills itself, or else
        the `server` is killed on which it depends. It lies there in the end, until it is revived.

        Others may take points from the same shares meanwhile.
        """
        for points in shares:
            while points:
                await self._let_run_into(points.popleft(), name, server)
        await asyncio.to_thread(self._site.kill, name)

    async def revive(self, name: str) -> None:
        """Without any trap."""
        await asyncio.to_thread(self._site.revive, name)

    async def _let_run_into(self, point: FaultPoint, name: str, server: str | None) -> None:
        await asyncio.to_thread(self._site.kill, name)
        position = self._site.log_length
        act = "kill" if server is None else "sleep:1"
        await asyncio.to_thread(self._site.revive, name, traps=f"{point}={act}@1")
        if not await self._is_reached(point, position):
            return
        self.points[point] += 1
        if server is None:
            self.kills[name] += 1
        else:
            await self.kill(server)

    async def _is_reached(self, point: FaultPoint, position: int) -> bool:
        for _ in range(round(SNAPS_WITHIN_S / LOOK_EVERY_S)):
            if f"point={point} act=" in self._site.log_since(position):
                return True
            await asyncio.sleep(LOOK_EVERY_S)
        return False
