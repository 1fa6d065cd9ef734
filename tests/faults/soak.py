"""Kills everything, again and again, for as long as told, while clients book and pay; then counts the money.

    make soak SECONDS=600 SEED=1

Exits with 1 when anything was lost, sold twice, paid back twice or answered wrongly.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from itertools import cycle
from pathlib import Path

from application.fault_points import FaultPoint
from tests.faults.crowd import Crowd, a_crowd_about
from tests.faults.killer import WEB_POINTS, WEBHOOK_POINTS, WORKER_POINTS, Killer
from tests.faults.site import POSTGRES, VALKEY, WEBS, WORKERS, FaultSite, running_fault_site
from tests.faults.till import be_paid_out, open_account
from tests.faults.verdict import Verdict, Watch, judge

HOLD_S = 4
CLIENTS = 12
LOGS = Path("test-results")
SETTINGS = {"HOLD_SECONDS": str(HOLD_S), "PAYOUT_AFTER_DAYS": "0", "RATE_LIMITS": "off"}
ROUND_S = 60
"""Between two walks through all points there is a time of kills at any moment."""


async def soak(site: FaultSite, seconds: float, seed: int) -> tuple[Killer, Crowd, Verdict]:
    """Clients and kills for so long, and what became of everything."""
    killer, watch, is_over = Killer(site, seed=seed), Watch(), asyncio.Event()
    async with a_crowd_about(site, CLIENTS, seed=seed, hold_s=HOLD_S) as crowd:
        watching = asyncio.create_task(watch.go_on(crowd, is_over))
        await open_account(site)
        earning = asyncio.create_task(be_paid_out(crowd, is_over))
        ends_at = time.monotonic() + seconds
        for server in cycle([None, POSTGRES, VALKEY]):
            await kill_at_every_point(killer, server)
            round_ends_at = min(ends_at, time.monotonic() + ROUND_S)
            while time.monotonic() < round_ends_at:
                await killer.kill_anybody()
            if time.monotonic() > ends_at:
                break
    is_over.set()
    await asyncio.gather(watching, earning)
    return killer, crowd, await judge(crowd, watch)


async def kill_at_every_point(killer: Killer, server: str | None = None) -> None:
    """Both web servers and both workers at once, each from point to point: themselves, or a server there."""
    for_webs, for_hooks, for_workers = set(WEB_POINTS), set(WEBHOOK_POINTS), set(WORKER_POINTS)
    async with asyncio.TaskGroup() as lanes:
        lanes.create_task(killer.kill_at(WEBS[0], for_webs, for_hooks, server=server))
        lanes.create_task(killer.kill_at(WEBS[1], for_webs, server=server))
        for name in WORKERS:
            lanes.create_task(killer.kill_at(name, for_workers, server=server))


def report(killer: Killer, crowd: Crowd, verdict: Verdict) -> str:
    """For people."""
    lines = [
        f"kills            {killer.kills.total()}: "
        + ", ".join(f"{n} {k}" for n, k in sorted(killer.kills.items())),
        f"at named points  {killer.points.total()}, {len(killer.points)} of {len(FaultPoint)} points",
        "stories          " + ", ".join(f"{name} {number}" for name, number in crowd.stories.most_common()),
        f"charges          {verdict.charges}: " + ", ".join(f"{n} {k}" for n, k in sorted(verdict.ends.items())),
        f"payouts          {crowd.payouts}",
        f"longest to M     {verdict.longest_to_m_s:.1f} s; the last {verdict.last_in_m_s:.1f} s after the end",
        f"answers >= 500   {len(crowd.failures)}",
        f"faults           {len(verdict.faults)}",
        *(f"  {fault}" for fault in verdict.faults),
    ]
    return "\n".join(lines)


def main() -> int:
    """The command."""
    seconds, seed = float(os.environ.get("SECONDS", "600")), int(os.environ.get("SEED", "1"))
    print(f"{seconds:.0f} s with the seed {seed}", flush=True)  # noqa: T201 - a command for people
    with running_fault_site(**SETTINGS) as site:
        try:
            killer, crowd, verdict = asyncio.run(soak(site, seconds, seed))
        finally:
            LOGS.mkdir(exist_ok=True)
            shutil.copy(site.site.log, LOGS / f"soak-{seed}.log")
    print(report(killer, crowd, verdict))  # noqa: T201
    print(f"what the processes wrote is in {LOGS}/soak-{seed}.log")  # noqa: T201
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
