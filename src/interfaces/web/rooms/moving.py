"""Moving a session to another time of the same consultant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.free_times import FreeTimeQueries
from application.bookings.reschedule_booking import RescheduleBooking
from application.bookings.views import BookingDetails, BookingQueries
from application.paging import PageRequest
from domain.accounts import Role
from domain.availability import SlotNotOpen
from domain.refusals import NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web import booking_words, time_words
from interfaces.web.days import by_day
from interfaces.web.forms.bookings import MoveForm
from interfaces.web.language import gettext, translated
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.own_booking import own_booking, shown_with
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

TIMES = 60


class MovingController(Controller):
    """Only for the client whose seat it is: choose a time, look at both, move."""

    path = "/bookings/{booking_id:uuid}/move"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/")
    async def choose(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        free_time_queries: NamedDependency[SkipValidation[FreeTimeQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """The free times; with `?slot=` the old time beside the new."""
        booking = await own_booking(request, booking_queries, booking_id)
        if not booking_words.can_move(booking):
            return SeeOther(f"/bookings/{booking_id}", info=gettext("This booking cannot be moved any more."))
        form = MoveForm(dict(request.query_params))
        if not form["slot"]:
            return Page("move.html", form=form, **await _times(request, booking, free_time_queries, http_settings))
        wanted = form.slot_id()
        free = await free_time_queries.to_move_to(caller_of(request).account_id, booking_id, slot_id=wanted)
        if wanted is None or not free.items:
            gone = gettext("That time is not free any more. You keep your seat on {time}.")
            form.problem = gone.format(time=_when(request, booking))
            return Page("move.html", form=form, **await _times(request, booking, free_time_queries, http_settings))
        return Page("move_to.html", form=form, new=free.items[0], **shown_with(request, booking))

    @post("/")
    async def move(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        reschedule_booking: NamedDependency[RescheduleBooking],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        free_time_queries: NamedDependency[SkipValidation[FreeTimeQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Both seats change at once, or neither."""
        form = MoveForm(submission_of(request))
        refusal: Refusal | None = None
        try:
            await reschedule_booking(caller_of(request), form.command(booking_id))
        except NotFound:
            refusal = SlotNotOpen()
        except Refusal as reason:
            refusal = reason
        booking = await own_booking(request, booking_queries, booking_id)
        if refusal is None or booking.slot_id == form.slot_id():
            moved = gettext("Your session is on {time} now.").format(time=_when(request, booking))
            return SeeOther(f"/bookings/{booking_id}", success=moved)
        if not booking_words.can_move(booking):
            return SeeOther(f"/bookings/{booking_id}", info=translated(refusal.said))
        times = await _times(request, booking, free_time_queries, http_settings)
        answer = refused(form, refusal, "move.html", **times)
        form.problem = gettext("{problem} You keep your seat on {time}.").format(
            problem=form.problem or translated(refusal.said), time=_when(request, booking)
        )
        return answer


async def _times(
    request: Request[Any, Any, Any],
    booking: BookingDetails,
    free_time_queries: FreeTimeQueries,
    http_settings: HttpSettings,
) -> dict[str, Any]:
    shown = shown_with(request, booking)
    cursors = Cursors(http_settings.cursor_key, f"move:{booking.id}")
    page = PageRequest(limit=TIMES, after=cursors.read(request.query_params.get("cursor")))
    found = await free_time_queries.to_move_to(caller_of(request).account_id, booking.id, page=page)
    return shown | {
        "days": by_day(found.items, shown["choice"].zone, datetime.now(UTC)),
        "next_cursor": cursors.write(found.next_key),
        "is_first": page.after is None,
    }


def _when(request: Request[Any, Any, Any], booking: BookingDetails) -> str:
    return time_words.span(booking.starts_at, booking.ends_at, shown_with(request, booking)["choice"].zone)
