"""Paying for a seat, and what the browser finds when Paystack sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.free_times import FreeTimeQueries, FreeTimeView
from application.bookings.views import BookingDetails, BookingQueries
from application.payments.settle_payment import SettlePayment
from application.payments.start_payment import StartPayment
from application.payments.views import PaymentQueries, PaymentStanding
from domain.accounts import Role
from domain.bookings import BookingStatus
from domain.payments import UNSETTLED, PaymentGatewayUnavailable, PaymentStatus
from domain.refusals import NotFound, Refusal
from domain.sentences import Sentence
from domain.text import is_clean
from interfaces.http.settings import HttpSettings
from interfaces.web import booking_words
from interfaces.web.forms.form import Form
from interfaces.web.language import translated
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.own_booking import own_booking, shown_with
from interfaces.web.visitors import OnlyFor, caller_of, visitor_of

MOST_REFRESHES = 3
REFRESH_AFTER_S = 4
LONGEST_REFERENCE = 100


class PayingController(Controller):
    """Only for the client whose seat it is."""

    path = "/"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/bookings/{booking_id:uuid}/pay")
    async def summary(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        free_time_queries: NamedDependency[SkipValidation[FreeTimeQueries]],
    ) -> Response[str]:
        """The exact sum, and until when the seat is held; when that is over, whether it is still free."""
        booking = await own_booking(request, booking_queries, booking_id)
        if booking.status not in (BookingStatus.PENDING, BookingStatus.EXPIRED):
            return SeeOther(f"/bookings/{booking_id}")
        again = await _again(request, booking, booking_queries, free_time_queries)
        return Page("pay.html", form=Form(), **again, **shown_with(request, booking))

    @post("/bookings/{booking_id:uuid}/pay")
    async def pay(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        start_payment: NamedDependency[StartPayment],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        free_time_queries: NamedDependency[SkipValidation[FreeTimeQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """To Paystack's checkout, and nowhere else."""
        try:
            started = await start_payment(caller_of(request), booking_id)
            return SeeOther(_on_origin(started.checkout.authorization_url, http_settings.checkout_origin))
        except Refusal as refusal:
            booking = await own_booking(request, booking_queries, booking_id)
            if booking.status not in (BookingStatus.PENDING, BookingStatus.EXPIRED):
                return SeeOther(f"/bookings/{booking_id}", info=translated(refusal.said))
            again = await _again(request, booking, booking_queries, free_time_queries)
            return refused(Form(), refusal, "pay.html", **again, **shown_with(request, booking))

    @get("/payments/return")
    async def back_from_paystack(
        self,
        request: Request[Any, Any, Any],
        payment_queries: NamedDependency[SkipValidation[PaymentQueries]],
        settle_payment: NamedDependency[SettlePayment],
        free_time_queries: NamedDependency[SkipValidation[FreeTimeQueries]],
    ) -> Page:
        """Where the payment stands. The way back proves nothing: Paystack is asked."""
        query = request.query_params
        reference = (query.get("reference") or query.get("trxref") or "")[:LONGEST_REFERENCE]
        standing = await _standing(request, payment_queries, reference)
        if standing.status in UNSETTLED:
            try:
                await settle_payment(reference)
            except PaymentGatewayUnavailable:
                return _outcome_page(request, standing, gateway_is_away=True)
            standing = await _standing(request, payment_queries, reference)
        near: list[FreeTimeView] = []
        if _lost(standing):
            near = await free_time_queries.near(standing.slot_id, caller_of(request).account_id)
        return _outcome_page(request, standing, gateway_is_away=False, near=near)


async def _again(
    request: Request[Any, Any, Any],
    booking: BookingDetails,
    booking_queries: BookingQueries,
    free_time_queries: FreeTimeQueries,
) -> dict[str, Any]:
    """Once the hold is over: the slot, whether or not a seat is free, and what else is free near it."""
    if booking_words.is_held(booking, datetime.now(UTC)):
        return {"again": None, "near": []}
    client_id = caller_of(request).account_id
    slot = await booking_queries.bookable_slot(booking.slot_id, client_id)
    is_free = slot is not None and slot.is_bookable
    return {"again": slot, "near": [] if is_free else await free_time_queries.near(booking.slot_id, client_id)}


def _on_origin(url: str, origin: str) -> str:
    """The checkout's address. Raises `PaymentGatewayUnavailable` when it leads anywhere but to the checkout."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != origin:
        raise PaymentGatewayUnavailable(
            Sentence("Paystack gave no address to pay at. Nothing was charged; try again.")
        )
    return url


async def _standing(
    request: Request[Any, Any, Any], payment_queries: PaymentQueries, reference: str
) -> PaymentStanding:
    standing = None
    if is_clean(reference):
        standing = await payment_queries.standing(caller_of(request).account_id, reference)
    if standing is None:
        raise NotFound
    return standing


def _lost(standing: PaymentStanding) -> bool:
    """Whether it was paid, and there is no seat for it."""
    is_paid = standing.status not in UNSETTLED and standing.status != PaymentStatus.MISMATCHED
    return is_paid and standing.booking_status in (BookingStatus.EXPIRED, BookingStatus.CANCELLED)


def _outcome_page(
    request: Request[Any, Any, Any],
    standing: PaymentStanding,
    *,
    gateway_is_away: bool,
    near: Sequence[FreeTimeView] = (),
) -> Page:
    outcome = _outcome(standing, gateway_is_away=gateway_is_away)
    headers = {}
    look = _look(request.query_params.get("look"))
    if outcome in ("checking", "under_way") and look < MOST_REFRESHES:
        here = f"/payments/return?reference={quote(standing.reference, safe='')}&look={look + 1}"
        headers["Refresh"] = f"{REFRESH_AFTER_S}; url={here}"
    return Page(
        "payment_return.html",
        headers=headers,
        standing=standing,
        outcome=outcome,
        refreshes=bool(headers),
        gateway_is_away=gateway_is_away,
        is_lost=_lost(standing),
        near=near,
        choice=visitor_of(request).choose_zone(request, fallback=standing.consultant_time_zone),
    )


def _outcome(standing: PaymentStanding, *, gateway_is_away: bool) -> str:
    """Which of the page's answers fits."""
    if standing.status == PaymentStatus.MISMATCHED:
        return "mismatched"
    if standing.status == PaymentStatus.SUCCESS:
        return "confirmed"
    if standing.status in UNSETTLED and standing.is_under_way:
        return "under_way"
    if standing.status == PaymentStatus.INITIALIZED or (gateway_is_away and standing.status in UNSETTLED):
        return "checking"
    if standing.status == PaymentStatus.ABANDONED:
        return "abandoned"
    return "failed" if standing.status == PaymentStatus.FAILED else "refund"


def _look(typed: str | None) -> int:
    return int(typed) if typed in {"0", "1", "2", "3"} else 0
