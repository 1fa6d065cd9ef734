"""What goes wrong at fault points: read from a setting, by count or by chance, never in production."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator

import pytest

from application.fault_points import FaultPoint, reached, set_trap
from infrastructure.fault_traps import FaultTraps, InjectedFaultError, read_snares
from infrastructure.settings import Settings, UnusableSettingsError
from tests.unit.infrastructure.test_settings import DEVELOPMENT, PRODUCTION

POINT = FaultPoint.AFTER_ENQUEUE
OTHER = FaultPoint.BEFORE_SETTLE_TX


@pytest.fixture(autouse=True)
def _no_trap_remains() -> Iterator[None]:
    yield
    set_trap(None)


def snare(text: str, seed: int = 0) -> None:
    set_trap(FaultTraps(read_snares(text), seed))


async def test_without_a_trap_nothing_happens() -> None:
    for point in FaultPoint:
        await reached(point)


async def test_it_happens_at_the_named_point_only() -> None:
    snare("after_enqueue=raise")
    await reached(OTHER)
    for _ in range(2):
        with pytest.raises(InjectedFaultError, match="after_enqueue"):
            await reached(POINT)


async def test_it_happens_at_the_counted_time_only() -> None:
    snare("after_enqueue=raise@2,before_settle_tx=raise@1")
    await reached(POINT)
    with pytest.raises(InjectedFaultError):
        await reached(POINT)
    await reached(POINT)
    with pytest.raises(InjectedFaultError):
        await reached(OTHER)


async def test_by_chance_it_happens_as_often_as_told_and_the_same_way_each_time() -> None:
    async def falls(seed: int) -> list[int]:
        snare("any=raise%20", seed)
        fallen = []
        for number in range(500):
            try:
                await reached(POINT)
            except InjectedFaultError:
                fallen.append(number)
        return fallen

    assert 60 < len(await falls(1)) < 140
    assert await falls(1) == await falls(1) != await falls(2)


async def test_a_sleep_takes_its_time() -> None:
    snare("after_enqueue=sleep:0.05")
    began = asyncio.get_running_loop().time()
    await reached(POINT)
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_a_cancelled_task_ends_where_it_is() -> None:
    snare("after_enqueue=cancel")

    async def work() -> None:
        await reached(POINT)
        pytest.fail("it went on")

    task = asyncio.create_task(work())
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_a_killed_process_leaves_without_a_word_but_for_the_log() -> None:
    script = (
        "import asyncio, logging; from application.fault_points import FaultPoint, reached\n"
        "from infrastructure.fault_traps import read_snares, set_traps\n"
        "logging.basicConfig(); set_traps(read_snares('after_enqueue=kill@1'), 0)\n"
        "try: asyncio.run(reached(FaultPoint.AFTER_ENQUEUE))\n"
        "finally: print('it went on')\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": "src"},
    )  # fmt: skip
    told, logged = await process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert told == b""
    assert b"point=after_enqueue act=kill" in logged


@pytest.mark.parametrize(
    "text", ["nowhere=kill", "after_enqueue=explode", "after_enqueue", "after_enqueue=kill@x"]
)
def test_what_makes_no_sense_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(UnusableSettingsError, match="FAULT_POINTS has to be like"):
        Settings.from_environment(DEVELOPMENT | {"FAULT_POINTS": text})


def test_production_refuses_traps() -> None:
    with pytest.raises(UnusableSettingsError, match="FAULT_POINTS cannot be set in production"):
        Settings.from_environment(PRODUCTION | {"FAULT_POINTS": "any=sleep:1"})


def test_without_the_setting_there_are_none() -> None:
    assert Settings.from_environment(PRODUCTION).fault_points == ()
