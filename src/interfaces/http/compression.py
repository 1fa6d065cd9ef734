"""Answers in text go out packed, as small as the one who asks can read them."""

from __future__ import annotations

import gzip

import brotli
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

SMALLEST = 500
"""Bytes below which packing costs more than it saves."""
PACKED_TYPES = (
    b"text/html",
    b"text/plain",
    b"text/csv",
    b"text/calendar",
    b"application/json",
    b"application/problem",
)
BROTLI_QUALITY = 4
GZIP_LEVEL = 5


def encoding_for(accepted: str) -> str | None:
    """The best encoding of ours that an `Accept-Encoding` allows: `br`, `gzip`, or none."""
    weights = dict(_weight_of(entry) for entry in accepted.split(",")[:20])
    return next((name for name in ("br", "gzip") if weights.get(name, 0) > 0), None)


def _weight_of(entry: str) -> tuple[str, float]:
    name, _, parameter = entry.partition(";")
    given = parameter.strip().removeprefix("q=") if parameter else "1"
    try:
        weight = float(given)
    except ValueError:
        weight = 0.0
    return name.strip().lower(), weight


class Compression:
    """Packs whole answers in text. Streams, pictures, and what is packed already stay as they are; so do answers
    with a strong entity tag, which stands for exactly these bytes and may come back in If-Match.

    The tokens in pages are masked anew each time, so that their length says nothing about them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
        await self._app(scope, receive, _Packer(encoding_for(accepted.decode("latin-1")), send).take)


class _Packer:
    """Holds the start of an answer back until its body shows whether it is whole."""

    def __init__(self, encoding: str | None, send: Send) -> None:
        self._encoding = encoding
        self._send = send
        self._start: HTTPResponseStartEvent | None = None

    async def take(self, message: Message) -> None:
        """In the place of `send`."""
        if message["type"] == "http.response.start" and _can_be_packed(message):
            self._start = message
            return
        if self._start and message["type"] == "http.response.body":
            start, self._start = self._start, None
            body = message.get("body", b"")
            if not message.get("more_body", False):
                body = self._pack(start, body)
                message["body"] = body
            await self._send(start)
        await self._send(message)

    def _pack(self, start: HTTPResponseStartEvent, body: bytes) -> bytes:
        headers = [header for header in start["headers"] if header[0] not in (b"content-length", b"vary")]
        varies = b", ".join(value for name, value in start["headers"] if name == b"vary")
        headers.append((b"vary", varies + b", Accept-Encoding" if varies else b"Accept-Encoding"))
        if self._encoding and len(body) >= SMALLEST:
            body = _packed(self._encoding, body)
            headers.append((b"content-encoding", self._encoding.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
        start["headers"] = headers
        return body


def _can_be_packed(start: HTTPResponseStartEvent) -> bool:
    headers = dict(start["headers"])
    if (
        start["status"] in (204, 304)
        or b"content-encoding" in headers
        or headers.get(b"etag", b"").startswith(b'"')
    ):
        return False
    return headers.get(b"content-type", b"").startswith(PACKED_TYPES)


def _packed(encoding: str, body: bytes) -> bytes:
    packed: bytes
    if encoding == "br":
        packed = brotli.compress(body, quality=BROTLI_QUALITY)
    else:
        packed = gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
    return packed
