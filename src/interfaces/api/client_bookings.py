"""A client's own bookings."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBooking, CancelBookingCommand
from application.bookings.report_absence import ReportAbsence, ReportAbsenceCommand
from application.bookings.reschedule_booking import RescheduleBooking, RescheduleBookingCommand
from application.bookings.reserve_seat import ReserveSeat, ReserveSeatCommand
from application.bookings.views import BookingDetails, BookingFilter, BookingQueries, BookingView, OwnReviewView
from application.money_view import MoneyView
from application.paging import DEFAULT_LIMIT
from application.payments.start_payment import StartPayment
from application.payments.verify_booking import VerifyBooking
from application.reviews.write_review import WriteReview, WriteReviewCommand
from domain.bookings import BookingStatus
from domain.refusals import NotFound
from interfaces.api.answers import BookingList, PaymentToMake
from interfaces.api.instants import From, To, require_sensible
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CLIENTS, Body
from interfaces.api.requests import (
    AbsenceRequest,
    BookingRequest,
    CancelRequest,
    RescheduleRequest,
    ReviewRequest,
)
from interfaces.http.idempotency import changed, resource_id_of

Status = Annotated[
    BookingStatus | None,
    QueryParameter(description=f"One of {', '.join(BookingStatus)}."),
]


WITHOUT_A_WORD = CancelRequest()
WITHOUT_WORDS = AbsenceRequest()


class ClientBookingController(Controller):
    """For clients."""

    path = "/client/bookings"
    tags = ("Client",)

    @get(
        "/",
        **operation(
            "listClientBookings",
            "One's own bookings",
            policy=CLIENTS,
            explained_by=BookingQueries.of_client,
            gives=BookingList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        status: Status = None,
        from_: From = None,
        to: To = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Latest session first."""
        require_sensible(from_=from_, to=to)
        reader = ListReader(request, limit, cursor)
        wanted = BookingFilter(status=status, since=from_, until=to, page=reader.page)
        page = await booking_queries.of_client(request.user.account_id, wanted)
        next_cursor, link = reader.next(page.next_key)
        return answer(BookingList(page.items, next_cursor), link=link)

    @post(
        "/",
        **operation(
            "createClientBooking",
            "Take a seat",
            policy=CLIENTS,
            explained_by=ReserveSeat,
            method="POST",
            reads=Body.JSON,
            gives=BookingView,
            status=201,
            refuses=(404, 409),
        ),
    )
    async def create(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[BookingRequest],
        reserve_seat: NamedDependency[ReserveSeat],
    ) -> ASGIResponse:
        """201 with the booking."""
        booking = await reserve_seat(
            request.user,
            ReserveSeatCommand(
                slot_id=data.slot_id, reason=data.reason_for_session, booking_id=resource_id_of(request)
            ),
        )
        return answer(booking, 201, location=f"/api/client/bookings/{booking.id}")

    @get(
        "/{booking_id:uuid}",
        **operation(
            "getClientBooking",
            "A booking with payments, refunds and history",
            policy=CLIENTS,
            explained_by=BookingQueries.details,
            gives=BookingDetails,
            refuses=(404,),
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> ASGIResponse:
        """The details."""
        return answer(await _details(request, booking_id, booking_queries))

    @post(
        "/{booking_id:uuid}/payment",
        **operation(
            "startClientBookingPayment",
            "Begin to pay",
            policy=CLIENTS,
            explained_by=StartPayment,
            method="POST",
            gives=PaymentToMake,
            status=201,
            refuses=(404, 409, 429),
        ),
    )
    async def start_payment(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        start_payment: NamedDependency[StartPayment],
    ) -> ASGIResponse:
        """201 with where to pay."""
        started = await start_payment(request.user, booking_id)
        payment = PaymentToMake(
            reference=started.reference,
            authorization_url=started.checkout.authorization_url,
            access_code=started.checkout.access_code,
            amount=MoneyView(started.amount.amount, started.amount.currency),
        )
        return answer(payment, 201)

    @post(
        "/{booking_id:uuid}/verify",
        **operation(
            "verifyClientBooking",
            "Ask Paystack now whether it is paid",
            policy=CLIENTS,
            explained_by=VerifyBooking,
            method="POST",
            gives=BookingDetails,
            refuses=(404,),
        ),
    )
    async def verify(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        verify_booking: NamedDependency[VerifyBooking],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> ASGIResponse:
        """The details as they are afterwards."""
        await verify_booking(request.user, booking_id)
        return answer(await _details(request, booking_id, booking_queries))

    @post(
        "/{booking_id:uuid}/cancel",
        **operation(
            "cancelClientBooking",
            "Cancel, or give up a held seat",
            policy=CLIENTS,
            explained_by=CancelBooking,
            method="POST",
            reads=Body.JSON,
            body_is_optional=True,
            gives=BookingDetails,
            refuses=(404, 409),
        ),
    )
    async def cancel(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        cancel_booking: NamedDependency[CancelBooking],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        data: JSONBody[CancelRequest] = WITHOUT_A_WORD,
    ) -> ASGIResponse:
        """The details as they are afterwards."""
        command = CancelBookingCommand(
            booking_id=booking_id, reason=data.reason, expected_refund=data.expected_refund
        )
        details = await changed(
            request,
            cancel_booking(request.user, command),
            lambda: _details(request, booking_id, booking_queries),
            lambda now: now.status == BookingStatus.CANCELLED,
        )
        return answer(details)

    @post(
        "/{booking_id:uuid}/reschedule",
        **operation(
            "rescheduleClientBooking",
            "Move to another session",
            policy=CLIENTS,
            explained_by=RescheduleBooking,
            method="POST",
            reads=Body.JSON,
            gives=BookingDetails,
            refuses=(404, 409),
        ),
    )
    async def reschedule(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        data: JSONBody[RescheduleRequest],
        reschedule_booking: NamedDependency[RescheduleBooking],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> ASGIResponse:
        """The details as they are afterwards."""
        command = RescheduleBookingCommand(booking_id=booking_id, slot_id=data.slot_id)
        details = await changed(
            request,
            reschedule_booking(request.user, command),
            lambda: _details(request, booking_id, booking_queries),
            lambda now: now.slot_id == data.slot_id,
        )
        return answer(details)

    @post(
        "/{booking_id:uuid}/no-show",
        **operation(
            "reportConsultantNoShow",
            "Report that the consultant did not come",
            policy=CLIENTS,
            explained_by=ReportAbsence,
            method="POST",
            reads=Body.JSON,
            body_is_optional=True,
            gives=BookingDetails,
            refuses=(404, 409),
        ),
    )
    async def report_absence(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        report_absence: NamedDependency[ReportAbsence],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        data: JSONBody[AbsenceRequest] = WITHOUT_WORDS,
    ) -> ASGIResponse:
        """The details, with the report."""
        command = ReportAbsenceCommand(booking_id=booking_id, reason=data.reason)
        details = await changed(
            request,
            report_absence(request.user, command),
            lambda: _details(request, booking_id, booking_queries),
            lambda now: now.absence_report is not None,
        )
        return answer(details)

    @post(
        "/{booking_id:uuid}/review",
        **operation(
            "reviewClientBooking",
            "Review a session that one attended",
            policy=CLIENTS,
            explained_by=WriteReview,
            method="POST",
            reads=Body.JSON,
            gives=OwnReviewView,
            status=201,
            refuses=(404, 409),
        ),
    )
    async def write_review(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        data: JSONBody[ReviewRequest],
        write_review: NamedDependency[WriteReview],
    ) -> ASGIResponse:
        """201 with the review."""
        review = await write_review(
            request.user,
            WriteReviewCommand(
                booking_id=booking_id,
                rating=data.rating,
                comment=data.comment,
                review_id=resource_id_of(request),
            ),
        )
        view = OwnReviewView(rating=review.rating, comment=review.comment, created_at=review.created_at)
        return answer(view, 201)


async def _details(
    request: Request[Caller, Any, Any], booking_id: UUID, booking_queries: BookingQueries
) -> BookingDetails:
    details = await booking_queries.details(request.user.account_id, booking_id)
    if details is None:
        raise NotFound
    return details
