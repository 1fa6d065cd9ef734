"""Services: a consultant's own, and what the public is offered."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse
from msgspec import UnsetType

from application.accounts.callers import Caller
from application.availability.save_service import SaveService, SaveServiceCommand
from application.availability.services_views import ServiceQueries, ServiceView
from application.paging import DEFAULT_LIMIT
from domain.refusals import NotFound
from interfaces.api.answers import OfferedServiceList, ServiceList
from interfaces.api.durations import minutes
from interfaces.api.json_answers import answer, public_answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CONSULTANTS, PUBLIC, Body
from interfaces.api.prices import money
from interfaces.api.requests import ServiceChangeRequest, ServiceRequest
from interfaces.api.unset import given
from interfaces.http.conditional import expected_version
from interfaces.http.idempotency import resource_id_of
from interfaces.http.settings import HttpSettings

IsOffered = Annotated[
    bool | None, QueryParameter(description="Only those that are offered, or only those that are not any more.")
]


class ServiceController(Controller):
    """For consultants."""

    path = "/consultant/services"
    tags = ("Consultant",)

    @get(
        "/",
        **operation(
            "listServices",
            "One's own services",
            policy=CONSULTANTS,
            explained_by=ServiceQueries.own_services,
            gives=ServiceList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        is_offered: IsOffered = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """By name."""
        reader = ListReader(request, limit, cursor)
        page = await service_queries.own_services(request.user.account_id, is_offered=is_offered, page=reader.page)
        next_cursor, link = reader.next(page.next_key)
        return answer(ServiceList(page.items, next_cursor), link=link)

    @post(
        "/",
        **operation(
            "createService",
            "Offer a service",
            policy=CONSULTANTS,
            explained_by=SaveService,
            method="POST",
            reads=Body.JSON,
            gives=ServiceView,
            status=201,
            refuses=(404, 409),
        ),
    )
    async def create(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[ServiceRequest],
        save_service: NamedDependency[SaveService],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> ASGIResponse:
        """201 with the service."""
        command = SaveServiceCommand(
            new_service_id=resource_id_of(request),
            name=data.name,
            description=data.description,
            length=minutes(data.length_minutes),
            price=money(data.price, field="price", default_currency=http_settings.currency),
            capacity=data.max_slots,
            buffer_before=minutes(data.buffer_before_minutes),
            buffer_after=minutes(data.buffer_after_minutes),
            is_offered=data.is_offered,
        )
        service = await save_service(request.user, command)
        view = await _own_service(request.user, service.id, service_queries)
        return answer(view, 201, version=view.version, location=f"/api/consultant/services/{service.id}")

    @get(
        "/{service_id:uuid}",
        **operation(
            "getService",
            "One of one's own services",
            policy=CONSULTANTS,
            explained_by=ServiceQueries.own_service,
            gives=ServiceView,
            refuses=(404,),
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        service_id: FromPath[UUID],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
    ) -> ASGIResponse:
        """With its version as entity tag."""
        view = await _own_service(request.user, service_id, service_queries)
        return answer(view, version=view.version)

    @patch(
        "/{service_id:uuid}",
        **operation(
            "updateService",
            "Change a service",
            policy=CONSULTANTS,
            explained_by=SaveService,
            method="PATCH",
            reads=Body.JSON,
            gives=ServiceView,
            refuses=(404, 409, 412),
        ),
    )
    async def update(
        self,
        request: Request[Caller, Any, Any],
        service_id: FromPath[UUID],
        data: JSONBody[ServiceChangeRequest],
        save_service: NamedDependency[SaveService],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> ASGIResponse:
        """Honours If-Match."""
        command = SaveServiceCommand(
            service_id=service_id,
            name=given(data.name),
            description=given(data.description),
            length=minutes(data.length_minutes),
            price=None
            if isinstance(data.price, UnsetType)
            else money(data.price, field="price", default_currency=http_settings.currency),
            capacity=given(data.max_slots),
            buffer_before=minutes(data.buffer_before_minutes),
            buffer_after=minutes(data.buffer_after_minutes),
            is_offered=given(data.is_offered),
            expected_version=expected_version(request),
        )
        await save_service(request.user, command)
        view = await _own_service(request.user, service_id, service_queries)
        return answer(view, version=view.version)

    @delete(
        "/{service_id:uuid}",
        **operation(
            "withdrawService",
            "Offer a service no more",
            policy=CONSULTANTS,
            explained_by=SaveService,
            method="DELETE",
            status=204,
            refuses=(404, 412),
        ),
    )
    async def withdraw(
        self,
        request: Request[Caller, Any, Any],
        service_id: FromPath[UUID],
        save_service: NamedDependency[SaveService],
    ) -> None:
        """204. Honours If-Match."""
        command = SaveServiceCommand(
            service_id=service_id, is_offered=False, expected_version=expected_version(request)
        )
        await save_service(request.user, command)


class OfferedServiceController(Controller):
    """Open to anybody, with entity tags."""

    path = "/consultants"
    tags = ("Discovery",)

    @get(
        "/{slug:str}/services",
        **operation(
            "listConsultantServices",
            "The services that a consultant offers",
            policy=PUBLIC,
            explained_by=ServiceQueries.offered,
            gives=OfferedServiceList,
            refuses=(304, 404, 422),
        ),
    )
    async def offered(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """By name."""
        reader = ListReader(request, limit, cursor)
        page = await service_queries.offered(slug, reader.page)
        if page is None:
            raise NotFound
        next_cursor, link = reader.next(page.next_key)
        return public_answer(request, OfferedServiceList(page.items, next_cursor), link=link)


async def _own_service(caller: Caller, service_id: UUID, service_queries: ServiceQueries) -> ServiceView:
    view = await service_queries.own_service(caller.account_id, service_id)
    if view is None:
        raise NotFound
    return view
