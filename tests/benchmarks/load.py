"""A load generator: keep-alive connections that send prepared requests and count the answers."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import quantiles

HEADERS_END = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(frozen=True)
class Load:
    """What a run of load came to. Latencies are in milliseconds."""

    answers: Counter[int]
    seconds: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        """Answers in a second, whatever their status."""
        return self.answers.total() / self.seconds


async def run_load(host: str, port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Load:
    """Send requests over so many connections for so long. Each connection waits for its answer."""
    answers: Counter[int] = Counter()
    latencies: list[float] = []
    started = time.perf_counter()
    stop_at = started + seconds

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        while time.perf_counter() < stop_at:
            request = next(requests, None)
            if request is None:
                break
            sent = time.perf_counter()
            writer.write(request)
            answers[await _answer(reader)] += 1
            latencies.append((time.perf_counter() - sent) * 1000)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))
    cuts = quantiles(latencies, n=100)
    return Load(answers, time.perf_counter() - started, cuts[49], cuts[98])


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; its status."""
    head = (await reader.readuntil(HEADERS_END)).lower()
    at = head.index(LENGTH) + len(LENGTH)
    await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
    return int(head[9:12])


def get_request(path: str) -> bytes:
    """A GET without a body."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def post_request(path: str, body: str, token: str) -> bytes:
    """A POST of JSON with a bearer token."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
