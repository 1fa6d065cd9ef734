"""Connections to PostgreSQL: an engine for units of work, a pool for reads and single statements."""

from __future__ import annotations

from typing import Any, TypeAlias

import asyncpg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

Pool: TypeAlias = asyncpg.Pool
Driver: TypeAlias = asyncpg.Connection

COMMAND_TIMEOUT_S = 6.0
"""Longer than the server's own limit for a statement: only a server that has fallen silent meets it."""
POOL_WAIT_S = 2.0
CONNECT_WITHIN_S = 2.0
RELEASE_WITHIN_S = 0.5
SERVER_SETTINGS = {
    "application_name": "imoran",
    "timezone": "UTC",
    "jit": "off",
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "10000",
}
"""Milliseconds. A hung client holds no lock for long. No statement runs long enough to be worth compiling."""


_USUAL: dict[str, Any] = {
    "record_class": asyncpg.Record,
    "init_size": 0,
    "max_queries": 50_000,
    "max_inactive_connection_lifetime": 300.0,
    "connect": None,
    "setup": None,
    "init": None,
    "reset": None,
    "loop": None,
}
"""What `asyncpg.create_pool` would say by itself; it makes no other kind of pool."""


class _PlainConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """Nothing here changes the state of a connection, so nothing has to be reset between its users."""

    def get_reset_query(self) -> str:
        """No statement, and no round trip, when the connection goes back to the pool."""
        return ""


class _ImpatientPool(asyncpg.Pool):  # type: ignore[misc]  # asyncpg ships no types
    """Nobody waits for a connection for ever."""

    wait_s = POOL_WAIT_S

    def acquire(self, *, timeout: float | None = None) -> Any:
        """A connection; `TimeoutError` when none comes free in time, nor can be made."""
        return super().acquire(timeout=timeout or self.wait_s)

    async def release(self, connection: Any, *, timeout: float | None = RELEASE_WITHIN_S) -> None:  # noqa: ASYNC109 - asyncpg's
        """Give it back. What it still does is called off at the server in that time, or it is thrown away."""
        await super().release(connection, timeout=timeout)


class Database:
    """`url` is a `postgresql://` address. Units of work go through `engine`, reads through `pool`.

    The engine runs in autocommit mode because a unit of work begins and commits its transaction on the
    driver's connection itself: SQLAlchemy's session and plain asyncpg then share one transaction. Whoever finds
    every connection taken waits for `pool_wait_s` seconds.
    """

    def __init__(self, url: str, *, most_connections: int = 20, pool_wait_s: float = POOL_WAIT_S) -> None:
        self.url = url
        self._pool_wait_s = pool_wait_s
        self._most = most_connections // 2
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            isolation_level="AUTOCOMMIT",
            pool_size=self._most,
            max_overflow=0,
            pool_timeout=pool_wait_s,
            pool_reset_on_return=None,
            connect_args={
                "timeout": CONNECT_WITHIN_S,
                "command_timeout": COMMAND_TIMEOUT_S,
                "server_settings": SERVER_SETTINGS,
            },
        )
        self._pool: Pool | None = None

    @property
    def pool(self) -> Pool:
        """The pool for reads; only between `open` and `close`."""
        if self._pool is None:
            raise RuntimeError("the database is not open")
        return self._pool

    async def open(self) -> None:
        """Connections are made when they are needed: a process may start before its database does."""
        pool = await _ImpatientPool(
            self.url,
            min_size=0,
            max_size=self._most,
            timeout=CONNECT_WITHIN_S,
            command_timeout=COMMAND_TIMEOUT_S,
            server_settings=SERVER_SETTINGS,
            connection_class=_PlainConnection,
            **_USUAL,
        )
        pool.wait_s = self._pool_wait_s
        self._pool = pool

    async def close(self) -> None:
        """Let go of every connection."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None
        await self.engine.dispose()


def sqlalchemy_url(url: str) -> URL:
    """The address as SQLAlchemy spells it."""
    return make_url(url).set(drivername="postgresql+asyncpg")
