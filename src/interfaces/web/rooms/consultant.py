"""A consultant's dashboard, profile, payments and reviews."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.complete_session import CompleteSession
from application.bookings.set_meeting_link import SetMeetingLink
from application.bookings.views import BookingFilter, BookingQueries, ConsultantBookingView
from application.consultants.update_profile import UpdateProfile
from application.consultants.views import ConsultantQueries, ProfileView
from application.paging import PageRequest
from application.payments.views import PaymentQueries
from domain.accounts import Role
from domain.bookings import BookingStatus
from domain.refusals import NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.bookings import MeetingLinkForm
from interfaces.web.forms.profile import ProfileForm
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.visitors import OnlyFor, caller_of, submission_of
from interfaces.web.zones import zone_or_utc

SHOWN_AHEAD = 100


class ConsultantController(Controller):
    """Only for consultants; each sees their own."""

    path = "/consultant"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def dashboard(
        self,
        request: Request[Any, Any, Any],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Bookings of own slots, with what there is to do for each."""
        values = await _dashboard(request, booking_queries, consultant_queries, http_settings)
        return Page("consultant/dashboard.html", **values)

    @post("/bookings/{booking_id:uuid}/meeting-link")
    async def set_link(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        set_meeting_link: NamedDependency[SetMeetingLink],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Tell the client where to meet."""
        form = MeetingLinkForm(submission_of(request))
        try:
            await set_meeting_link(caller_of(request), form.command(booking_id))
        except Refusal as refusal:
            values = await _dashboard(request, booking_queries, consultant_queries, http_settings)
            return refused(form, refusal, "consultant/dashboard.html", **{**values, "edited": booking_id})
        return SeeOther(f"/consultant#booking-{booking_id}", success="Link saved. Your client can see it now.")

    @post("/bookings/{booking_id:uuid}/complete")
    async def complete(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        complete_session: NamedDependency[CompleteSession],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Say that the session took place."""
        try:
            await complete_session(caller_of(request), booking_id)
        except Refusal as refusal:
            values = await _dashboard(request, booking_queries, consultant_queries, http_settings)
            return refused(MeetingLinkForm(), refusal, "consultant/dashboard.html", **values)
        return SeeOther("/consultant", success="Session completed. Your client can review it now.")

    @get("/profile")
    async def profile(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """What clients see, to be changed."""
        profile = await own_profile(request, consultant_queries)
        return Page("consultant/profile.html", form=ProfileForm.of(profile), profile=profile)

    @post("/profile")
    async def change_profile(
        self,
        request: Request[Any, Any, Any],
        update_profile: NamedDependency[UpdateProfile],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Save the profile."""
        form = ProfileForm(submission_of(request))
        try:
            changed = await update_profile(caller_of(request), form.command(http_settings.currency))
        except Refusal as refusal:
            profile = await own_profile(request, consultant_queries)
            return refused(form, refusal, "consultant/profile.html", profile=profile)
        told = "Profile saved. Clients can find you." if changed.is_published else "Profile saved, not published."
        return SeeOther("/consultant/profile", success=told)

    @get("/payments")
    async def payments(
        self,
        request: Request[Any, Any, Any],
        payment_queries: NamedDependency[SkipValidation[PaymentQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What clients paid, newest first."""
        cursors = Cursors(http_settings.cursor_key, f"received-payments:{caller_of(request).account_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await payment_queries.of_consultant(caller_of(request).account_id, page)
        return Page(
            "consultant/payments.html",
            payments=found.items,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            zone=zone_of(await own_profile(request, consultant_queries)),
        )

    @get("/reviews")
    async def reviews(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What clients said, newest first."""
        profile = await own_profile(request, consultant_queries)
        cursors = Cursors(http_settings.cursor_key, f"own-reviews:{caller_of(request).account_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await consultant_queries.reviews(profile.slug, page)
        return Page(
            "consultant/reviews.html",
            profile=profile,
            reviews=found.items if found else [],
            next_cursor=cursors.write(found.next_key if found else None),
            is_first=page.after is None,
            zone=zone_of(profile),
        )


async def own_profile(request: Request[Any, Any, Any], consultant_queries: ConsultantQueries) -> ProfileView:
    """The signed-in consultant's profile."""
    profile = await consultant_queries.own_profile(caller_of(request).account_id)
    if profile is None:
        raise NotFound
    return profile


def zone_of(profile: ProfileView) -> ZoneInfo:
    """A consultant's pages speak in the consultant's own zone."""
    return zone_or_utc(profile.time_zone)


async def _dashboard(
    request: Request[Any, Any, Any],
    booking_queries: BookingQueries,
    consultant_queries: ConsultantQueries,
    settings: HttpSettings,
) -> dict[str, Any]:
    consultant_id = caller_of(request).account_id
    cursors = Cursors(settings.cursor_key, f"consultant-bookings:{caller_of(request).account_id}")
    now = datetime.now(UTC)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = await booking_queries.of_consultant(
        consultant_id, BookingFilter(since=today, page=PageRequest(limit=SHOWN_AHEAD))
    )
    page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
    past = await booking_queries.of_consultant(consultant_id, BookingFilter(until=today, page=page))
    profile = await own_profile(request, consultant_queries)
    known = (ahead.items if page.after is None else []) + past.items
    coming = [booking for booking in reversed(known) if booking.ends_at > now and _is_on(booking)]
    to_complete = [
        booking
        for booking in reversed(known)
        if booking.ends_at <= now and booking.status == BookingStatus.CONFIRMED
    ]
    return {
        "coming": coming,
        "to_complete": to_complete,
        "rest": [booking for booking in known if booking not in coming and booking not in to_complete],
        "next_cursor": cursors.write(past.next_key),
        "is_first": page.after is None,
        "profile": profile,
        "zone": zone_of(profile),
        "edited": None,
        "blank_form": MeetingLinkForm(),
    }


def _is_on(booking: ConsultantBookingView) -> bool:
    return booking.status in (BookingStatus.CONFIRMED, BookingStatus.PENDING)
