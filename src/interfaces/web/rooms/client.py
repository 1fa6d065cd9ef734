"""A client's own sessions and payments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.views import BookingDetails, BookingFilter, BookingQueries, BookingView
from application.paging import PageRequest
from application.payments.views import PaymentQueries
from application.reviews.write_review import WriteReview
from domain.accounts import Role
from domain.bookings import BookingStatus
from domain.refusals import NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.bookings import ReviewForm
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of

SHOWN_AHEAD = 100


class ClientController(Controller):
    """Only for clients; each sees their own."""

    path = "/"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/bookings")
    async def bookings(
        self,
        request: Request[Any, Any, Any],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """The next session, what waits for its payment, what is ahead, what is over."""
        client_id = caller_of(request).account_id
        cursors = Cursors(http_settings.cursor_key, f"past-bookings:{caller_of(request).account_id}")
        now = datetime.now(UTC)
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        ahead = await booking_queries.of_client(
            client_id, BookingFilter(since=today, page=PageRequest(limit=SHOWN_AHEAD))
        )
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        past = await booking_queries.of_client(client_id, BookingFilter(until=today, page=page))
        coming = [booking for booking in reversed(ahead.items) if booking.ends_at > now and _is_on(booking)]
        over = [booking for booking in ahead.items if booking not in coming]
        confirmed = [booking for booking in coming if booking.status == BookingStatus.CONFIRMED]
        return Page(
            "bookings.html",
            next_session=confirmed[0] if confirmed else None,
            unpaid=[booking for booking in coming if booking.status == BookingStatus.PENDING],
            upcoming=confirmed[1:],
            past=(over if page.after is None else []) + past.items,
            next_cursor=cursors.write(past.next_key),
            is_first=page.after is None,
            choice=visitor_of(request).choose_zone(request),
        )

    @get("/bookings/{booking_id:uuid}")
    async def booking(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Page:
        """Everything about one booking."""
        booking = await _own(request, booking_queries, booking_id)
        return Page("booking.html", booking=booking, choice=visitor_of(request).choose_zone(request))

    @get("/bookings/{booking_id:uuid}/review")
    async def review(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Response[str]:
        """Stars and a comment, once the session is completed."""
        booking = await _own(request, booking_queries, booking_id)
        if booking.review:
            return SeeOther(f"/bookings/{booking_id}", info="You have already reviewed this session.")
        if booking.status != BookingStatus.COMPLETED:
            return SeeOther(f"/bookings/{booking_id}", info="You can review the session once it is completed.")
        return Page(
            "review.html", form=ReviewForm(), booking=booking, choice=visitor_of(request).choose_zone(request)
        )

    @post("/bookings/{booking_id:uuid}/review")
    async def write(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        write_review: NamedDependency[WriteReview],
    ) -> Response[str]:
        """Publish the review."""
        form = ReviewForm(submission_of(request))
        try:
            await write_review(caller_of(request), form.command(booking_id))
        except Refusal as refusal:
            booking = await _own(request, booking_queries, booking_id)
            choice = visitor_of(request).choose_zone(request)
            return refused(form, refusal, "review.html", booking=booking, choice=choice)
        return SeeOther(f"/bookings/{booking_id}", success="Review published. Thank you.")

    @get("/payments")
    async def payments(
        self,
        request: Request[Any, Any, Any],
        payment_queries: NamedDependency[SkipValidation[PaymentQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Every attempt to pay, newest first."""
        cursors = Cursors(http_settings.cursor_key, f"payments:{caller_of(request).account_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await payment_queries.of_client(caller_of(request).account_id, page)
        return Page(
            "payments.html",
            payments=found.items,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=visitor_of(request).choose_zone(request),
        )


def _is_on(booking: BookingView) -> bool:
    """Whether it still takes place, or waits for its payment."""
    return booking.status in (BookingStatus.CONFIRMED, BookingStatus.PENDING)


async def _own(
    request: Request[Any, Any, Any], booking_queries: BookingQueries, booking_id: UUID
) -> BookingDetails:
    booking = await booking_queries.details(caller_of(request).account_id, booking_id)
    if booking is None:
        raise NotFound
    return booking
