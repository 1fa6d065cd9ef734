"""When this process is asked to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class ProcessEnd:
    """The end of a web server process, which is asked for by SIGTERM.

    For `keep_serving_s` everything is answered as before, but readiness is denied, so that whoever balances load
    sends nothing new. Only then the server hears of the signal, closes its door and finishes what it has begun.
    """

    def __init__(self, keep_serving_s: float) -> None:
        self._keep_serving_s = keep_serving_s
        self._is_near = False

    @property
    def is_near(self) -> bool:
        """Whether the process was asked to end."""
        return self._is_near

    @contextmanager
    def heard(self, act: Callable[[], None]) -> Iterator[None]:
        """Inside the block, `act` in the event loop when the door closes, beside whatever the server does then.

        The server waits for all answers before it ends the application's lifespan: an answer that goes on by
        itself has to hear of it earlier. Only on the main thread, in a running event loop.
        """
        loop = asyncio.get_running_loop()
        before = signal.getsignal(signal.SIGTERM)

        def close_the_door(number: int, frame: FrameType | None) -> None:
            act()
            if callable(before):
                before(number, frame)

        def begin(number: int, frame: FrameType | None) -> None:
            is_second_time, self._is_near = self._is_near, True
            wait_s = 0.0 if is_second_time else self._keep_serving_s
            loop.call_later(wait_s, close_the_door, number, frame)

        def asked(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(begin, number, frame)

        signal.signal(signal.SIGTERM, asked)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)
