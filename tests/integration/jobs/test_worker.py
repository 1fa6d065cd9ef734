"""A worker does its work with its queue and without it, and ends well."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from saq import Status
from saq.job import Job

from application.periodic_jobs import PeriodicJob
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.queue import PatientQueue, SaqNudge, open_queue
from infrastructure.worker import StandingInWorker

AT_MOST_S = 15
ONCE_IN_A_TEST_S = 3600

pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")  # by SAQ


class Diary:
    """Jobs that note when they ran."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self.now: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()

    def job(self, name: str, *, every_s: int = 1, takes_s: float = 0.0, timeout_s: int = 120) -> PeriodicJob:
        async def run() -> None:
            self.runs[name] += 1
            self.now[name] += 1
            self.most_at_once[name] = max(self.most_at_once[name], self.now[name])
            try:
                await asyncio.sleep(takes_s)
            finally:
                self.now[name] -= 1

        return PeriodicJob(name=name, run=run, every_s=every_s, timeout_s=timeout_s)


@asynccontextmanager
async def working(queue: PatientQueue, *jobs: PeriodicJob) -> AsyncIterator[StandingInWorker]:
    worker = StandingInWorker(queue, jobs)
    life = asyncio.create_task(worker.start())
    try:
        yield worker
    finally:
        await worker.stop()
        await life
        await queue.disconnect()


async def until(is_so: Callable[[], bool], *, at_most_s: float = AT_MOST_S) -> None:
    async with asyncio.timeout(at_most_s):
        while not is_so():  # noqa: ASYNC110 - a worker is not told that somebody waits
            await asyncio.sleep(0.05)


@pytest.fixture
def nowhere(tmp_path: Path) -> PatientQueue:
    """A queue whose Redis is away."""
    return open_queue(f"unix://{tmp_path}/nobody.sock")


@pytest.fixture
async def queue(valkey: EmbeddedValkey) -> PatientQueue:
    """A queue that begins empty."""
    redis = Redis.from_url(valkey.url)
    await redis.flushall()
    await redis.aclose()
    return open_queue(valkey.url)


async def test_without_redis_every_job_is_done_at_its_time(nowhere: PatientQueue) -> None:
    diary = Diary()
    rare = diary.job("rare", every_s=ONCE_IN_A_TEST_S)
    async with working(nowhere, diary.job("often"), rare):
        await until(lambda: diary.runs["often"] >= 3)
    assert diary.runs["rare"] == 1, "once at the start, for whatever was left behind"


async def test_when_redis_comes_back_the_queue_brings_the_jobs_again(server_folder: Path) -> None:
    diary = Diary()
    brought: list[str] = []

    class Seen(StandingInWorker):
        async def process(self) -> bool:
            was_brought = await super().process()
            if was_brought:
                brought.append("job")
            return was_brought

    with EmbeddedValkey(server_folder / "returning", durable=False) as valkey:
        url = valkey.url
    worker = Seen(open_queue(url), [diary.job("often")])
    life = asyncio.create_task(worker.start())
    await until(lambda: diary.runs["often"] >= 2)
    assert brought == []
    with EmbeddedValkey(server_folder / "returning", durable=False):
        await until(lambda: len(brought) >= 2)
    runs = diary.runs["often"]
    await until(lambda: diary.runs["often"] >= runs + 2)
    await worker.stop()
    await life
    await worker.queue.disconnect()


async def test_no_job_runs_twice_at_once_in_a_process_whoever_asks_for_it(queue: PatientQueue) -> None:
    diary = Diary()
    slow = diary.job("outbox.relay", takes_s=1.5)
    async with working(queue, slow):
        for _ in range(20):
            await SaqNudge(queue)()
            await asyncio.sleep(0.2)
    assert diary.runs["outbox.relay"] >= 2
    assert diary.most_at_once["outbox.relay"] == 1


async def test_one_job_that_takes_its_time_or_fails_keeps_no_other_from_running(nowhere: PatientQueue) -> None:
    diary = Diary()

    async def fail() -> None:
        diary.runs["failing"] += 1
        raise ValueError("a poisoned job")

    endless = diary.job("endless", takes_s=ONCE_IN_A_TEST_S, timeout_s=1)
    failing = PeriodicJob(name="failing", run=fail, every_s=1)
    async with working(nowhere, endless, failing, diary.job("often")):
        await until(lambda: min(diary.runs[name] for name in ("endless", "failing", "often")) >= 2)


async def test_when_redis_forgets_everything_jobs_go_on(queue: PatientQueue) -> None:
    diary = Diary()
    async with working(queue, diary.job("often")):
        await until(lambda: diary.runs["often"] >= 3)
        await queue.redis.flushall()
        runs = diary.runs["often"]
        await until(lambda: diary.runs["often"] >= runs + 2)


async def test_a_job_that_the_queue_takes_for_running_is_run_all_the_same(queue: PatientQueue) -> None:
    """Its worker was killed; until the time-out and the sweep SAQ starts no other one of that name."""
    job = Job(function="often", key="cron:often", queue=queue, timeout=120, retries=3)
    await queue.enqueue(job)
    taken = await queue.dequeue(timeout=1)
    assert taken is not None
    await taken.update(status=Status.ACTIVE)
    diary = Diary()
    async with working(queue, diary.job("often")):
        await until(lambda: diary.runs["often"] >= 2, at_most_s=30)


async def test_every_job_in_the_queue_has_a_time_out_and_is_tried_again(queue: PatientQueue) -> None:
    diary = Diary()
    worker = StandingInWorker(queue, [diary.job("one", timeout_s=60), diary.job("two", every_s=300)])
    await worker.schedule()
    await SaqNudge(queue)()
    jobs = [job async for job in queue.iter_jobs()]
    assert {job.function for job in jobs} == {"one", "two", "outbox.relay"}
    for job in jobs:
        assert job.retries >= 3
        assert job.timeout > 0
        assert job.retry_delay > 0
        assert job.retry_backoff
    await queue.disconnect()


async def test_a_worker_that_should_end_lets_its_jobs_end(nowhere: PatientQueue) -> None:
    diary = Diary()
    ended: list[str] = []

    async def run() -> None:
        diary.runs["long"] += 1
        await asyncio.sleep(1.5)
        ended.append("long")

    worker = StandingInWorker(nowhere, [PeriodicJob(name="long", run=run, every_s=ONCE_IN_A_TEST_S)])
    life = asyncio.create_task(worker.start())
    await until(lambda: diary.runs["long"] == 1)
    began = asyncio.get_running_loop().time()
    await worker.stop()
    await life
    assert ended == ["long"]
    assert asyncio.get_running_loop().time() - began < 5, "nothing else is waited for"


async def test_a_worker_without_work_ends_at_once_when_the_signal_comes() -> None:
    """And a second signal would end it where it is; both in a process of its own."""
    script = (
        "import asyncio, sys\n"
        "from application.periodic_jobs import PeriodicJob\n"
        "from infrastructure.queue import open_queue\n"
        "from infrastructure.worker import StandingInWorker\n"
        "async def run():\n"
        "    print('begun', flush=True)\n"
        "    await asyncio.sleep(float(sys.argv[1]))\n"
        "job = PeriodicJob(name='job', run=run, every_s=3600)\n"
        "asyncio.run(StandingInWorker(open_queue('unix:///nobody.sock'), [job]).start())\n"
    )

    async def ended_after(work_s: str, signals: int) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, work_s, env=os.environ | {"PYTHONPATH": "src"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdout is not None
        assert await process.stdout.readline() == b"begun\n"
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.3)
        async with asyncio.timeout(10):
            return await process.wait()

    assert await ended_after("0", 1) == 0
    assert await ended_after("60", 2) == -signal.SIGTERM
