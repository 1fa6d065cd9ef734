"""Waiting lists, as a client sees them: seats on offer, places in line, and what is over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.paging import PageRequest
from application.waiting_list.join_waiting_list import JoinWaitingList
from application.waiting_list.leave_waiting_list import LeaveWaitingList
from application.waiting_list.views import WaitingEntryView, WaitingFilter, WaitingQueries
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from domain.waiting_list import AlreadyWaiting, NotInLine, WaitingStatus
from interfaces.http.cursors import Cursors
from interfaces.http.idempotency import resource_id_of
from interfaces.http.settings import HttpSettings
from interfaces.web.language import gettext, translated
from interfaces.web.pages import Page, SeeOther
from interfaces.web.visitors import OnlyFor, caller_of, visitor_of


class WaitingController(Controller):
    """Only for clients; each sees their own."""

    path = "/waiting"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/")
    async def places(
        self,
        request: Request[Any, Any, Any],
        waiting_queries: NamedDependency[SkipValidation[WaitingQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Offers, places, what is over; page by page."""
        client_id = caller_of(request).account_id
        cursors = Cursors(http_settings.cursor_key, f"waiting:{client_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await waiting_queries.of_client(client_id, WaitingFilter(page=page))
        return Page(
            "waiting.html",
            **_by_what_they_are(found.items),
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=visitor_of(request).choose_zone(
                request, fallback=found.items[0].consultant_time_zone if found.items else "UTC"
            ),
        )

    @post("/{slot_id:uuid}")
    async def join(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        join_waiting_list: NamedDependency[JoinWaitingList],
    ) -> Response[str]:
        """Get in line. What is against it, the page of the session says, with what to do instead."""
        try:
            place = await join_waiting_list(caller_of(request), slot_id, entry_id=resource_id_of(request))
        except NotFound:
            raise
        except AlreadyWaiting as refusal:
            return SeeOther("/waiting", info=translated(refusal.said))
        except Refusal as refusal:
            return SeeOther(f"/book/{slot_id}", info=translated(refusal.said))
        told = gettext("You are on the waiting list, at number {number}.").format(number=place.position)
        return SeeOther("/waiting", success=told)

    @post("/{entry_id:uuid}/leave")
    async def leave(
        self,
        request: Request[Any, Any, Any],
        entry_id: FromPath[UUID],
        leave_waiting_list: NamedDependency[LeaveWaitingList],
    ) -> Response[str]:
        """Give the place up."""
        try:
            await leave_waiting_list(caller_of(request), entry_id)
        except NotInLine as refusal:
            return SeeOther("/waiting", info=translated(refusal.said))
        return SeeOther("/waiting", success=gettext("You have left the waiting list."))


def _by_what_they_are(entries: list[WaitingEntryView]) -> dict[str, Any]:
    own_section = {WaitingStatus.OFFERED: "offers", WaitingStatus.WAITING: "places"}
    sections: dict[str, list[WaitingEntryView]] = {"offers": [], "places": [], "over": []}
    for entry in entries:
        sections[own_section.get(WaitingStatus(entry.status), "over")].append(entry)
    return sections
