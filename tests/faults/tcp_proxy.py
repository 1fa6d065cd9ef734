"""A TCP proxy of ours in front of a server, which does to connections what networks do."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

CHUNK = 65_536
BLACK_HOLE_LOOK_S = 0.02
START_WITHIN_S = 30

Result = TypeVar("Result")


class TcpProxy:
    """Forwards a port of 127.0.0.1 to the Unix socket of a server, in a thread of its own.

    What it does is set by its attributes, for present and future connections alike:

    - `latency_s` delays every piece of data, `slice_bytes` forwards pieces of so many bytes each,
      `bytes_per_s` is the bandwidth of each direction of a connection;
    - in a `black_hole` nothing arrives any more, and nobody hears of it.

    `cut` closes everything and refuses new connections until `mend`; `reset` breaks the present connections
    off, as a router does that has forgotten them.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy of {target.name}", daemon=True)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.latency_s = 0.0
        self.slice_bytes = 0
        self.bytes_per_s = 0.0
        self.black_hole = False

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_WITHIN_S)
        self._loop.close()

    def cut(self) -> None:
        """The server is away: connections end, new ones are refused."""
        self._do(self._close())

    def mend(self) -> None:
        """As if nothing had been."""
        self.latency_s = self.bytes_per_s = 0.0
        self.slice_bytes = 0
        self.black_hole = False
        self._do(self._listen())

    def reset(self) -> None:
        """Break the present connections off without a word of good-bye."""
        self._do(self._reset())

    def _do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_WITHIN_S)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._end_connections()

    async def _reset(self) -> None:
        for writer in self._writers:
            connection = writer.get_extra_info("socket")
            if connection.family == socket.AF_INET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await self._end_connections()

    async def _end_connections(self) -> None:
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # one of the two has gone, or the proxy wants it to
        finally:
            self._connections.discard(task)

    async def _forward(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        writers = {to_client}
        self._writers.add(to_client)
        try:
            server, to_server = await asyncio.open_unix_connection(str(self._target))
            writers.add(to_server)
            self._writers.add(to_server)
            directions = {
                asyncio.create_task(self._pump(client, to_server)),
                asyncio.create_task(self._pump(server, to_client)),
            }
            try:
                await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for direction in directions:
                    direction.cancel()
                await asyncio.gather(*directions, return_exceptions=True)
        finally:
            self._writers -= writers
            for writer in writers:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            await asyncio.sleep(self.latency_s)
            size = self.slice_bytes or len(data)
            for start in range(0, len(data), size):
                await self._pass_on(data[start : start + size], writer)

    async def _pass_on(self, piece: bytes, writer: asyncio.StreamWriter) -> None:
        while self.black_hole:  # noqa: ASYNC110 - set from another thread
            await asyncio.sleep(BLACK_HOLE_LOOK_S)
        if self.bytes_per_s:
            await asyncio.sleep(len(piece) / self.bytes_per_s)
        writer.write(piece)
        await writer.drain()
