"""The seats of a consultant's slots, as they come and go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse
from litestar.response.sse import ServerSentEventMessage
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Scope, Send

from application.live_seats import SeatChange, SeatWatch, SeatWatches
from domain.consultants import SLUG
from domain.refusals import NotFound
from interfaces.http.client_address import client_address

HEARTBEAT_S = 15.0
LONGEST_S = 600.0
MOST_SLOTS = 100
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Slots = Annotated[
    list[UUID] | None,
    QueryParameter(name="slot", max_items=MOST_SLOTS, description=f"Ids of up to {MOST_SLOTS} slots."),
]


@get("/consultants/{slug:str}/seats", include_in_schema=False)
async def live_seats(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    seat_watches: NamedDependency[SkipValidation[SeatWatches]],
    slots: Slots = None,
) -> ASGIResponse:
    """Server-sent events: first how the slots in the address stand, then every change of the consultant's."""
    if not SLUG.match(slug):
        raise NotFound
    return SeatStream(await seat_watches.watch(slug, slots or (), address=client_address(request)))


class SeatStream(ASGIStreamingResponse):
    """The answer for one watch, which is left when the answer ends, however it ends."""

    def __init__(self, watch: SeatWatch) -> None:
        super().__init__(iterator=_events(watch), media_type="text/event-stream", headers=HEADERS)
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application. Whoever does not even read the end gets a while longer, not for ever."""
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_S + HEARTBEAT_S):
                    await super().__call__(scope, receive, send)
        finally:
            self._watch.leave()


async def _events(watch: SeatWatch) -> AsyncIterator[bytes]:
    """Until the watch is over or has lasted long enough; browsers come again by themselves."""
    yield ServerSentEventMessage(data=None, retry=5000).encode()
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LONGEST_S
    while (left := ends_at - loop.time()) > 0:
        changes = await watch.changes(patience_s=min(HEARTBEAT_S, left))
        if changes is None:
            return
        yield b"".join(map(_event, changes)) or _HEARTBEAT


def _event(change: SeatChange) -> bytes:
    return ServerSentEventMessage(event="seats", data=msgspec.json.encode(change)).encode()


_HEARTBEAT = ServerSentEventMessage(data=None, comment="").encode()
