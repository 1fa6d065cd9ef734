"""The front door: what Imoran is, and a quick way to somebody who can help."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.consultants.views import ConsultantQueries, DiscoveryQuery, Sorting
from application.paging import PageRequest
from interfaces.http.settings import HttpSettings
from interfaces.web.pages import Page
from interfaces.web.visitors import visitor_of

SOON = 6
RETRY_AFTER_S = "10"


class HomeController(Controller):
    """Home."""

    path = "/"

    @get("/")
    async def home(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Search, specialisations, and who is free soon. Without the database the search box alone is there."""
        shown: dict[str, Any] = {
            "zone_name": visitor_of(request).zone_name,
            "public_url": http_settings.public_url,
        }
        try:
            soon = await consultant_queries.discover(
                DiscoveryQuery(is_bookable=True, sorting=Sorting.NEXT_FREE, page=PageRequest(limit=SOON))
            )
            tags = await consultant_queries.tags()
        except ConnectionError:
            headers = {"Retry-After": RETRY_AFTER_S}
            return Page("home.html", status_code=503, headers=headers, tags=None, consultants=[], **shown)
        return Page("home.html", tags=tags, consultants=soon.items, **shown)
