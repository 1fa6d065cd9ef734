"""Finding a consultant."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.consultants.views import ConsultantCard, ConsultantQueries
from application.paging import PageRequest
from interfaces.http.cursors import Cursors
from interfaces.http.problems import InvalidCursor
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.discovery import DiscoveryForm, ratings
from interfaces.web.pages import PART_WANTED, Page
from interfaces.web.visitors import visitor_of

CARDS = 12
NEAREST = 3
MOST_COUNTED = 1000


class DiscoveryController(Controller):
    """Consultants, for everybody."""

    path = "/consultants"

    @get("/")
    async def search(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """All filters in the address. What makes no sense there is left out, and the page says so."""
        visitor = visitor_of(request)
        choice = visitor.choose_zone(request)
        form = DiscoveryForm(dict(request.query_params), choice.zone, http_settings.currency)
        cursors = Cursors(http_settings.cursor_key, form.address)
        page, has_lost_its_place = _page(request, cursors)
        query = form.query(page)
        found = await consultant_queries.discover(query)
        is_all = page.after is None and found.next_key is None
        return Page(
            "consultants.html",
            part="search",
            headers={"HX-Push-Url": form.address} if PART_WANTED in request.headers else None,
            form=form,
            ratings=ratings(),
            tags=await consultant_queries.tags(),
            consultants=found.items,
            count=len(found.items) if is_all else await consultant_queries.count(query, most=MOST_COUNTED + 1),
            most_counted=MOST_COUNTED,
            nearest=[] if found.items else await _nearest(consultant_queries, form),
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            has_lost_its_place=has_lost_its_place,
            choice=choice,
            zone_name=visitor.zone_name,
            currency=http_settings.currency,
            public_url=http_settings.public_url,
        )


def _page(request: Request[Any, Any, Any], cursors: Cursors) -> tuple[PageRequest, bool]:
    """The page asked for; the first one when the place in the address is none of this search's."""
    try:
        return PageRequest(limit=CARDS, after=cursors.read(request.query_params.get("cursor"))), False
    except InvalidCursor:
        return PageRequest(limit=CARDS), True


async def _nearest(consultant_queries: ConsultantQueries, form: DiscoveryForm) -> list[ConsultantCard]:
    """Who comes nearest to a search that finds nobody."""
    for query in form.nearest_queries(PageRequest(limit=NEAREST)):
        found = await consultant_queries.discover(query)
        if found.items:
            return found.items
    return []
