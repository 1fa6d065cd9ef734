"""Whether the money is where it should be: day by day, and by what must always hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.operations.money_views import MoneyQueries
from application.paging import PageRequest
from domain.refusals import NotFound
from interfaces.http.csv_files import csv_file
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web import day_statements
from interfaces.web.day_statements import day_head, day_row, statement_head, statement_row
from interfaces.web.pages import Page
from interfaces.web.rooms.operators_only import OperatorsOnly
from interfaces.web.visitors import visitor_of

DAYS = 31
DAYS_IN_FILE = 400


class OperatorMoneyController(Controller):
    """Only for operators."""

    path = "/operator/money"
    guards = (OperatorsOnly(),)

    @get("/")
    async def overview(
        self,
        request: Request[Any, Any, Any],
        money_queries: NamedDependency[SkipValidation[MoneyQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What is on its way, what must always hold, and the days that are over, newest first."""
        cursors = Cursors(http_settings.cursor_key, "operator-days")
        page = PageRequest(limit=DAYS, after=cursors.read(request.query_params.get("cursor")))
        found = await money_queries.days(page)
        return Page(
            "operator/money.html",
            standing=day_statements.standing(await money_queries.gauges()),
            invariants=await money_queries.invariants(),
            days=found.items,
            statements=day_statements,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=visitor_of(request).choose_zone(request),
        )

    @get("/days.csv")
    async def days_file(self, money_queries: NamedDependency[SkipValidation[MoneyQueries]]) -> Response[bytes]:
        """The last days as a table."""
        found = await money_queries.days(PageRequest(limit=DAYS_IN_FILE))
        return csv_file("imoran-days.csv", day_head(), map(day_row, found.items))

    @get("/{day:date}")
    async def one_day(
        self,
        day: FromPath[date],
        money_queries: NamedDependency[SkipValidation[MoneyQueries]],
    ) -> Page:
        """One day, consultant by consultant, and what one side does not know."""
        file = await money_queries.day(day)
        if not file.sums and not file.statements:
            raise NotFound
        return Page("operator/day.html", file=file, statements=day_statements)

    @get("/{day:date}/statements.csv")
    async def day_file(
        self,
        day: FromPath[date],
        money_queries: NamedDependency[SkipValidation[MoneyQueries]],
    ) -> Response[bytes]:
        """The same as a table."""
        file = await money_queries.day(day)
        if not file.statements:
            raise NotFound
        return csv_file(f"imoran-{day:%Y-%m-%d}.csv", statement_head(), map(statement_row, file.statements))
