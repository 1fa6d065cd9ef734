"""Answers of the API, encoded once and sent as they are."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.response.base import ASGIResponse
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send

from interfaces.http.conditional import content_tag, is_known, version_tag

Headers = list[tuple[bytes, bytes]]

_JSON = (b"content-type", b"application/json")
_FOR_ANYBODY = (b"cache-control", b"public, max-age=5")
encode = msgspec.json.Encoder().encode


class JsonAnswer(ASGIResponse):
    """A status, headers and bytes, without the framework's work on headers: most calls end in one of these."""

    __slots__ = ("_rest", "_start")

    def __init__(self, status: int, body: bytes, headers: Headers) -> None:
        self._start = HTTPResponseStartEvent(type="http.response.start", status=status, headers=headers)
        self._rest = HTTPResponseBodyEvent(type="http.response.body", body=body, more_body=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        await send(self._start)
        await send(self._rest)


def answer(
    view: object,
    status: int = 200,
    *,
    version: int | None = None,
    location: str | None = None,
    link: str | None = None,
) -> JsonAnswer:
    """Something for its caller alone. `version` becomes its entity tag, for If-Match."""
    headers: Headers = []
    if version is not None:
        headers.append((b"etag", version_tag(version).encode()))
    if location is not None:
        headers.append((b"location", location.encode()))
    return _answer(status, encode(view), headers, link)


def public_answer(
    connection: ASGIConnection[Any, Any, Any, Any], view: object, *, link: str | None = None
) -> JsonAnswer:
    """Something that anybody may see and keep for a moment; 304 for whoever has it already."""
    body = encode(view)
    tag = content_tag(body)
    headers = [(b"etag", tag.encode()), _FOR_ANYBODY]
    if is_known(connection, tag):
        return JsonAnswer(304, b"", headers)
    return _answer(200, body, headers, link)


def _answer(status: int, body: bytes, headers: Headers, link: str | None) -> JsonAnswer:
    if link is not None:
        headers.append((b"link", link.encode()))
    headers += (_JSON, (b"content-length", b"%d" % len(body)))
    return JsonAnswer(status, body, headers)
