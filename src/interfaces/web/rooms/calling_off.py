"""A consultant calls off one booking, or a session with all of its bookings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.availability.cancel_slot import CancelSlot
from application.availability.views import AvailabilityQueries, AvailabilityView
from application.bookings.cancel_booking import CancelBooking
from application.bookings.cases import BookingCase, CaseQueries
from application.consultants.views import ConsultantQueries
from application.money_view import MoneyView
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.web.forms.bookings import CancellationForm
from interfaces.web.forms.calling_off import SessionCancellationForm
from interfaces.web.language import gettext, ngettext
from interfaces.web.money_words import exact_sum
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

OF_BOOKING = "consultant/cancel_booking.html"
OF_SESSION = "consultant/cancel_session.html"


class CallingOffController(Controller):
    """Only for the consultant whose session it is. Whoever has paid gets all of it back."""

    path = "/consultant"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/bookings/{booking_id:uuid}/cancel")
    async def ask_about_booking(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """What goes back."""
        booking = await own_case(request, case_queries, booking_id)
        if not booking.can_be_cancelled:
            return SeeOther(f"/consultant/bookings/{booking_id}", info=gettext("There is nothing left to cancel."))
        zone = zone_of(await own_profile(request, consultant_queries))
        return Page(OF_BOOKING, form=CancellationForm(), booking=booking, zone=zone)

    @post("/bookings/{booking_id:uuid}/cancel")
    async def cancel_booking(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        cancel_booking: NamedDependency[CancelBooking],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Cancel for exactly the sum that was on the page."""
        form = CancellationForm(submission_of(request))
        try:
            quote = await cancel_booking(caller_of(request), form.command(booking_id))
        except Refusal as refusal:
            booking = await own_case(request, case_queries, booking_id)
            zone = zone_of(await own_profile(request, consultant_queries))
            return refused(form, refusal, OF_BOOKING, booking=booking, zone=zone)
        refund = MoneyView(quote.refund.amount, quote.refund.currency)
        told = gettext("The booking is cancelled.")
        if refund.amount:
            told = gettext("The booking is cancelled, and {sum} goes back to your client.").format(
                sum=exact_sum(refund)
            )
        return SeeOther(f"/consultant/bookings/{booking_id}", success=told)

    @get("/availability/{slot_id:uuid}/cancel")
    async def ask_about_session(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        availability_queries: NamedDependency[SkipValidation[AvailabilityQueries]],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """Whose bookings it would cancel, and how much goes back in all."""
        values = await _session(request, slot_id, availability_queries, case_queries, consultant_queries)
        return Page(OF_SESSION, form=SessionCancellationForm(), **values)

    @post("/availability/{slot_id:uuid}/cancel")
    async def cancel_session(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        cancel_slot: NamedDependency[CancelSlot],
        availability_queries: NamedDependency[SkipValidation[AvailabilityQueries]],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Cancel the session with all of its bookings."""
        form = SessionCancellationForm(submission_of(request))
        try:
            cancelled = await cancel_slot(caller_of(request), slot_id, reason=form.reason())
        except Refusal as refusal:
            values = await _session(request, slot_id, availability_queries, case_queries, consultant_queries)
            return refused(form, refusal, OF_SESSION, **values)
        return SeeOther("/consultant/availability", success=_done(cancelled))


async def own_case(request: Request[Any, Any, Any], case_queries: CaseQueries, booking_id: UUID) -> BookingCase:
    """One booking of the signed-in consultant's sessions. Raises `NotFound`."""
    booking = await case_queries.of_consultant(caller_of(request).account_id, booking_id)
    if booking is None:
        raise NotFound
    return booking


async def _session(
    request: Request[Any, Any, Any],
    slot_id: UUID,
    availability_queries: AvailabilityQueries,
    case_queries: CaseQueries,
    consultant_queries: ConsultantQueries,
) -> dict[str, Any]:
    consultant_id = caller_of(request).account_id
    slot: AvailabilityView | None = await availability_queries.own_slot(consultant_id, slot_id)
    if slot is None:
        raise NotFound
    bookings = await case_queries.in_slot(consultant_id, slot_id)
    received = sum(booking.received.amount for booking in bookings)
    return {
        "slot": slot,
        "bookings": bookings,
        "all_of_it": MoneyView(received, slot.price.currency),
        "zone": zone_of(await own_profile(request, consultant_queries)),
    }


def _done(cancelled: int) -> str:
    if not cancelled:
        return gettext("The session is cancelled. Nobody had a seat in it.")
    return ngettext(
        "The session is cancelled with {count} booking. All that was paid goes back.",
        "The session is cancelled with {count} bookings. All that was paid goes back.",
        cancelled,
    ).format(count=cancelled)
