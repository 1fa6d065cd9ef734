"""A consultant's own sessions on offer, one at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response.base import ASGIResponse
from msgspec import UnsetType

from application.accounts.callers import Caller
from application.availability.save_availability import RowRefused, SaveAvailability, SlotRow
from application.availability.views import AvailabilityQueries, AvailabilityView
from application.bookings.set_session_link import SetSessionLink, SetSessionLinkCommand
from application.paging import DEFAULT_LIMIT
from domain.availability import SlotStatus
from domain.money import Money
from domain.refusals import NotFound
from interfaces.api.answers import AvailabilityList, SessionLinkSet
from interfaces.api.durations import minutes
from interfaces.api.instants import From, To, require_sensible
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CONSULTANTS, Body
from interfaces.api.prices import money
from interfaces.api.requests import (
    AvailabilityChangeRequest,
    AvailabilityRequest,
    MeetingLinkRequest,
    MoneyRequest,
)
from interfaces.api.unset import given
from interfaces.http.conditional import expected_version
from interfaces.http.idempotency import resource_id_of
from interfaces.http.settings import HttpSettings


class AvailabilityController(Controller):
    """For consultants."""

    path = "/consultant/availabilities"
    tags = ("Consultant",)

    @get(
        "/",
        **operation(
            "listAvailabilities",
            "One's own sessions on offer",
            policy=CONSULTANTS,
            explained_by=AvailabilityQueries.own_slots,
            gives=AvailabilityList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        availability_queries: NamedDependency[SkipValidation[AvailabilityQueries]],
        from_: From = None,
        to: To = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """By time."""
        require_sensible(from_=from_, to=to)
        reader = ListReader(request, limit, cursor)
        page = await availability_queries.own_slots(
            request.user.account_id, since=from_, until=to, page=reader.page
        )
        next_cursor, link = reader.next(page.next_key)
        return answer(AvailabilityList(page.items, next_cursor), link=link)

    @post(
        "/",
        **operation(
            "createAvailability",
            "Offer a session",
            policy=CONSULTANTS,
            explained_by=SaveAvailability,
            method="POST",
            reads=Body.JSON,
            gives=AvailabilityView,
            status=201,
            refuses=(404, 409),
        ),
    )
    async def create(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[AvailabilityRequest],
        save_availability: NamedDependency[SaveAvailability],
        availability_queries: NamedDependency[SkipValidation[AvailabilityQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> ASGIResponse:
        """201 with the session."""
        require_sensible(starts_at=data.starts_at, ends_at=data.ends_at)
        row = SlotRow(
            new_slot_id=resource_id_of(request),
            starts_at=data.starts_at,
            ends_at=given(data.ends_at),
            capacity=given(data.max_slots),
            price=_price(data.price, http_settings.currency),
            service_id=given(data.service_id),
            buffer_before=minutes(data.buffer_before_minutes),
            buffer_after=minutes(data.buffer_after_minutes),
        )
        slot_id = await _save(request.user, row, save_availability)
        return await _answer(request.user, slot_id, availability_queries, status=201)

    @patch(
        "/{slot_id:uuid}",
        **operation(
            "updateAvailability",
            "Change a session on offer",
            policy=CONSULTANTS,
            explained_by=SaveAvailability,
            method="PATCH",
            reads=Body.JSON,
            gives=AvailabilityView,
            refuses=(404, 409, 412),
        ),
    )
    async def update(
        self,
        request: Request[Caller, Any, Any],
        slot_id: FromPath[UUID],
        data: JSONBody[AvailabilityChangeRequest],
        save_availability: NamedDependency[SaveAvailability],
        availability_queries: NamedDependency[SkipValidation[AvailabilityQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> ASGIResponse:
        """Honours If-Match."""
        require_sensible(starts_at=data.starts_at, ends_at=data.ends_at)
        row = SlotRow(
            slot_id=slot_id,
            starts_at=given(data.starts_at),
            ends_at=given(data.ends_at),
            capacity=given(data.max_slots),
            price=_price(data.price, http_settings.currency),
            service_id=given(data.service_id),
            buffer_before=minutes(data.buffer_before_minutes),
            buffer_after=minutes(data.buffer_after_minutes),
            status=None if isinstance(data.status, UnsetType) else SlotStatus(data.status),
            expected_version=expected_version(request),
        )
        await _save(request.user, row, save_availability)
        return await _answer(request.user, slot_id, availability_queries)

    @delete(
        "/{slot_id:uuid}",
        **operation(
            "deleteAvailability",
            "Take a session off the calendar",
            policy=CONSULTANTS,
            explained_by=SaveAvailability,
            method="DELETE",
            status=204,
            refuses=(404, 409, 412),
        ),
    )
    async def remove(
        self,
        request: Request[Caller, Any, Any],
        slot_id: FromPath[UUID],
        save_availability: NamedDependency[SaveAvailability],
    ) -> None:
        """204. Honours If-Match."""
        row = SlotRow(slot_id=slot_id, remove=True, expected_version=expected_version(request))
        await _save(request.user, row, save_availability)

    @put(
        "/{slot_id:uuid}/meeting-link",
        **operation(
            "setSessionLink",
            "Tell everybody in a session where it takes place",
            policy=CONSULTANTS,
            explained_by=SetSessionLink,
            method="PUT",
            reads=Body.JSON,
            gives=SessionLinkSet,
            refuses=(404, 409),
        ),
    )
    async def set_link(
        self,
        request: Request[Caller, Any, Any],
        slot_id: FromPath[UUID],
        data: JSONBody[MeetingLinkRequest],
        set_session_link: NamedDependency[SetSessionLink],
    ) -> ASGIResponse:
        """How many bookings have the link now."""
        command = SetSessionLinkCommand(slot_id=slot_id, platform=data.meeting_platform, link=data.meeting_link)
        return answer(SessionLinkSet(await set_session_link(request.user, command)))


def _price(price: MoneyRequest | int | UnsetType, default_currency: str) -> Money | None:
    return None if isinstance(price, UnsetType) else money(price, field="price", default_currency=default_currency)


async def _save(caller: Caller, row: SlotRow, save_availability: SaveAvailability) -> UUID:
    try:
        [slot] = await save_availability(caller, [row])
    except RowRefused as refusal:  # there is one row, so its number says nothing
        raise refusal.refusal from refusal
    return slot.id


async def _answer(
    caller: Caller, slot_id: UUID, availability_queries: AvailabilityQueries, *, status: int = 200
) -> ASGIResponse:
    slot = await availability_queries.own_slot(caller.account_id, slot_id)
    if slot is None:
        raise NotFound
    return answer(slot, status, version=slot.version)
