"""Calling a session off, or giving up a seat that is only held."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.cancel_booking import CancelBooking
from application.bookings.views import BookingQueries
from application.money_view import MoneyView
from domain.accounts import Role
from domain.bookings import BookingStatus
from domain.cancellation import RefundQuote
from domain.refusals import Refusal
from interfaces.web.forms.bookings import CancellationForm
from interfaces.web.language import gettext
from interfaces.web.money_words import exact_sum
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.own_booking import own_booking, shown_with
from interfaces.web.visitors import OnlyFor, caller_of, submission_of


class CancellingController(Controller):
    """Only for the client whose seat it is."""

    path = "/bookings/{booking_id:uuid}/cancel"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Response[str]:
        """What goes back, why, and for how long that holds."""
        booking = await own_booking(request, booking_queries, booking_id)
        if booking.cancellation is None:
            return SeeOther(f"/bookings/{booking_id}", info=gettext("There is nothing left to cancel."))
        return Page("cancel.html", form=CancellationForm(), **shown_with(request, booking))

    @post("/")
    async def cancel(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        cancel_booking: NamedDependency[CancelBooking],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Response[str]:
        """Cancel for exactly the sum that was on the page."""
        form = CancellationForm(submission_of(request))
        try:
            quote = await cancel_booking(caller_of(request), form.command(booking_id))
        except Refusal as refusal:
            booking = await own_booking(request, booking_queries, booking_id)
            if booking.status == BookingStatus.CANCELLED:
                return SeeOther(f"/bookings/{booking_id}", info=gettext("The booking is cancelled already."))
            return refused(form, refusal, "cancel.html", **shown_with(request, booking))
        return SeeOther(f"/bookings/{booking_id}", success=_done(quote))


def _done(quote: RefundQuote) -> str:
    if not quote.refund.amount:
        return gettext("Your seat is given back.")
    refund = exact_sum(MoneyView(quote.refund.amount, quote.refund.currency))
    return gettext("The session is cancelled, and {sum} goes back to you.").format(sum=refund)
