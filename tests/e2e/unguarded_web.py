"""A web server that locks no slot and knows no line: only to show that the races of the tests find what the
guards prevent.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar

from application.bookings.ports import SeatOffer
from domain.bookings import SeatRequest
from infrastructure.postgres import availability, bookings
from infrastructure.postgres.bookings import SqlBookings
from main import create_web_app

TIME_TO_RACE_S = 0.03
lock_seat = SqlBookings.lock_seat


async def look_and_wait(self: SqlBookings, **wanted: Any) -> SeatOffer:
    """What was a lock, and now only a look: between it and what follows there is time for others."""
    offer = await lock_seat(self, **wanted)
    await asyncio.sleep(TIME_TO_RACE_S)
    return offer


def create_unguarded_app() -> Litestar:
    """The product without the locks on slots, and without the claim that people in line have."""
    SqlBookings.lock_seat = look_and_wait  # type: ignore[method-assign]  # the guard that is taken away
    bookings.LOCK_SEAT = bookings.LOCK_SEAT.replace("FOR NO KEY UPDATE OF s", "")
    availability.LOCK_OWN = availability.LOCK_OWN.replace("FOR NO KEY UPDATE", "")
    SeatRequest.seats_for_client = property(lambda request: request.slot.seats_left)  # type: ignore[assignment,method-assign]  # the guard that is taken away
    return create_web_app()


if __name__ == "__main__":
    Granian(
        "tests.e2e.unguarded_web:create_unguarded_app",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.ASGI,
        workers=2,
        factory=True,
        websockets=False,
        log_enabled=False,
    ).serve()
