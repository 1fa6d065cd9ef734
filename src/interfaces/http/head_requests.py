"""HEAD wherever there is GET (RFC 9110, section 9.3.2); the framework would answer 405."""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseBodyEvent, Message, Receive, Scope, Send


class HeadRequests:
    """Answers HEAD as it would answer GET, and leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_bodiless(message: Message) -> None:
            if message["type"] == "http.response.body":
                more = message.get("more_body", False)
                message = HTTPResponseBodyEvent(type="http.response.body", body=b"", more_body=more)
            await send(message)

        scope["method"] = "GET"  # in place, so that whoever stands around this sees the route that was found
        await self._app(scope, receive, send_bodiless)
