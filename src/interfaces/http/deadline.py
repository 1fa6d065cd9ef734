"""No request is worked on for ever."""

from __future__ import annotations

import asyncio

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

ANSWER_WITHIN_S = 15.0


class Deadline:
    """Gives a request up, 503 then, whose answer has not begun in time. An answer that has begun may go on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application. Raises `TimeoutError`."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        async with asyncio.timeout(ANSWER_WITHIN_S) as patience:

            async def send_in_time(message: Message) -> None:
                if message["type"] == "http.response.start":
                    patience.reschedule(None)
                await send(message)

            await self._app(scope, receive, send_in_time)
