"""One budget for all processes, in the real Valkey; and what is left of it when that is away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis

from application.gateway import Priority
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.paystack.budget import Unlimited
from infrastructure.paystack.shared_budget import KEY, PATIENCE_S, SharedBudget, open_budget

Connect = Callable[..., SharedBudget]


@pytest.fixture
async def connect(valkey: EmbeddedValkey) -> AsyncIterator[Connect]:
    """A process that calls Paystack."""
    redis = Redis.from_url(valkey.url)
    await redis.delete(KEY)
    async with AsyncExitStack() as stack:

        def make(
            url: str = valkey.url, *, per_minute: int = 10, window_s: float = 60.0, alone_for_s: float = 5.0
        ) -> SharedBudget:
            budget = SharedBudget(
                url, per_minute=per_minute, processes=2, window_s=window_s, alone_for_s=alone_for_s
            )
            stack.push_async_callback(budget.close)
            return budget

        yield make
    await redis.delete(KEY)
    await redis.aclose()


async def taken(budget: SharedBudget, wanted: int, priority: Priority = Priority.FOREGROUND) -> int:
    """How many of these calls found a place."""
    return sum([not await budget.take(priority) for _ in range(wanted)])


async def test_two_processes_share_one_budget(connect: Connect) -> None:
    here, there = connect(), connect()
    assert await taken(here, 7) == 7
    assert await taken(there, 7) == 3
    assert await taken(here, 1) == 0


async def test_many_processes_at_once_get_no_place_too_many(connect: Connect, valkey: EmbeddedValkey) -> None:
    processes = [connect(per_minute=50, alone_for_s=0) for _ in range(4)]
    await asyncio.gather(*(taken(process, 40) for process in processes for _ in range(3)))
    redis = Redis.from_url(valkey.url)
    assert await redis.zcard(KEY) == 50
    await redis.aclose()


async def test_polling_in_one_process_leaves_room_for_settling_in_another(connect: Connect) -> None:
    here, there = connect(), connect()
    assert await taken(here, 20, Priority.POLLING) == 6
    assert await taken(there, 20, Priority.POLLING) == 0
    assert await taken(there, 20, Priority.SETTLING) == 3
    assert await taken(here, 20) == 1


async def test_a_place_is_free_again_when_it_was_said_to_be(connect: Connect) -> None:
    here, there = connect(per_minute=1, window_s=0.3), connect(per_minute=1, window_s=0.3)
    assert await here.take(Priority.FOREGROUND) == 0
    pause = await there.take(Priority.FOREGROUND)
    assert 0 < pause <= 0.3
    await asyncio.sleep(pause)
    assert await there.take(Priority.FOREGROUND) == 0
    assert await here.take(Priority.FOREGROUND) > 0


async def test_a_minute_without_calls_leaves_nothing_behind(connect: Connect, valkey: EmbeddedValkey) -> None:
    redis = Redis.from_url(valkey.url)
    await connect(window_s=0.2).take(Priority.FOREGROUND)
    assert 0 < await redis.pttl(KEY) <= 200
    await redis.aclose()


async def test_without_redis_each_process_keeps_to_its_share(
    connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alone = connect(f"unix://{tmp_path}/nobody.sock")
    with caplog.at_level(logging.WARNING):
        assert await taken(alone, 20) == 5
    assert [record.message.split()[0] for record in caplog.records] == ["paystack.budget_alone"]


async def test_a_redis_that_says_nothing_costs_half_a_second_once(connect: Connect) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        silent = connect(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        began = time.monotonic()
        assert await taken(silent, 20) == 5
        assert time.monotonic() - began < 2 * PATIENCE_S
        await silent.close()


async def test_a_redis_that_comes_back_is_asked_again(
    tmp_path_factory: pytest.TempPathFactory, connect: Connect
) -> None:
    folder = tmp_path_factory.mktemp("valkey")
    server = EmbeddedValkey(folder, durable=False)
    server.start()
    here, there = connect(server.url, alone_for_s=0), connect(server.url, alone_for_s=0)
    assert await taken(here, 4) == 4
    server.stop()
    assert await taken(here, 20) == 1
    server.start()
    assert await taken(there, 20) == 10
    server.stop()


async def test_what_was_called_before_redis_went_away_counts(connect: Connect) -> None:
    process = connect()
    assert await taken(process, 4) == 4
    process._alone_until = time.monotonic() + 60
    assert await taken(process, 20) == 1


def test_zero_is_no_ceiling() -> None:
    assert isinstance(open_budget("redis://nowhere", per_minute=0, processes=2), Unlimited)
