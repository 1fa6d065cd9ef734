"""The proxy does to connections what it says, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.faults.tcp_proxy import TcpProxy

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def echo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """A server that says everything back."""

    async def say_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1000):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass  # the proxy has gone
        finally:
            writer.close()

    path = tmp_path_factory.mktemp("echo") / "echo.sock"
    server = await asyncio.start_unix_server(say_back, str(path))
    yield path
    server.close()


@pytest.fixture
def proxy(echo: Path) -> Iterator[TcpProxy]:
    with TcpProxy(echo) as proxy:
        yield proxy


async def ask(streams: Streams, words: bytes, *, within_s: float = 20) -> tuple[bytes, float]:
    """What comes back, and after how long."""
    reader, writer = streams
    began = time.monotonic()
    writer.write(words)
    async with asyncio.timeout(within_s):
        answer = await reader.readexactly(len(words))
    return answer, time.monotonic() - began


@pytest.fixture
async def streams(proxy: TcpProxy) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    yield reader, writer
    writer.close()


async def test_it_forwards_everything_both_ways(streams: Streams) -> None:
    words = bytes(range(256)) * 400
    assert (await ask(streams, words))[0] == words


async def test_latency_delays_each_way(proxy: TcpProxy, streams: Streams) -> None:
    proxy.latency_s = 0.2
    assert 0.4 <= (await ask(streams, b"late"))[1] < 2


async def test_slices_and_bandwidth_change_nothing_but_the_time(proxy: TcpProxy, streams: Streams) -> None:
    proxy.slice_bytes, proxy.bytes_per_s = 7, 1000
    words = bytes(range(200))
    answer, took_s = await ask(streams, words)
    assert answer == words
    assert took_s >= 0.2


async def test_in_a_black_hole_nothing_arrives_and_afterwards_everything(
    proxy: TcpProxy, streams: Streams
) -> None:
    proxy.black_hole = True
    with pytest.raises(TimeoutError):
        await ask(streams, b"into the dark", within_s=0.3)
    _, other = await asyncio.open_connection("127.0.0.1", proxy.port)
    other.close()
    proxy.mend()
    async with asyncio.timeout(20):
        assert await streams[0].readexactly(13) == b"into the dark"


async def test_a_cut_ends_connections_and_refuses_new_ones_until_it_is_mended(
    proxy: TcpProxy, streams: Streams
) -> None:
    await ask(streams, b"before")
    proxy.cut()
    assert await streams[0].read(1) == b""
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", proxy.port)
    proxy.mend()
    again = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert (await ask(again, b"after"))[0] == b"after"
    again[1].close()


async def test_a_reset_breaks_connections_off(proxy: TcpProxy, streams: Streams) -> None:
    await ask(streams, b"before")
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        await streams[0].read(1)
