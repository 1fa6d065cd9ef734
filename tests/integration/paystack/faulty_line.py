"""A TCP server between the gateway and the sandbox, which does to connections what only a network can."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from http import HTTPStatus

import httpx

DRIP_S = 0.02
"""Between two bytes: within every time-out for a single read."""


class LineFault(StrEnum):
    """What happens to the connection of a call. `before` and `after` it takes effect."""

    SILENCE_BEFORE = "silence before"
    SILENCE_AFTER = "silence after"
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    CUT_IN_HEAD = "cut in the head"
    CUT_IN_BODY = "cut in the body"
    DRIP = "drip"


TAKES_EFFECT = frozenset(LineFault) - {LineFault.SILENCE_BEFORE, LineFault.RESET_BEFORE}


class FaultyLine:
    """Passes calls on to the sandbox; those that begin in a certain way meet with the fault that is set."""

    def __init__(self, sandbox: httpx.AsyncClient) -> None:
        self._sandbox = sandbox
        self._under_way: set[asyncio.Task[None]] = set()
        self._fault: tuple[re.Pattern[str], LineFault] | None = None
        self._asked: list[str] = []
        self.port = 0

    def damage(self, calls: str, fault: LineFault) -> None:
        """From now on, for calls such as `GET /refund`, by a regular expression for all of method and path."""
        self._fault = (re.compile(calls), fault)

    def mend(self) -> None:
        """All is well again."""
        self._fault = None

    def met(self, calls: str) -> int:
        """How often it was asked, by a regular expression as above."""
        return sum(re.fullmatch(calls, asked) is not None for asked in self._asked)

    async def quiet(self) -> None:
        """What was sent has had its effect, whether or not anybody waits for the answer."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FaultyLine]:
        """On a free port of this machine."""
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._under_way:
                task.cancel()

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await _request(reader)
            self._asked.append(_name(request))
            fault = self._fault_of(request)
            takes_effect = fault is None or fault in TAKES_EFFECT
            answer = _written(await self._sandbox.send(request)) if takes_effect else b""
            await _answer(reader, writer, answer, fault)
        writer.close()

    def _fault_of(self, request: httpx.Request) -> LineFault | None:
        if self._fault is None:
            return None
        calls, fault = self._fault
        return fault if calls.fullmatch(_name(request)) else None


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes, fault: LineFault | None
) -> None:
    match fault:
        case LineFault.SILENCE_BEFORE | LineFault.SILENCE_AFTER:
            await reader.read()
        case LineFault.RESET_BEFORE | LineFault.RESET_AFTER:
            _reset(writer)
        case LineFault.CUT_IN_HEAD:
            writer.write(answer[:20])
        case LineFault.CUT_IN_BODY:
            writer.write(answer[:-10])
        case LineFault.DRIP:
            await _drip(writer, answer)
        case None:
            writer.write(answer)
    if not writer.is_closing():
        await writer.drain()


async def _drip(writer: asyncio.StreamWriter, answer: bytes) -> None:
    """For ever: what is still missing at the end is blanks, which JSON does not mind."""
    head, _, body = answer.partition(b"\r\n\r\n")
    writer.write(head.replace(b"content-length", b"x-length") + b"\r\n\r\n")
    for byte in body:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(DRIP_S)


def _reset(writer: asyncio.StreamWriter) -> None:
    """A connection that does not linger ends with RST instead of FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _name(request: httpx.Request) -> str:
    return f"{request.method} {request.url.path}"


async def _request(reader: asyncio.StreamReader) -> httpx.Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    body = await reader.readexactly(int(headers.get("Content-Length", "0")))
    return httpx.Request(method, f"http://paystack.test{target}", headers=headers, content=body)


def _written(response: httpx.Response) -> bytes:
    kept = {
        name: value for name, value in response.headers.items() if name not in ("content-length", "connection")
    }
    headers = {**kept, "content-length": str(len(response.content)), "connection": "close"}
    head = [f"HTTP/1.1 {response.status_code} {HTTPStatus(response.status_code).phrase}"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + response.content
