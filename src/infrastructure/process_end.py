"""When this process is asked to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class ProcessEnd:
    """The end of a web server process, which is asked for by SIGTERM.

    For `keep_serving_s` everything is answered as before, but readiness is denied, so that whoever balances load
    sends nothing new. Only then the server hears of it, closes its door and finishes what it has begun. A second
    signal closes the door at once.
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
        """Inside the block, which is in the server's event loop, `act` when the door closes.

        The server waits for all answers before it ends the application's lifespan: an answer that goes on by
        itself has to hear of it earlier.
        """
        loop = asyncio.get_running_loop()

        def close_the_door() -> None:
            act()
            signal.raise_signal(signal.SIGINT)  # the server takes it as it would have taken the other one

        def asked() -> None:
            wait_s = 0.0 if self._is_near else self._keep_serving_s
            self._is_near = True
            loop.call_later(wait_s, close_the_door)

        loop.add_signal_handler(signal.SIGTERM, asked)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGTERM)
