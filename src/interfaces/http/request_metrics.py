"""Requests as numbers, for whoever watches the product."""

from __future__ import annotations

import os
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Histogram

REQUESTS = Histogram(
    "imoran_http_request_seconds",
    "Requests by the template of their address, of the process that answers.",
    ("process", "method", "route", "status"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 15),
)
UNKNOWN = "-"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetrics:
    """Counts requests and their durations by route and status; addresses are nobody's business."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def send_watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        finally:
            method = scope["method"] if scope["method"] in METHODS else UNKNOWN
            route = scope.get("path_template") or UNKNOWN
            REQUESTS.labels(os.getpid(), method, route, status).observe(time.perf_counter() - began)
