"""What a consultant sees first: the day, what is missing, what is new, what came in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.bookings.cases import CaseQueries
from application.bookings.today import TodayQueries
from application.consultants.views import ConsultantQueries
from application.earnings.views import EarningQueries
from domain.accounts import Role
from interfaces.web import consultant_words, time_words
from interfaces.web.forms.bookings import MeetingLinkForm
from interfaces.web.pages import Page
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of

DAY = timedelta(days=1)
MOST_CURRENCIES = 4
"""Rows of the present month: one for each currency."""


class TodayController(Controller):
    """Only for consultants; each sees their own day."""

    path = "/consultant"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def today(
        self,
        request: Request[Any, Any, Any],
        today_queries: NamedDependency[SkipValidation[TodayQueries]],
        case_queries: NamedDependency[SkipValidation[CaseQueries]],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """The day in the consultant's own zone; the money of the month in UTC, as in the earnings."""
        consultant_id = caller_of(request).account_id
        profile = await own_profile(request, consultant_queries)
        zone, now = zone_of(profile), datetime.now(UTC)
        date = now.astimezone(zone).date()
        found = await today_queries.of_consultant(
            consultant_id,
            begins=time_words.start_of_day(date, zone),
            ends=time_words.start_of_day(date + DAY, zone),
        )
        months = await earning_queries.months(consultant_id, limit=MOST_CURRENCIES)
        return Page(
            "consultant/today.html",
            today=found,
            date=date,
            to_answer=await case_queries.to_answer(consultant_id),
            months=[month for month in months if month.month == f"{now:%Y-%m}"],
            balances=await earning_queries.balances(consultant_id),
            profile=profile,
            steps=consultant_words.steps(profile, found),
            completeness=consultant_words.completeness(profile),
            zone=zone,
            now=now,
            blank_form=MeetingLinkForm(),
        )
