"""The bookings of a consultant's own sessions, with what there is to do for each."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.complete_session import CompleteSession
from application.bookings.mark_no_show import MarkNoShow
from application.bookings.set_meeting_link import SetMeetingLink
from application.bookings.views import BookingQueries, ConsultantBookingView
from application.consultants.views import ConsultantQueries
from application.paging import PageRequest
from domain.accounts import Role
from domain.refusals import Kind, NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.bookings import MeetingLinkForm
from interfaces.web.forms.consultant_bookings import BookingsFilterForm
from interfaces.web.forms.form import STATUS, Form
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, wants_part
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

ADDRESS = "/consultant/bookings"
LIST = "consultant/bookings.html"
ONE = "consultant/booking.html"
ROW = "row"
"""The part of a page that is one booking."""


class ConsultantBookingsController(Controller):
    """Only for consultants; each sees the bookings of their own sessions.

    What is pressed in a row leads back to the list that it stands in; its filters are in the address. When it is
    refused, the booking stands alone with what was typed, and a script gets its row alone.
    """

    path = ADDRESS
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def bookings(
        self,
        request: Request[Any, Any, Any],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What is to come, soonest first, or what the filters ask for."""
        caller = caller_of(request)
        profile = await own_profile(request, consultant_queries)
        zone = zone_of(profile)
        filters = BookingsFilterForm(request.query_params, zone)
        cursors = Cursors(http_settings.cursor_key, f"consultant-bookings:{caller.account_id}:{filters.query()}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await booking_queries.of_consultant(caller.account_id, filters.wanted(page))
        return Page(
            LIST,
            bookings=found.items,
            filters=filters,
            state=filters.state,
            misread=filters.misread,
            chips=filters.chips(ADDRESS),
            address=ADDRESS + filters.query(),
            query=_query(request),
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            profile=profile,
            zone=zone,
            blank_form=MeetingLinkForm(),
        )

    @get("/{booking_id:uuid}")
    async def booking(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """One booking by itself, with what there is to do."""
        return await _one(request, booking_id, booking_queries, consultant_queries)

    @get(
        [
            "/{booking_id:uuid}/meeting-link",
            "/{booking_id:uuid}/complete",
            "/{booking_id:uuid}/no-show",
        ]
    )
    async def back(self, booking_id: FromPath[UUID]) -> SeeOther:
        """For people who come back to the address of something that was refused."""
        return SeeOther(f"{ADDRESS}/{booking_id}")

    @post("/{booking_id:uuid}/meeting-link")
    async def set_link(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        set_meeting_link: NamedDependency[SetMeetingLink],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Tell the client where to meet."""
        form = MeetingLinkForm(submission_of(request))
        told = gettext("Link saved. Your client can see it now.")
        try:
            await set_meeting_link(caller_of(request), form.command(booking_id))
        except Refusal as refusal:
            form.take(refusal)
            return await _one(request, booking_id, booking_queries, consultant_queries, form)
        if wants_part(request):
            return await _one(request, booking_id, booking_queries, consultant_queries, said=told)
        return SeeOther(_way_back(request, booking_id), success=told)

    @post("/{booking_id:uuid}/complete")
    async def complete(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        complete_session: NamedDependency[CompleteSession],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Say that the session took place."""
        refused = await _refusal(complete_session(caller_of(request), booking_id))
        if refused:
            return await _one(request, booking_id, booking_queries, consultant_queries, refused)
        told = gettext("Session completed. Your client can review it now.")
        return SeeOther(_way_back(request, booking_id), success=told)

    @post("/{booking_id:uuid}/no-show")
    async def note_absence(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        mark_no_show: NamedDependency[MarkNoShow],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Say that the client did not come."""
        refused = await _refusal(mark_no_show(caller_of(request), booking_id))
        if refused:
            return await _one(request, booking_id, booking_queries, consultant_queries, refused)
        return SeeOther(_way_back(request, booking_id), success=gettext("Noted: your client did not come."))


async def _refusal(attempt: Awaitable[None]) -> Form | None:
    """What is to be shown when it is refused."""
    try:
        await attempt
    except Refusal as refusal:
        form = MeetingLinkForm()
        form.take(refusal)
        return form
    return None


async def _one(
    request: Request[Any, Any, Any],
    booking_id: UUID,
    booking_queries: BookingQueries,
    consultant_queries: ConsultantQueries,
    form: Form | None = None,
    *,
    said: str = "",
) -> Page:
    """A booking as it is now: the whole page, or its row for a script."""
    booking = await _own_booking(request, booking_id, booking_queries)
    shown = form or MeetingLinkForm()
    return Page(
        ONE,
        status_code=shown.status,
        part=ROW,
        form=shown,
        booking=booking,
        zone=zone_of(await own_profile(request, consultant_queries)),
        page=f"{ADDRESS}/{booking_id}",
        query=_query(request),
        back=ADDRESS + ("" if _stands_alone(request) else _query(request)),
        is_alone=_stands_alone(request),
        was_changed=shown.status == STATUS[Kind.CONFLICT],
        said=said,
        now=datetime.now(UTC),
    )


async def _own_booking(
    request: Request[Any, Any, Any], booking_id: UUID, booking_queries: BookingQueries
) -> ConsultantBookingView:
    booking = await booking_queries.consultant_booking(caller_of(request).account_id, booking_id)
    if booking is None:
        raise NotFound
    return booking


def _query(request: Request[Any, Any, Any]) -> str:
    """Which page of the list one was on."""
    query = request.url.query
    return f"?{query}" if query else ""


def _stands_alone(request: Request[Any, Any, Any]) -> bool:
    """Whether it was pressed on the booking's own page."""
    return request.query_params.get("on") == "booking"


def _way_back(request: Request[Any, Any, Any], booking_id: UUID) -> str:
    """Where it was pressed."""
    if _stands_alone(request):
        return f"{ADDRESS}/{booking_id}"
    return f"{ADDRESS}{_query(request)}#booking-{booking_id}"
