"""A client's own places in waiting lists."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.paging import DEFAULT_LIMIT
from application.waiting_list.join_waiting_list import JoinWaitingList
from application.waiting_list.leave_waiting_list import LeaveWaitingList
from application.waiting_list.views import WaitingEntryView, WaitingFilter, WaitingQueries
from interfaces.api.answers import WaitingEntryList
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CLIENTS, Body
from interfaces.api.requests import WaitingRequest
from interfaces.http.idempotency import resource_id_of

SlotId = Annotated[UUID | None, QueryParameter(description="Only the places in the line of this session.")]


class WaitingListController(Controller):
    """For clients. An offer is taken by booking the session."""

    path = "/client/waiting-list"
    tags = ("Client",)

    @get(
        "/",
        **operation(
            "listClientWaitingEntries",
            "One's own places in waiting lists",
            policy=CLIENTS,
            explained_by=WaitingQueries.of_client,
            gives=WaitingEntryList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        waiting_queries: NamedDependency[SkipValidation[WaitingQueries]],
        slot_id: SlotId = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Offers first."""
        reader = ListReader(request, limit, cursor)
        wanted = WaitingFilter(slot_id=slot_id, page=reader.page)
        page = await waiting_queries.of_client(request.user.account_id, wanted)
        next_cursor, link = reader.next(page.next_key)
        return answer(WaitingEntryList(page.items, next_cursor), link=link)

    @post(
        "/",
        **operation(
            "joinClientWaitingList",
            "Get in line for a full session",
            policy=CLIENTS,
            explained_by=JoinWaitingList,
            method="POST",
            reads=Body.JSON,
            gives=WaitingEntryView,
            status=201,
            refuses=(404, 409),
        ),
    )
    async def join(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[WaitingRequest],
        join_waiting_list: NamedDependency[JoinWaitingList],
    ) -> ASGIResponse:
        """201 with the place."""
        place = await join_waiting_list(request.user, data.slot_id, entry_id=resource_id_of(request))
        return answer(place, 201)

    @delete(
        "/{entry_id:uuid}",
        **operation(
            "leaveClientWaitingList",
            "Give up one's place in line",
            policy=CLIENTS,
            explained_by=LeaveWaitingList,
            method="DELETE",
            status=204,
            refuses=(404, 409),
        ),
    )
    async def leave(
        self,
        request: Request[Caller, Any, Any],
        entry_id: FromPath[UUID],
        leave_waiting_list: NamedDependency[LeaveWaitingList],
    ) -> None:
        """204."""
        await leave_waiting_list(request.user, entry_id)
