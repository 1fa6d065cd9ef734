"""Reporting that the consultant did not come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.report_absence import ReportAbsence
from application.bookings.views import BookingQueries
from domain.absences import AbsenceAlreadyReported
from domain.accounts import Role
from domain.refusals import Refusal
from interfaces.web.forms.bookings import AbsenceForm
from interfaces.web.language import gettext, translated
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.own_booking import own_booking, shown_with
from interfaces.web.visitors import OnlyFor, caller_of, submission_of


class AbsenceController(Controller):
    """Only for the client who waited."""

    path = "/bookings/{booking_id:uuid}/no-show"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Response[str]:
        """What a report does, before one makes it."""
        booking = await own_booking(request, booking_queries, booking_id)
        if booking.absence_report:
            return SeeOther(f"/bookings/{booking_id}", info=translated(AbsenceAlreadyReported.sentence))
        if booking.absence_reportable_until is None:
            return SeeOther(
                f"/bookings/{booking_id}", info=gettext("There is nothing to report about this session.")
            )
        return Page("no_show.html", form=AbsenceForm(), **shown_with(request, booking))

    @post("/")
    async def report(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        report_absence: NamedDependency[ReportAbsence],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> Response[str]:
        """Ask the consultant for an answer."""
        form = AbsenceForm(submission_of(request))
        try:
            await report_absence(caller_of(request), form.command(booking_id))
        except Refusal as refusal:
            booking = await own_booking(request, booking_queries, booking_id)
            if booking.absence_report:
                return SeeOther(f"/bookings/{booking_id}", info=translated(AbsenceAlreadyReported.sentence))
            return refused(form, refusal, "no_show.html", **shown_with(request, booking))
        return SeeOther(
            f"/bookings/{booking_id}", success=gettext("Reported. This page tells you what becomes of it.")
        )
