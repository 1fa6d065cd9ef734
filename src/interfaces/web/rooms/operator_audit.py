"""The audit trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.operations.note_reading import EXPORTED, NoteReading
from application.operations.views import AuditEntryView, AuditFilter, OperationQueries
from application.paging import LARGEST_LIMIT, PageRequest
from domain.refusals import Invalid
from interfaces.http.client_address import client_address
from interfaces.http.csv_files import csv_file
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.audit_words import AUDIT_HEAD, audit_row
from interfaces.web.forms.operations import AuditForm
from interfaces.web.pages import Page
from interfaces.web.rooms.operators_only import OperatorsOnly, asked
from interfaces.web.time_words import read_date, start_of_day
from interfaces.web.visitors import caller_of, visitor_of

ENTRIES = 50
ENTRIES_IN_FILE = 10_000
FILTERS = ("kind", "who", "about", "since", "until")


class OperatorAuditController(Controller):
    """Only for operators."""

    path = "/operator/audit"
    guards = (OperatorsOnly(),)

    @get("/")
    async def audit(
        self,
        request: Request[Any, Any, Any],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Who did what, newest first."""
        choice = visitor_of(request).choose_zone(request)
        form, wanted = _wanted(request, choice.zone)
        cursors = Cursors(http_settings.cursor_key, "audit")
        page = PageRequest(limit=ENTRIES, after=cursors.read(request.query_params.get("cursor")))
        found = await operation_queries.audit(wanted, page)
        return Page(
            "operator/audit.html",
            entries=found.items,
            filters=form,
            query=urlencode({name: form[name] for name in FILTERS if form[name]}),
            kinds=await operation_queries.audit_kinds(),
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=choice,
        )

    @get("/entries.csv")
    async def file(
        self,
        request: Request[Any, Any, Any],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Response[bytes]:
        """The same as a table: the newest ten thousand entries."""
        _, wanted = _wanted(request, visitor_of(request).choose_zone(request).zone)
        entries = await _newest(operation_queries, wanted)
        facts = {"found": str(len(entries))}
        await note_reading(caller_of(request), EXPORTED, facts, address=client_address(request))
        return csv_file("imoran-audit.csv", AUDIT_HEAD, map(audit_row, entries))


async def _newest(operation_queries: OperationQueries, wanted: AuditFilter) -> list[AuditEntryView]:
    entries: list[AuditEntryView] = []
    page = PageRequest(limit=LARGEST_LIMIT * 10)
    while len(entries) < ENTRIES_IN_FILE:
        found = await operation_queries.audit(wanted, page)
        entries += found.items
        if found.next_key is None:
            break
        page = PageRequest(limit=page.limit, after=found.next_key)
    return entries


def _wanted(request: Request[Any, Any, Any], zone: ZoneInfo) -> tuple[AuditForm, AuditFilter]:
    """What the address asks for; both dates are days in the zone, the last one included."""
    form = AuditForm({name: asked(request, name) or "" for name in FILTERS})
    days = {}
    for name in ("since", "until"):
        if form[name]:
            try:
                days[name] = read_date(form[name], field=name)
            except Invalid as refusal:
                form.take(refusal)
    return form, AuditFilter(
        kind=form["kind"] or None,
        who=form["who"] or None,
        about=form["about"] or None,
        since=start_of_day(days["since"], zone) if "since" in days else None,
        until=start_of_day(days["until"] + timedelta(days=1), zone) if "until" in days else None,
    )
