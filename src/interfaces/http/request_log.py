"""One line for each request, and the number by which it is found again."""

from __future__ import annotations

import logging
import re
import secrets
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

HEADER = b"x-request-id"
_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")


class RequestLog:
    """Takes or makes a request id, answers with it, and logs method, route, status and duration.

    The route's template is logged and never the address: addresses, queries and bodies hold what is
    nobody's business.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        method = scope["method"]
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id.decode()
        status = 0

        async def send_numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, request_id)]
            await send(message)

        try:
            await self._app(scope, receive, send_numbered)
        finally:
            if log.isEnabledFor(logging.INFO):
                log.info(
                    "request method=%s route=%s status=%d duration_ms=%.1f request_id=%s account=%s",
                    method,
                    scope.get("path_template") or "-",
                    status,
                    (time.perf_counter() - began) * 1000,
                    request_id.decode(),
                    getattr(scope.get("user"), "account_id", "-"),
                )


def request_id_of(scope: Scope) -> str:
    """The id of a request that came through `RequestLog`."""
    return str(scope["state"].get("request_id", "-"))


def _request_id(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == HEADER and _ACCEPTABLE.match(value):
            return value
    return secrets.token_hex(8).encode()
