"""A worker whose Redis goes away waits for it, without keeping the machine busy, and goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import patch

from saq.queue.redis import RedisQueue

from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.queue import PAUSE_S, open_queue


async def test_a_queue_without_redis_is_asked_once_in_a_while_and_gives_its_jobs_afterwards(
    server_folder: Path,
) -> None:
    with EmbeddedValkey(server_folder / "leaving", durable=False) as valkey:
        queue = open_queue(valkey.url)
        assert await queue.dequeue(timeout=0.1) is None
    with patch.object(RedisQueue, "dequeue", autospec=True, side_effect=RedisQueue.dequeue) as asked:
        try:
            async with asyncio.timeout(PAUSE_S * 1.5):
                while True:
                    assert await queue.dequeue(timeout=0.1) is None
        except TimeoutError:
            pass
        assert 1 <= asked.call_count <= 2
    with EmbeddedValkey(server_folder / "leaving", durable=False):
        await queue.enqueue("job")
        job = await queue.dequeue(timeout=2)
        assert job is not None
        await queue.disconnect()
