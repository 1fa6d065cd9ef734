"""Kills processes: where they stand at a named point, or at any moment."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from application.fault_points import FaultPoint
from tests.faults.site import EVERYTHING, FaultSite

SNAPS_WITHIN_S = 180
LOOK_EVERY_S = 0.05
INJECTED = re.compile(r"fault\.injected pid=(?P<pid>\d+) point=(?P<point>\w+)")

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

    async def kill_at(self, name: str, *shares: set[FaultPoint], server: str | None = None) -> None:
        """Let the process run into the first of these points that it comes by, until none is left.
        There it kills itself, or else the `server` is killed on which it depends. It lives on without any trap.

        Others may share points with it: each waits for all that are left, so that a rare one is met by whoever
        comes by. Those that nobody comes by for long are left over.
        """
        while any(shares):
            point = await self._run_into_a_point(name, shares, server)
            if point is None:
                break
            for share in shares:
                share.discard(point)
        await asyncio.to_thread(self._site.kill, name)
        await asyncio.to_thread(self._site.revive, name)

    async def _run_into_a_point(
        self, name: str, shares: Sequence[set[FaultPoint]], server: str | None
    ) -> FaultPoint | None:
        """Nothing when the others have met the last ones meanwhile, or when the time is up."""
        await asyncio.to_thread(self._site.kill, name)
        position = self._site.log_length
        act = "kill" if server is None else "sleep:1"
        traps = ",".join(f"{point}={act}@1" for share in shares for point in share)
        await asyncio.to_thread(self._site.revive, name, traps=traps)
        point = await self._reached(name, position, shares)
        if point is not None:
            self.points[point] += 1
            if server is None:
                self.kills[name] += 1
            else:
                await self.kill(server)
        return point

    async def _reached(self, name: str, position: int, shares: Sequence[set[FaultPoint]]) -> FaultPoint | None:
        own_pids: set[int] = set()
        for _ in range(round(SNAPS_WITHIN_S / LOOK_EVERY_S)):
            own_pids |= self._site.pids_of(name)
            for found in INJECTED.finditer(self._site.log_since(position)):
                if int(found["pid"]) in own_pids:
                    return FaultPoint(found["point"])
            if not any(shares):
                return None
            await asyncio.sleep(LOOK_EVERY_S)
        return None
