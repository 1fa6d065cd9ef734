"""What a consultant earned: balances, month by month, booking by booking."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.consultants.views import ConsultantQueries
from application.earnings.views import EarningQueries
from application.paging import LARGEST_LIMIT, PageRequest
from domain.accounts import Role
from interfaces.http.csv_files import csv_file
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web import earning_words
from interfaces.web.earning_words import charts_of, earning_head, earning_row, line_head, line_row
from interfaces.web.pages import Page
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of

MONTHS = 24


class EarningsController(Controller):
    """Only for consultants; each sees their own."""

    path = "/consultant/earnings"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def earnings(
        self,
        request: Request[Any, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Sums first, then the latest sessions."""
        consultant_id = caller_of(request).account_id
        cursors = Cursors(http_settings.cursor_key, f"earnings:{consultant_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        months = await earning_queries.months(consultant_id, limit=MONTHS)
        found = await earning_queries.earnings(consultant_id, page)
        return Page(
            "consultant/earnings.html",
            balances=await earning_queries.balances(consultant_id),
            months=months,
            charts=charts_of(months, datetime.now(UTC).date()),
            earnings=found.items,
            earning_words=earning_words,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            zone=zone_of(await own_profile(request, consultant_queries)),
        )

    @get("/ledger")
    async def ledger(
        self,
        request: Request[Any, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Every change of what one is owed, the latest first."""
        consultant_id = caller_of(request).account_id
        cursors = Cursors(http_settings.cursor_key, f"own-ledger:{consultant_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await earning_queries.ledger_lines(consultant_id, page, latest_first=True)
        return Page(
            "consultant/ledger.html",
            lines=found.items,
            earning_words=earning_words,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            zone=zone_of(await own_profile(request, consultant_queries)),
        )

    @get("/bookings.csv")
    async def bookings_file(
        self,
        request: Request[Any, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
    ) -> Response[bytes]:
        """Every booking as a table, the latest session first; instants in UTC, sums as numbers."""
        rows: list[tuple[str, ...]] = []
        page: PageRequest | None = PageRequest(limit=LARGEST_LIMIT)
        while page is not None:
            found = await earning_queries.earnings(caller_of(request).account_id, page)
            rows += map(earning_row, found.items)
            page = PageRequest(limit=LARGEST_LIMIT, after=found.next_key) if found.next_key else None
        return csv_file("imoran-earnings.csv", earning_head(), rows)

    @get("/ledger.csv")
    async def ledger_file(
        self,
        request: Request[Any, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
    ) -> Response[bytes]:
        """Every change of what one is owed, oldest first: the sums add up to the balance."""
        rows: list[tuple[str, ...]] = []
        page: PageRequest | None = PageRequest(limit=LARGEST_LIMIT)
        while page is not None:
            found = await earning_queries.ledger_lines(caller_of(request).account_id, page)
            rows += map(line_row, found.items)
            page = PageRequest(limit=LARGEST_LIMIT, after=found.next_key) if found.next_key else None
        return csv_file("imoran-ledger.csv", line_head(), rows)
