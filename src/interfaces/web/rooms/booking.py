"""Taking a seat."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.accounts.callers import Caller
from application.bookings.reserve_seat import ReserveSeat
from application.bookings.views import BookableSlotView, BookingQueries
from domain.accounts import Role
from domain.bookings import BookingStatus
from domain.refusals import NotFound, Refusal
from interfaces.web.forms.bookings import ReasonForm
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of
from interfaces.web.zones import known_zone, zone_or_utc


class BookingController(Controller):
    """From a free time to a held seat."""

    path = "/book"

    @get("/{slot_id:uuid}")
    async def details(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Page:
        """What one is about to book. It takes nothing yet."""
        slot = await _slot(booking_queries, slot_id)
        return Page("book.html", form=ReasonForm(), **_shown(request, slot))

    @post("/{slot_id:uuid}", guards=[OnlyFor(Role.CLIENT)])
    async def reserve(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        reserve_seat: NamedDependency[ReserveSeat],
    ) -> Response[str]:
        """Hold the seat, then on to paying for it."""
        form = ReasonForm(submission_of(request))
        if known_zone(form["tz"]):
            visitor_of(request).remember_zone(form["tz"])
        try:
            booking = await reserve_seat(caller_of(request), form.command(slot_id))
        except Refusal as refusal:
            slot = await _slot(booking_queries, slot_id)
            return refused(form, refusal, "book.html", **_shown(request, slot))
        if booking.status == BookingStatus.CONFIRMED:
            return SeeOther(f"/bookings/{booking.id}", success="Your seat is booked.")
        return SeeOther(f"/bookings/{booking.id}/pay")


async def _slot(booking_queries: BookingQueries, slot_id: UUID) -> BookableSlotView:
    slot = await booking_queries.bookable_slot(slot_id)
    if slot is None:
        raise NotFound
    return slot


def _shown(request: Request[Any, Any, Any], slot: BookableSlotView) -> dict[str, Any]:
    caller: Caller | None = visitor_of(request).caller
    return {
        "slot": slot,
        "choice": visitor_of(request).choose_zone(request, fallback=slot.consultant_time_zone),
        "consultant_zone": zone_or_utc(slot.consultant_time_zone),
        "can_book": caller is not None and caller.role is Role.CLIENT,
    }
