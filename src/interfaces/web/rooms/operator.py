"""What the system could not resolve by itself, for operators."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.paging import PageRequest
from application.payments.views import PaymentQueries
from domain.accounts import Role
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.pages import Page
from interfaces.web.visitors import OnlyFor, visitor_of


class OperatorController(Controller):
    """Only for operators."""

    path = "/operator"
    guards = (OnlyFor(Role.OPERATOR),)

    @get("/")
    async def items(
        self,
        request: Request[Any, Any, Any],
        payment_queries: NamedDependency[SkipValidation[PaymentQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What is open, oldest first."""
        cursors = Cursors(http_settings.cursor_key, "operator-items")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await payment_queries.operator_items(page)
        return Page(
            "operator.html",
            items=found.items,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=visitor_of(request).choose_zone(request),
        )
