"""A consultant answers a client who reported that the consultant did not come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.answer_absence_report import AnswerAbsenceReport
from application.bookings.cases import CaseQueries
from application.consultants.views import ConsultantQueries
from domain.absences import AbsenceStatus
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.web.forms.calling_off import AbsenceAnswerForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.calling_off import own_case
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

TEMPLATE = "consultant/answer_absence.html"


class AbsenceAnswerController(Controller):
    """Only for the consultant of the session."""

    path = "/consultant/bookings/{booking_id:uuid}/absence"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """What the client wrote, and what each answer means."""
        booking = await own_case(request, case_queries, booking_id)
        if booking.absence_report is None:
            raise NotFound
        if booking.absence_report.status != AbsenceStatus.OPEN:
            return SeeOther(
                f"/consultant/bookings/{booking_id}", info=gettext("This report is answered or decided already.")
            )
        zone = zone_of(await own_profile(request, consultant_queries))
        return Page(TEMPLATE, form=AbsenceAnswerForm(), booking=booking, zone=zone)

    @post("/")
    async def answer(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        answer_absence_report: NamedDependency[AnswerAbsenceReport],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Admit it, or have an operator decide."""
        form = AbsenceAnswerForm(submission_of(request))
        try:
            command = form.command(booking_id)
            await answer_absence_report(caller_of(request), command)
        except Refusal as refusal:
            booking = await own_case(request, case_queries, booking_id)
            if booking.absence_report is None:
                raise NotFound from refusal
            zone = zone_of(await own_profile(request, consultant_queries))
            return refused(form, refusal, TEMPLATE, booking=booking, zone=zone)
        return SeeOther(f"/consultant/bookings/{booking_id}", success=_told(command.attended))


def _told(attended: bool) -> str:
    if attended:
        return gettext("Answer sent. A person at Imoran looks at both sides and decides.")
    return gettext("Answer sent. All of the money goes back to your client.")
