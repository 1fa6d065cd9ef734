"""A web server that locks no slot and knows no line: only to show that the races of the tests find what the
guards prevent.
"""

from __future__ import annotations

import os

from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar

from domain.bookings import SeatRequest
from infrastructure.postgres import availability, bookings
from main import create_web_app


def create_unguarded_app() -> Litestar:
    """The product without the locks on slots, and without the claim that people in line have."""
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
