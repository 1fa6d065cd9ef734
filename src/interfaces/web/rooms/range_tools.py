"""Tools for whole days and weeks of a consultant's calendar: each shows what it will do before it does it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.availability.close_days import CloseDays
from application.availability.copy_week import CopyWeek
from application.availability.delete_free_slots import DeleteFreeSlots
from application.availability.reopen_days import ReopenDays
from application.consultants.views import ConsultantQueries
from domain.accounts import Role
from domain.refusals import Refusal
from interfaces.web import plan_words, range_words
from interfaces.web.forms.form import Form
from interfaces.web.forms.range_tools import WEEK, DaysForm, DaysTool, WeekForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

ADDRESS = "/consultant/availability/tools"
TOOLS = "consultant/tools.html"
PREVIEW = "consultant/tool_preview.html"


class RangeToolsController(Controller):
    """Only for consultants, about their own calendar.

    A form is sent first for a preview; the preview sends the same fields again with `step=apply`, or with
    `step=edit` to go back to the form.
    """

    path = ADDRESS
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def tools(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """All of them."""
        return Page(TOOLS, **await _shown(request, consultant_queries))

    @get(["/days", "/week"])
    async def back(self) -> SeeOther:
        """For people who come back to the address of a preview."""
        return SeeOther(ADDRESS)

    @post("/days")
    async def change_days(
        self,
        request: Request[Any, Any, Any],
        close_days: NamedDependency[CloseDays],
        reopen_days: NamedDependency[ReopenDays],
        delete_free_slots: NamedDependency[DeleteFreeSlots],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Close, reopen or clear days, after a look at what that does to each session."""
        submission = submission_of(request)
        form, step = DaysForm(submission), submission.get("step")
        shown = await _shown(request, consultant_queries) | {"days_form": form}
        if step == "edit":
            return Page(TOOLS, **shown)
        use_cases: dict[DaysTool, CloseDays | ReopenDays | DeleteFreeSlots] = {
            DaysTool.CLOSE: close_days,
            DaysTool.REOPEN: reopen_days,
            DaysTool.DELETE: delete_free_slots,
        }
        try:
            tool, days = form.wanted()
            plan = await use_cases[tool](caller_of(request), days, dry_run=step != "apply")
        except Refusal as refusal:
            return refused(form, refusal, TOOLS, **shown)
        if step == "apply":
            return SeeOther(ADDRESS, success=plan_words.sentence(range_words.changed(plan, is_done=True)))
        return Page(
            PREVIEW,
            kept=form,
            action=f"{ADDRESS}/days",
            button=range_words.button(tool),
            counted=range_words.changed(plan, is_done=False),
            days=range_words.changes_by_day(plan, shown["zone"]),
            pattern_dates=range_words.dates_of_patterns(plan),
            is_reopening=tool is DaysTool.REOPEN,
            **shown,
        )

    @post("/week")
    async def copy_week(
        self,
        request: Request[Any, Any, Any],
        copy_week: NamedDependency[CopyWeek],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Copy a week, after a look at what that publishes."""
        submission = submission_of(request)
        form, step = WeekForm(submission), submission.get("step")
        shown = await _shown(request, consultant_queries) | {"week_form": form}
        if step == "edit":
            return Page(TOOLS, **shown)
        try:
            plan = await copy_week(caller_of(request), form.command(dry_run=step != "apply"))
        except Refusal as refusal:
            return refused(form, refusal, TOOLS, **shown)
        if step == "apply":
            return SeeOther(ADDRESS, success=plan_words.sentence(range_words.copied(plan, is_done=True)))
        return Page(
            PREVIEW,
            kept=form,
            action=f"{ADDRESS}/week",
            button=gettext("Copy the week"),
            counted=range_words.copied(plan, is_done=False),
            days=range_words.copies_by_day(plan, shown["zone"]),
            pattern_dates=[],
            is_reopening=False,
            **shown,
        )


async def _shown(request: Request[Any, Any, Any], consultant_queries: ConsultantQueries) -> dict[str, Any]:
    """Both forms as they begin, and the zone whose days these are."""
    zone = zone_of(await own_profile(request, consultant_queries))
    today = datetime.now(UTC).astimezone(zone).date()
    week = {"source_week": str(today), "first_week": str(today + WEEK), "weeks": "1"}
    forms: dict[str, Form] = {"days_form": DaysForm({"tool": DaysTool.CLOSE}), "week_form": WeekForm(week)}
    return {"zone": zone, "tools": range_words.tools(), **forms}
