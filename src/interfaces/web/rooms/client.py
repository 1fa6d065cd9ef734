"""A client's own bookings one by one, and payments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.views import BookingDetails, BookingQueries
from application.paging import LARGEST_LIMIT, PageRequest
from application.payments.views import PaymentQueries
from application.reviews.write_review import WriteReview
from domain.accounts import Role
from domain.bookings import BookingStatus
from domain.refusals import Refusal
from domain.reviews import LONGEST_COMMENT, AlreadyReviewed
from interfaces.http.csv_files import csv_file
from interfaces.http.cursors import Cursors
from interfaces.http.idempotency import resource_id_of
from interfaces.http.settings import HttpSettings
from interfaces.web import drafts
from interfaces.web.forms.bookings import ReviewForm
from interfaces.web.language import gettext, translated
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.payment_table import payment_head, payment_row
from interfaces.web.rooms.own_booking import own_booking, shown_with
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of


class ClientController(Controller):
    """Only for clients; each sees their own."""

    path = "/"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/bookings/{booking_id:uuid}")
    async def booking(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Page:
        """Everything about one booking."""
        booking = await own_booking(request, booking_queries, booking_id)
        return Page("booking.html", **shown_with(request, booking))

    @get("/bookings/{booking_id:uuid}/review")
    async def review(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Response[str]:
        """Stars and a comment, once the session is completed."""
        booking = await own_booking(request, booking_queries, booking_id)
        if booking.review:
            return SeeOther(f"/bookings/{booking_id}", info=translated(AlreadyReviewed.sentence))
        if booking.status != BookingStatus.COMPLETED:
            return SeeOther(f"/bookings/{booking_id}", info=_when_reviews_open(booking))
        form = ReviewForm({"comment": _written_before(request, booking_id)})
        return Page("review.html", form=form, longest=LONGEST_COMMENT, **shown_with(request, booking))

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
            command = replace(form.command(booking_id), review_id=resource_id_of(request))
            await write_review(caller_of(request), command)
        except AlreadyReviewed as refusal:
            return SeeOther(f"/bookings/{booking_id}", info=translated(refusal.said))
        except Refusal as refusal:
            booking = await own_booking(request, booking_queries, booking_id)
            drafts.keep(request, drafts.REVIEW, f"{booking_id} {form['comment']}")
            shown = shown_with(request, booking)
            return refused(form, refusal, "review.html", longest=LONGEST_COMMENT, **shown)
        drafts.forget(request, drafts.REVIEW)
        return SeeOther(f"/bookings/{booking_id}", success=gettext("Review published. Thank you."))

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
        zones = [payment.consultant_time_zone for payment in found.items]
        return Page(
            "payments.html",
            payments=found.items,
            waiting_refunds=await payment_queries.refunds_without_account(caller_of(request).account_id),
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=visitor_of(request).choose_zone(request, fallback=[*zones, "UTC"][0]),
        )

    @get("/payments.csv")
    async def payments_table(
        self,
        request: Request[Any, Any, Any],
        payment_queries: NamedDependency[SkipValidation[PaymentQueries]],
    ) -> Response[bytes]:
        """Every attempt to pay as a table, newest first; instants in UTC, sums as numbers."""
        rows: list[tuple[str, ...]] = []
        page: PageRequest | None = PageRequest(limit=LARGEST_LIMIT)
        while page is not None:
            found = await payment_queries.of_client(caller_of(request).account_id, page)
            rows += map(payment_row, found.items)
            page = PageRequest(limit=LARGEST_LIMIT, after=found.next_key) if found.next_key else None
        return csv_file("imoran-payments.csv", payment_head(), rows)


def _when_reviews_open(booking: BookingDetails) -> str:
    if booking.status == BookingStatus.CONFIRMED:
        return gettext("You can review the session once it is completed.")
    return gettext("Only sessions that took place can be reviewed.")


def _written_before(request: Request[Any, Any, Any], booking_id: UUID) -> str:
    """The comment of an attempt that was refused."""
    about, _, comment = drafts.kept(request, drafts.REVIEW).partition(" ")
    return comment if about == str(booking_id) else ""
