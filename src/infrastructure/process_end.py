"""When this process is asked to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def when_asked_to_end(act: Callable[[], None]) -> Iterator[None]:
    """Inside the block, `act` in the event loop on SIGTERM, beside whatever the server does then.

    The server waits for all answers before it ends the application's lifespan: an answer that goes on by
    itself has to hear of it earlier. Only on the main thread, in a running event loop.
    """
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGTERM)

    def asked(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
