"""kill -9 of every process, at each named point and at random moments, while clients book and pay."""

from __future__ import annotations

import asyncio

from application.fault_points import FaultPoint
from tests.faults.crowd import a_crowd_about
from tests.faults.killer import Killer
from tests.faults.site import EVERYTHING, running_fault_site
from tests.faults.soak import HOLD_S, SETTINGS, kill_at_every_point
from tests.faults.till import be_paid_out, open_account
from tests.faults.verdict import SETTLED_WITHIN_S, Watch, judge

CLIENTS = 10
SEED = 1


async def test_nothing_is_lost_when_processes_are_killed_at_every_point_and_at_random() -> None:
    with running_fault_site(**SETTINGS) as site:
        killer, watch, is_over = Killer(site, seed=SEED), Watch(), asyncio.Event()
        async with a_crowd_about(site, CLIENTS, seed=SEED, hold_s=HOLD_S) as crowd:
            watching = asyncio.create_task(watch.go_on(crowd, is_over))
            await open_account(site)
            earning = asyncio.create_task(be_paid_out(crowd, is_over))
            await kill_at_every_point(killer)
            for name in EVERYTHING:
                await killer.kill(name, away_s=1)
        is_over.set()
        await asyncio.gather(watching, earning)
        verdict = await judge(crowd, watch)
    assert verdict.faults == []
    assert set(FaultPoint) - killer.points.keys() == set(), "no process came by"
    assert verdict.charges > 20, "too few to prove anything"
    assert verdict.longest_to_m_s < SETTLED_WITHIN_S
