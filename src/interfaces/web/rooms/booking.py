"""Taking a seat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.free_times import FreeTimeQueries
from application.bookings.reserve_seat import ReserveSeat
from application.bookings.views import BookableSlotView, BookingQueries
from domain.accounts import Role
from domain.bookings import AlreadyBooked, BookingStatus
from domain.refusals import Invalid, NotFound, Refusal
from interfaces.http.idempotency import resource_id_of
from interfaces.web import drafts, words
from interfaces.web.forms.bookings import ReasonForm
from interfaces.web.language import gettext, translated
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
        free_time_queries: NamedDependency[SkipValidation[FreeTimeQueries]],
        reserve_seat: NamedDependency[ReserveSeat],
    ) -> Page:
        """What one is about to book. It takes nothing yet."""
        slot = await booking_queries.bookable_slot(slot_id, _client_id(request))
        if slot is None:
            raise NotFound
        near = [] if slot.is_bookable else await free_time_queries.near(slot_id, _client_id(request))
        form = ReasonForm({"reason_for_session": drafts.kept(request, drafts.REASON)})
        return Page("book.html", form=form, near=near, **_shown(request, slot, reserve_seat))

    @post("/{slot_id:uuid}", guards=[OnlyFor(Role.CLIENT)])
    async def reserve(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        free_time_queries: NamedDependency[SkipValidation[FreeTimeQueries]],
        reserve_seat: NamedDependency[ReserveSeat],
    ) -> Response[str]:
        """Hold the seat, then on to paying for it. Who comes too late keeps their words and sees other times."""
        form = ReasonForm(submission_of(request))
        if known_zone(form["tz"]):
            visitor_of(request).remember_zone(form["tz"])
        try:
            command = replace(form.command(slot_id), booking_id=resource_id_of(request))
            booking = await reserve_seat(caller_of(request), command)
        except Refusal as refusal:
            slot = await booking_queries.bookable_slot(slot_id, _client_id(request), even_withdrawn=True)
            if slot is None:
                raise NotFound from refusal
            if isinstance(refusal, AlreadyBooked) and slot.own_booking_id is not None:
                return SeeOther(f"/bookings/{slot.own_booking_id}", info=translated(refusal.said))
            is_lost = not isinstance(refusal, Invalid)
            near = await free_time_queries.near(slot_id, _client_id(request)) if is_lost else []
            drafts.keep(request, drafts.REASON, form["reason_for_session"])
            return refused(form, refusal, "book.html", near=near, **_shown(request, slot, reserve_seat))
        drafts.forget(request, drafts.REASON)
        if booking.status == BookingStatus.CONFIRMED:
            return SeeOther(f"/bookings/{booking.id}", success=gettext("Your seat is booked."))
        return SeeOther(f"/bookings/{booking.id}/pay")

    @post("/{slot_id:uuid}/entry")
    async def enter(self, request: Request[Any, Any, Any], slot_id: FromPath[UUID]) -> Response[str]:
        """Log in or register first; what was written is there again afterwards."""
        typed = submission_of(request)
        drafts.keep(request, drafts.REASON, ReasonForm(typed)["reason_for_session"])
        back = quote(f"/book/{slot_id}", safe="/")
        registers = typed.get("way") == "register"
        return SeeOther(f"/register?role=client&next={back}" if registers else f"/login?next={back}")


def _client_id(request: Request[Any, Any, Any]) -> UUID | None:
    caller = visitor_of(request).caller
    return caller.account_id if caller is not None and caller.role is Role.CLIENT else None


def _shown(request: Request[Any, Any, Any], slot: BookableSlotView, reserve_seat: ReserveSeat) -> dict[str, Any]:
    return {
        "slot": slot,
        "choice": visitor_of(request).choose_zone(request, fallback=slot.consultant_time_zone),
        "consultant_zone": zone_or_utc(slot.consultant_time_zone),
        "can_book": _client_id(request) is not None,
        "held_for": words.minutes(round(reserve_seat.hold.length / timedelta(minutes=1))),
    }
