"""How the product itself is: what waits, what runs, and what it depends on."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.operations.health_views import HealthQueries, Services
from interfaces.web.pages import Page
from interfaces.web.rooms.operators_only import OperatorsOnly
from interfaces.web.visitors import visitor_of


class OperatorHealthController(Controller):
    """Only for operators."""

    path = "/operator/health"
    guards = (OperatorsOnly(),)

    @get("/")
    async def health(
        self,
        request: Request[Any, Any, Any],
        health_queries: NamedDependency[SkipValidation[HealthQueries]],
        services: NamedDependency[SkipValidation[Services]],
    ) -> Page:
        """Queue, jobs, services and what must always hold."""
        return Page(
            "operator/health.html",
            health=await health_queries.health(),
            services=await services.states(),
            choice=visitor_of(request).choose_zone(request),
        )
