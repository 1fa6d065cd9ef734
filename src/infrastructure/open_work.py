"""Nothing awaits the network while a unit of work is open: it would hold its locks for as long as that takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_open_in: ContextVar[asyncio.Task[Any] | None] = ContextVar("open_in", default=None)


class NetworkInOpenWorkError(RuntimeError):
    """A mistake in the program: the call belongs before or behind the unit of work."""


@contextmanager
def open_work() -> Iterator[None]:
    """Around a unit of work. Tasks that it starts are not in it."""
    token = _open_in.set(asyncio.current_task())
    try:
        yield
    finally:
        _open_in.reset(token)


def refuse_network_in_open_work() -> None:
    """Called before the network is. Raises `NetworkInOpenWorkError`."""
    task = _open_in.get()
    if task is not None and task is asyncio.current_task():
        raise NetworkInOpenWorkError("Paystack is called while a unit of work is open")
