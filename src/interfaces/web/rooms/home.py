"""The front door: what Imoran is, and a quick way to somebody who can help."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.consultants.views import ConsultantQueries, DiscoveryQuery, Sorting
from application.paging import PageRequest
from interfaces.web.pages import Page
from interfaces.web.visitors import visitor_of


class HomeController(Controller):
    """Home."""

    path = "/"

    @get("/")
    async def home(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """Search, specialisations, and who is free soon."""
        soon = await consultant_queries.discover(
            DiscoveryQuery(sorting=Sorting.NEXT_FREE, page=PageRequest(limit=6))
        )
        return Page(
            "home.html",
            specializations=await consultant_queries.specializations(),
            consultants=soon.items,
            zone_name=visitor_of(request).zone_name,
        )
