"""The operators' search over every record."""

from __future__ import annotations

from collections import Counter
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.operations.note_reading import SEARCHED, NoteReading
from application.operations.search_views import Found, SearchQueries
from interfaces.http.client_address import client_address
from interfaces.web.pages import Page, SeeOther
from interfaces.web.record_words import page_of
from interfaces.web.rooms.operators_only import OperatorsOnly, asked
from interfaces.web.visitors import caller_of, visitor_of


class OperatorSearchController(Controller):
    """Only for operators."""

    path = "/operator/search"
    guards = (OperatorsOnly(),)

    @get("/")
    async def search(
        self,
        request: Request[Any, Any, Any],
        search_queries: NamedDependency[SkipValidation[SearchQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Response[str]:
        """Records of every kind by a few words; the one that an id, a number or a reference names is opened."""
        words = asked(request, "q")
        found = Found()
        if words:
            found = await search_queries.find(words)
            if found.only_one:
                return SeeOther(page_of(found.only_one))
            facts = {"found": _counts(found)}
            await note_reading(caller_of(request), SEARCHED, facts, address=client_address(request))
        return Page(
            "operator/search.html",
            words_asked=words or "",
            found=found,
            choice=visitor_of(request).choose_zone(request),
        )


def _counts(found: Found) -> str:
    counts = Counter(record.kind.value for record in found.records)
    return ", ".join(f"{kind} {count}" for kind, count in counts.items()) or "nothing"
