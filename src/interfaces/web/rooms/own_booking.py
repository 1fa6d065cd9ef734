"""A client's own booking, and what every page about it shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request

from application.bookings.views import BookingDetails, BookingQueries
from domain.refusals import NotFound
from interfaces.web.visitors import caller_of, visitor_of
from interfaces.web.zones import zone_or_utc


async def own_booking(
    request: Request[Any, Any, Any], booking_queries: BookingQueries, booking_id: UUID
) -> BookingDetails:
    """Raises `NotFound`, also when it is somebody else's."""
    booking = await booking_queries.details(caller_of(request).account_id, booking_id)
    if booking is None:
        raise NotFound
    return booking


def shown_with(request: Request[Any, Any, Any], booking: BookingDetails) -> dict[str, Any]:
    """The booking, the zone of the page, and its consultant's; that is the page's where none was chosen."""
    return {
        "booking": booking,
        "choice": visitor_of(request).choose_zone(request, fallback=booking.consultant_time_zone),
        "consultant_zone": zone_or_utc(booking.consultant_time_zone),
    }
