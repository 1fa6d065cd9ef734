"""kill -9 of every process, at each named point and at random moments, while clients book and pay."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest

from application.fault_points import FaultPoint
from tests.faults.crowd import a_crowd_about
from tests.faults.killer import WEB_POINTS, Killer
from tests.faults.site import POSTGRES, VALKEY, WEBS, WORKERS, running_fault_site
from tests.faults.verdict import Watch, judge

HOLD_S = 4
SIZE = 10
SEED = 1


async def test_nothing_is_lost_when_processes_are_killed_at_every_point_and_at_random() -> None:
    with running_fault_site(HOLD_SECONDS=str(HOLD_S), RATE_LIMITS="off") as site:
        killer, watch, is_over = Killer(site, seed=SEED), Watch(), asyncio.Event()
        async with a_crowd_about(site, SIZE, seed=SEED, hold_s=HOLD_S) as crowd:
            watching = asyncio.create_task(watch.go_on(crowd, is_over))
            for_webs = deque(WEB_POINTS)
            for_workers = deque(point for point in FaultPoint if point not in WEB_POINTS)
            missed: list[FaultPoint] = []

            async def lane(name: str, points: deque[FaultPoint]) -> None:
                while points:
                    point = points.popleft()
                    if not await killer.kill_at(point, name):
                        missed.append(point)

            async with asyncio.TaskGroup() as lanes:
                for name in WEBS:
                    lanes.create_task(lane(name, for_webs))
                for name in WORKERS:
                    lanes.create_task(lane(name, for_workers))
            for name in (POSTGRES, VALKEY, POSTGRES, *WEBS, *WORKERS):
                await killer.kill(name, away_s=1)
        is_over.set()
        await watching
        verdict = await judge(crowd, watch)
    print(missed, dict(killer.kills), verdict, dict(crowd.stories))  # noqa: T201 - read by whoever runs it alone
    assert verdict.faults == []
    assert missed == []
    assert verdict.charges > 20
    if verdict.longest_to_m_s > 120:
        pytest.fail(f"it took {verdict.longest_to_m_s:.0f} s until a charge was where it belongs")
