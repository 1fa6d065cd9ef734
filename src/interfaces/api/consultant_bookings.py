"""Bookings of a consultant's own sessions."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.bookings.answer_absence_report import AnswerAbsenceReport, AnswerAbsenceReportCommand
from application.bookings.cancel_booking import CancelBooking, CancelBookingCommand
from application.bookings.complete_session import CompleteSession
from application.bookings.mark_no_show import MarkNoShow
from application.bookings.set_meeting_link import SetMeetingLink, SetMeetingLinkCommand
from application.bookings.views import AbsenceReportView, BookingFilter, BookingQueries, ConsultantBookingView
from application.paging import DEFAULT_LIMIT
from domain.bookings import Actor, BookingStatus
from domain.refusals import NotFound
from interfaces.api.answers import ConsultantBookingList
from interfaces.api.client_bookings import Status
from interfaces.api.instants import From, To, require_sensible
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CONSULTANTS, Body
from interfaces.api.requests import AbsenceAnswerRequest, CancelRequest, MeetingLinkRequest
from interfaces.http.idempotency import changed

Words = Annotated[
    str | None,
    QueryParameter(max_length=200, description="A part of the client's name or of the reason for the session."),
]
WITHOUT_A_WORD = CancelRequest()


class ConsultantBookingController(Controller):
    """For consultants."""

    path = "/consultant/bookings"
    tags = ("Consultant",)

    @get(
        "/",
        **operation(
            "listConsultantBookings",
            "Bookings of one's sessions",
            policy=CONSULTANTS,
            explained_by=BookingQueries.of_consultant,
            gives=ConsultantBookingList,
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
        q: Words = None,
    ) -> ASGIResponse:
        """Latest session first."""
        require_sensible(from_=from_, to=to)
        reader = ListReader(request, limit, cursor)
        wanted = BookingFilter(status=status, since=from_, until=to, words=q, page=reader.page)
        page = await booking_queries.of_consultant(request.user.account_id, wanted)
        next_cursor, link = reader.next(page.next_key)
        return answer(ConsultantBookingList(page.items, next_cursor), link=link)

    @put(
        "/{booking_id:uuid}/meeting-link",
        **operation(
            "setMeetingLink",
            "Tell the client where the session takes place",
            policy=CONSULTANTS,
            explained_by=SetMeetingLink,
            method="PUT",
            reads=Body.JSON,
            gives=ConsultantBookingView,
            refuses=(404, 409),
        ),
    )
    async def set_meeting_link(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        data: JSONBody[MeetingLinkRequest],
        set_meeting_link: NamedDependency[SetMeetingLink],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> ASGIResponse:
        """The booking as it is afterwards."""
        command = SetMeetingLinkCommand(
            booking_id=booking_id, platform=data.meeting_platform, link=data.meeting_link
        )
        await set_meeting_link(request.user, command)
        return answer(await _booking(request, booking_id, booking_queries))

    @post(
        "/{booking_id:uuid}/complete",
        **operation(
            "completeSession",
            "Mark a session as completed",
            policy=CONSULTANTS,
            explained_by=CompleteSession,
            method="POST",
            gives=ConsultantBookingView,
            refuses=(404, 409),
        ),
    )
    async def complete(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        complete_session: NamedDependency[CompleteSession],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> ASGIResponse:
        """The booking as it is afterwards."""
        booking = await changed(
            request,
            complete_session(request.user, booking_id),
            lambda: _booking(request, booking_id, booking_queries),
            lambda now: now.status == BookingStatus.COMPLETED,
        )
        return answer(booking)

    @post(
        "/{booking_id:uuid}/no-show",
        **operation(
            "markClientNoShow",
            "Note that the client did not come",
            policy=CONSULTANTS,
            explained_by=MarkNoShow,
            method="POST",
            gives=ConsultantBookingView,
            refuses=(404, 409),
        ),
    )
    async def mark_no_show(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        mark_no_show: NamedDependency[MarkNoShow],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> ASGIResponse:
        """The booking as it is afterwards."""
        booking = await changed(
            request,
            mark_no_show(request.user, booking_id),
            lambda: _booking(request, booking_id, booking_queries),
            lambda now: now.absent == Actor.CLIENT,
        )
        return answer(booking)

    @post(
        "/{booking_id:uuid}/cancel",
        **operation(
            "cancelConsultantBooking",
            "Call a booking off",
            policy=CONSULTANTS,
            explained_by=CancelBooking,
            method="POST",
            reads=Body.JSON,
            body_is_optional=True,
            gives=ConsultantBookingView,
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
        """The booking as it is afterwards."""
        command = CancelBookingCommand(
            booking_id=booking_id, reason=data.reason, expected_refund=data.expected_refund
        )
        booking = await changed(
            request,
            cancel_booking(request.user, command),
            lambda: _booking(request, booking_id, booking_queries),
            lambda now: now.status == BookingStatus.CANCELLED,
        )
        return answer(booking)

    @post(
        "/{booking_id:uuid}/no-show-answer",
        **operation(
            "answerConsultantNoShow",
            "Answer a client's report of one's absence",
            policy=CONSULTANTS,
            explained_by=AnswerAbsenceReport,
            method="POST",
            reads=Body.JSON,
            gives=ConsultantBookingView,
            refuses=(404, 409),
        ),
    )
    async def answer_absence(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        data: JSONBody[AbsenceAnswerRequest],
        answer_absence_report: NamedDependency[AnswerAbsenceReport],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> ASGIResponse:
        """The booking as it is afterwards."""
        command = AnswerAbsenceReportCommand(booking_id=booking_id, attended=data.attended, comment=data.comment)
        booking = await changed(
            request,
            answer_absence_report(request.user, command),
            lambda: _booking(request, booking_id, booking_queries),
            lambda now: _is_answered(now.absence_report),
        )
        return answer(booking)


def _is_answered(report: AbsenceReportView | None) -> bool:
    return report is not None and report.answered_at is not None


async def _booking(
    request: Request[Caller, Any, Any], booking_id: UUID, booking_queries: BookingQueries
) -> ConsultantBookingView:
    booking = await booking_queries.consultant_booking(request.user.account_id, booking_id)
    if booking is None:
        raise NotFound
    return booking
