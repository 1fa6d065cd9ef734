"""A session of which both sides tell another story: an operator decides."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.cases import BookingCase, CaseQueries
from application.bookings.decide_absence_report import DecideAbsenceReport
from application.operations.note_reading import NoteReading
from application.operations.search_views import RecordKind
from domain.absences import AbsenceStatus
from domain.refusals import NotFound, Refusal
from interfaces.http.client_address import client_address
from interfaces.web.forms.operations import OperatorForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.operators_only import OperatorsOnly, note_opened
from interfaces.web.visitors import caller_of, submission_of, visitor_of

UNDECIDED = (AbsenceStatus.OPEN, AbsenceStatus.CONTESTED)
CONFIRMATION = "operator/decide_absence.html"


class Decision(StrEnum):
    """What an operator can make of a report."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"


class OperatorAbsencesController(Controller):
    """Only for operators."""

    path = "/operator/absences/{booking_id:uuid}"
    guards = (OperatorsOnly(),)

    @get("/")
    async def absence(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """What both sides say of a session."""
        values = await _shown(request, case_queries, booking_id)
        await note_opened(request, note_reading, RecordKind.BOOKING, str(booking_id))
        return Page("operator/absence.html", **values)

    @get("/{decision:str}")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        decision: FromPath[str],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
    ) -> Response[str]:
        """What the decision does, before it is made."""
        wanted = _decision(decision)
        values = await _shown(request, case_queries, booking_id)
        if not values["is_undecided"]:
            return SeeOther(f"/operator/absences/{booking_id}", info=gettext("This report is decided already."))
        return Page(CONFIRMATION, decision=wanted, form=OperatorForm(), **values)

    @post("/{decision:str}")
    async def decide(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        decision: FromPath[str],
        decide_absence_report: NamedDependency[DecideAbsenceReport],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
    ) -> Response[str]:
        """Decide between both sides."""
        wanted = _decision(decision)
        form = OperatorForm(submission_of(request))
        try:
            proof = form.proof(client_address(request))
            await decide_absence_report(caller_of(request), booking_id, proof, upheld=wanted is Decision.UPHOLD)
        except Refusal as refusal:
            values = await _shown(request, case_queries, booking_id)
            return refused(form, refusal, CONFIRMATION, decision=wanted, **values)
        return SeeOther("/operator/items", success=_told(wanted))


def _told(decision: Decision) -> str:
    if decision is Decision.UPHOLD:
        return gettext("Upheld: all of the money goes back to the client.")
    return gettext("Dismissed: the booking stays as it is, and nothing goes back.")


def _decision(name: str) -> Decision:
    try:
        return Decision(name)
    except ValueError:
        raise NotFound from None


async def _shown(request: Request[Any, Any, Any], case_queries: CaseQueries, booking_id: UUID) -> dict[str, Any]:
    booking: BookingCase | None = await case_queries.contested(booking_id)
    if booking is None or booking.absence_report is None:
        raise NotFound
    return {
        "booking": booking,
        "report": booking.absence_report,
        "is_undecided": booking.absence_report.status in UNDECIDED,
        "choice": visitor_of(request).choose_zone(request),
    }
