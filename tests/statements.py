"""Records what is sent to PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg

METHODS = ("execute", "fetch", "fetchrow", "fetchval")


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """The first word of every statement that this process sends, in order."""
    sent: list[str] = []
    with ExitStack() as stack:
        for name in METHODS:
            recording = _recording(getattr(asyncpg.Connection, name), sent)
            stack.enter_context(patch.object(asyncpg.Connection, name, recording))
        yield sent


def _recording(method: Callable[..., Awaitable[Any]], sent: list[str]) -> Callable[..., Awaitable[Any]]:
    async def recorded(self: object, query: str, *args: Any, **kwargs: Any) -> Any:
        sent.append(query.split()[0].rstrip(";"))
        return await method(self, query, *args, **kwargs)

    return recorded
