"""Requests and applications of two lines, for what stands around handlers."""

from __future__ import annotations

from typing import Any, cast

from litestar import Request
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]


def http_scope(
    method: str = "GET", path: str = "/", *, headers: Headers | None = None, client: tuple[str, int] | None = None
) -> HTTPScope:
    """What a server hands over for a request."""
    return cast(
        HTTPScope,
        {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": headers or [],
            "client": client,
            "state": {},
        },
    )


def request_with(**headers: str) -> Request[Any, Any, Any]:
    """A request with these headers; `if_match` is If-Match."""
    return Request(
        http_scope(headers=[(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()])
    )


def answering(status: int = 200, *, headers: Headers | None = None, body: bytes = b"hello") -> ASGIApp:
    """An application that gives this answer to everything."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers or [])})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return app


async def sent_by(app: ASGIApp, scope: HTTPScope) -> tuple[dict[bytes, bytes], bytes]:
    """Headers and body of the answer."""
    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    names = [name for name, _ in messages[0]["headers"]]
    assert len(names) == len(set(names)), "a header stands twice"
    return dict(messages[0]["headers"]), b"".join(message["body"] for message in messages[1:])
