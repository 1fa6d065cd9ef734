"""A consultant's dashboard: bookings of own sessions, with what there is to do for each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.cases import CaseQueries
from application.bookings.complete_session import CompleteSession
from application.bookings.mark_no_show import MarkNoShow
from application.bookings.set_meeting_link import SetMeetingLink
from application.bookings.views import BookingFilter, BookingQueries, ConsultantBookingView
from application.consultants.views import ConsultantQueries
from application.paging import LARGEST_LIMIT, Key, PageRequest
from application.paging import Page as ListPage
from domain.accounts import Role
from domain.availability import LONGEST_SESSION
from domain.bookings import BookingStatus
from domain.refusals import NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web import consultant_words
from interfaces.web.forms.bookings import MeetingLinkForm
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

TEMPLATE = "consultant/dashboard.html"
SHOWN_AHEAD = 20
NONE: ListPage[ConsultantBookingView] = ListPage(items=[], next_key=None)


class ConsultantBookingsController(Controller):
    """Only for consultants; each sees the bookings of their own sessions."""

    path = "/consultant"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def dashboard(
        self,
        request: Request[Any, Any, Any],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What to answer, what to complete, what is coming and what is over; with `?later=` only what is further
        ahead, with `?cursor=` only what is longer over.
        """
        values = await _shown(request, booking_queries, case_queries, consultant_queries, http_settings)
        return Page(TEMPLATE, **values)

    @get("/bookings/{booking_id:uuid}")
    async def booking(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """One booking by itself, with what there is to do."""
        booking = await booking_queries.consultant_booking(caller_of(request).account_id, booking_id)
        if booking is None:
            raise NotFound
        zone = zone_of(await own_profile(request, consultant_queries))
        return Page("consultant/booking.html", booking=booking, zone=zone, blank_form=MeetingLinkForm())

    @post("/bookings/{booking_id:uuid}/meeting-link")
    async def set_link(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        set_meeting_link: NamedDependency[SetMeetingLink],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Tell the client where to meet."""
        form = MeetingLinkForm(submission_of(request))
        try:
            await set_meeting_link(caller_of(request), form.command(booking_id))
        except Refusal as refusal:
            values = await _shown(request, booking_queries, case_queries, consultant_queries, http_settings)
            return refused(form, refusal, TEMPLATE, **{**values, "edited": booking_id})
        return SeeOther(
            f"/consultant{_query(request)}#booking-{booking_id}",
            success="Link saved. Your client can see it now.",
        )

    @post("/bookings/{booking_id:uuid}/complete")
    async def complete(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        complete_session: NamedDependency[CompleteSession],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Say that the session took place."""
        try:
            await complete_session(caller_of(request), booking_id)
        except Refusal as refusal:
            values = await _shown(request, booking_queries, case_queries, consultant_queries, http_settings)
            return refused(MeetingLinkForm(), refusal, TEMPLATE, **values)
        return SeeOther(
            f"/consultant{_query(request)}", success="Session completed. Your client can review it now."
        )

    @post("/bookings/{booking_id:uuid}/no-show")
    async def note_absence(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        mark_no_show: NamedDependency[MarkNoShow],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Say that the client did not come."""
        try:
            await mark_no_show(caller_of(request), booking_id)
        except Refusal as refusal:
            values = await _shown(request, booking_queries, case_queries, consultant_queries, http_settings)
            return refused(MeetingLinkForm(), refusal, TEMPLATE, **values)
        return SeeOther(f"/consultant{_query(request)}", success="Noted: your client did not come.")


def _query(request: Request[Any, Any, Any]) -> str:
    """Which page of the list one was on."""
    query = request.url.query
    return f"?{query}" if query else ""


async def _shown(
    request: Request[Any, Any, Any],
    booking_queries: BookingQueries,
    case_queries: CaseQueries,
    consultant_queries: ConsultantQueries,
    settings: HttpSettings,
) -> dict[str, Any]:
    consultant_id = caller_of(request).account_id
    later = Cursors(settings.cursor_key, f"coming-bookings:{consultant_id}")
    older = Cursors(settings.cursor_key, f"consultant-bookings:{consultant_id}")
    later_key = later.read(request.query_params.get("later"))
    older_key = older.read(request.query_params.get("cursor"))
    is_first = later_key is None and older_key is None
    now = datetime.now(UTC)
    profile = await own_profile(request, consultant_queries)
    to_answer = await case_queries.to_answer(consultant_id) if is_first else []
    begun = await booking_queries.of_consultant(consultant_id, _begun(now)) if is_first else NONE
    ahead = await booking_queries.of_consultant(consultant_id, _ahead(now, later_key)) if not older_key else NONE
    past = await booking_queries.of_consultant(consultant_id, _past(older_key)) if not later_key else NONE
    to_complete = [
        booking for booking in begun.items if booking.ends_at <= now and not consultant_words.is_undecided(booking)
    ]
    return {
        "to_answer": to_answer,
        "to_complete": to_complete,
        "has_more_to_complete": begun.next_key is not None,
        "coming": ahead.items,
        "later_cursor": later.write(ahead.next_key),
        "rest": [booking for booking in past.items if booking not in to_complete],
        "next_cursor": older.write(past.next_key),
        "is_first": is_first,
        "query": _query(request),
        "profile": profile,
        "zone": zone_of(profile),
        "edited": None,
        "blank_form": MeetingLinkForm(),
    }


def _begun(now: datetime) -> BookingFilter:
    """Sessions that began, and nobody said yet whether they took place, the oldest first."""
    page = PageRequest(limit=LARGEST_LIMIT)
    return BookingFilter(status=BookingStatus.CONFIRMED, until=now, soonest_first=True, page=page)


def _ahead(now: datetime, after: Key | None) -> BookingFilter:
    """Nothing that began longer ago than a session lasts is still on."""
    page = PageRequest(limit=SHOWN_AHEAD, after=after)
    return BookingFilter(is_ahead=True, since=now - LONGEST_SESSION, soonest_first=True, page=page)


def _past(after: Key | None) -> BookingFilter:
    return BookingFilter(is_ahead=False, page=PageRequest(after=after))
