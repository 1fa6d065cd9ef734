"""The operators' console: what needs them first, the list of what is to be resolved, and payments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.operations.health_views import HealthQueries
from application.operations.money_views import MoneyQueries
from application.operations.note_reading import NoteReading
from application.operations.record_views import RecordQueries
from application.operations.search_views import RecordKind
from application.operations.views import AuditFilter, ItemFilter, OperationQueries
from application.paging import PageRequest
from domain.refusals import NotFound
from domain.text import is_clean
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.pages import Page, SeeOther
from interfaces.web.rooms.operators_only import OperatorsOnly, asked, note_opened
from interfaces.web.visitors import visitor_of

FIRST_ITEMS = PageRequest(limit=5)
LINES = PageRequest(limit=50)


class OperatorController(Controller):
    """Only for operators."""

    path = "/operator"
    guards = (OperatorsOnly(),)

    @get("/")
    async def home(
        self,
        request: Request[Any, Any, Any],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        money_queries: NamedDependency[SkipValidation[MoneyQueries]],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        health_queries: NamedDependency[SkipValidation[HealthQueries]],
    ) -> Page:
        """What needs attention first."""
        found = await operation_queries.items(ItemFilter(), FIRST_ITEMS)
        return Page(
            "operator/home.html",
            items=found.items,
            kinds=await operation_queries.open_kinds(),
            gauges=await money_queries.gauges(),
            payouts=await record_queries.waiting_payouts(),
            health=await health_queries.health(),
            choice=visitor_of(request).choose_zone(request),
        )

    @get("/items")
    async def items(
        self,
        request: Request[Any, Any, Any],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What is open, oldest first; with `?show=resolved` what became of the rest."""
        wanted = ItemFilter(
            is_resolved=request.query_params.get("show") == "resolved", kind=asked(request, "kind")
        )
        cursors = Cursors(http_settings.cursor_key, f"operator-items-{wanted.is_resolved}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await operation_queries.items(wanted, page)
        return Page(
            "operator/items.html",
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
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """One thing to resolve: all that is known of it, and what can be done."""
        details = await operation_queries.item(item_id)
        if details is None:
            raise NotFound
        file = await operation_queries.payment(details.payment) if details.payment else None
        await note_opened(request, note_reading, RecordKind.ITEM, str(item_id))
        return Page(
            "operator/item.html", details=details, file=file, choice=visitor_of(request).choose_zone(request)
        )

    @get("/payments")
    async def payments(
        self,
        request: Request[Any, Any, Any],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
    ) -> Response[str]:
        """Payments by reference, e-mail address or booking id; a single one is opened at once."""
        words = asked(request, "q")
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
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """Everything that happened to one payment."""
        file = await operation_queries.payment(reference) if is_clean(reference) else None
        if file is None:
            raise NotFound
        audit = await operation_queries.audit(AuditFilter(about=reference, without_reading=True), LINES)
        await note_opened(request, note_reading, RecordKind.PAYMENT, reference)
        return Page(
            "operator/payment.html",
            file=file,
            receipts=await record_queries.receipts(reference),
            audit=audit.items,
            choice=visitor_of(request).choose_zone(request),
        )
