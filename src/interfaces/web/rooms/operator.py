"""What operators look at: what is to be resolved, everything about one payment, and the audit trail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.operations.views import AuditFilter, ItemFilter, OperationQueries
from application.paging import PageRequest
from domain.accounts import Role
from domain.refusals import NotFound
from domain.text import is_clean
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.pages import Page, SeeOther
from interfaces.web.visitors import OnlyFor, visitor_of

LONGEST_SEARCH = 254
ENTRIES = 50


class OperatorController(Controller):
    """Only for operators."""

    path = "/operator"
    guards = (OnlyFor(Role.OPERATOR),)

    @get("/")
    async def items(
        self,
        request: Request[Any, Any, Any],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What is open, oldest first; with `?show=resolved` what became of the rest."""
        wanted = ItemFilter(
            is_resolved=request.query_params.get("show") == "resolved", kind=_asked(request, "kind")
        )
        cursors = Cursors(http_settings.cursor_key, f"operator-items-{wanted.is_resolved}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await operation_queries.items(wanted, page)
        return Page(
            "operator.html",
            items=found.items,
            wanted=wanted,
            kinds=await operation_queries.open_kinds(),
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=visitor_of(request).choose_zone(request),
        )

    @get("/items/{item_id:uuid}")
    async def item(
        self,
        request: Request[Any, Any, Any],
        item_id: FromPath[UUID],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
    ) -> Page:
        """One thing to resolve: all that is known of it, and what can be done."""
        details = await operation_queries.item(item_id)
        if details is None:
            raise NotFound
        file = await operation_queries.payment(details.payment) if details.payment else None
        return Page(
            "operator/item.html", details=details, file=file, choice=visitor_of(request).choose_zone(request)
        )

    @get("/payments")
    async def search(
        self,
        request: Request[Any, Any, Any],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
    ) -> Response[str]:
        """Payments by reference, e-mail address or booking id; a single one is opened at once."""
        words = _asked(request, "q")
        found = await operation_queries.find_payments(words) if words else []
        if len(found) == 1:
            return SeeOther(f"/operator/payments/{found[0].reference}")
        return Page(
            "operator/payments.html",
            words_asked=words or "",
            found=found,
            choice=visitor_of(request).choose_zone(request),
        )

    @get("/payments/{reference:str}")
    async def payment(
        self,
        request: Request[Any, Any, Any],
        reference: FromPath[str],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
    ) -> Page:
        """Everything that happened to one payment."""
        file = await operation_queries.payment(reference) if is_clean(reference) else None
        if file is None:
            raise NotFound
        return Page("operator/payment.html", file=file, choice=visitor_of(request).choose_zone(request))

    @get("/audit")
    async def audit(
        self,
        request: Request[Any, Any, Any],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Who did what, newest first."""
        wanted = AuditFilter(
            kind=_asked(request, "kind"), who=_asked(request, "who"), about=_asked(request, "about")
        )
        cursors = Cursors(http_settings.cursor_key, "audit")
        page = PageRequest(limit=ENTRIES, after=cursors.read(request.query_params.get("cursor")))
        found = await operation_queries.audit(wanted, page)
        return Page(
            "operator/audit.html",
            entries=found.items,
            wanted=wanted,
            kinds=await operation_queries.audit_kinds(),
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=visitor_of(request).choose_zone(request),
        )


def _asked(request: Request[Any, Any, Any], name: str) -> str | None:
    """What the address asks for; nothing when it is empty or nonsense."""
    words = request.query_params.get(name, "").strip()
    return words if words and len(words) <= LONGEST_SEARCH and is_clean(words) else None
