"""The kinds of session that a consultant offers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.availability.save_service import SaveService, SaveServiceCommand
from application.availability.services_views import ServiceQueries, ServiceView
from application.consultants.views import ConsultantQueries
from application.paging import LARGEST_LIMIT, PageRequest
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.idempotency import resource_id_of
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.form import Form
from interfaces.web.forms.services import BEGIN_WITH, ServiceForm
from interfaces.web.language import gettext
from interfaces.web.money_words import money_as_typed
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.consultant import own_profile
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

ADDRESS = "/consultant/services"
LIST = "consultant/services.html"
EDITOR = "consultant/service.html"


class ServicesController(Controller):
    """Only for consultants; each sees their own."""

    path = ADDRESS
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def services(
        self,
        request: Request[Any, Any, Any],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """By name; those that are not offered any more too."""
        return Page(LIST, **await _listed(request, service_queries, http_settings))

    @get("/new")
    async def blank(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """A form for another one, which begins at the usual price."""
        price = (await own_profile(request, consultant_queries)).default_price
        form = ServiceForm(BEGIN_WITH | {"price": money_as_typed(price)})
        return Page(EDITOR, form=form, service=None, currency=price.currency)

    @post("/new")
    async def add(
        self,
        request: Request[Any, Any, Any],
        save_service: NamedDependency[SaveService],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Offer another one."""
        form = ServiceForm(submission_of(request))
        try:
            command = replace(form.command(http_settings.currency), new_service_id=resource_id_of(request))
            service = await save_service(caller_of(request), command)
        except Refusal as refusal:
            return refused(form, refusal, EDITOR, service=None, currency=http_settings.currency)
        return SeeOther(ADDRESS, success=_offered(service.name))

    @get("/{service_id:uuid}")
    async def service(
        self,
        request: Request[Any, Any, Any],
        service_id: FromPath[UUID],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
    ) -> Page:
        """One of them, to be changed."""
        service = await own_service(request, service_queries, service_id)
        return Page(EDITOR, form=ServiceForm.of(service), service=service, currency=service.price.currency)

    @post("/{service_id:uuid}")
    async def change(
        self,
        request: Request[Any, Any, Any],
        service_id: FromPath[UUID],
        save_service: NamedDependency[SaveService],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
    ) -> Response[str]:
        """Put it on other terms for new sessions."""
        form = ServiceForm(submission_of(request))
        service = await own_service(request, service_queries, service_id)
        try:
            await save_service(caller_of(request), form.command(service.price.currency, service_id))
        except Refusal as refusal:
            return refused(form, refusal, EDITOR, service=service, currency=service.price.currency)
        return SeeOther(ADDRESS, success=gettext("Service saved. Sessions that are published keep their terms."))

    @post("/{service_id:uuid}/withdraw")
    async def withdraw(
        self,
        request: Request[Any, Any, Any],
        service_id: FromPath[UUID],
        save_service: NamedDependency[SaveService],
    ) -> Response[str]:
        """Offer it no more."""
        await save_service(caller_of(request), SaveServiceCommand(service_id=service_id, is_offered=False))
        told = gettext("Not offered any more. Its published sessions can still be booked.")
        return SeeOther(ADDRESS, success=told)

    @post("/{service_id:uuid}/offer")
    async def offer(
        self,
        request: Request[Any, Any, Any],
        service_id: FromPath[UUID],
        save_service: NamedDependency[SaveService],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Offer it again, unless another one of that name took its place."""
        try:
            await save_service(caller_of(request), SaveServiceCommand(service_id=service_id, is_offered=True))
        except Refusal as refusal:
            return refused(Form(), refusal, LIST, **await _listed(request, service_queries, http_settings))
        return SeeOther(ADDRESS, success=gettext("Offered again."))


def _offered(name: str) -> str:
    return gettext("You offer “{name}” now. Publish times for it next.").format(name=name)


async def own_service(
    request: Request[Any, Any, Any], service_queries: ServiceQueries, service_id: UUID
) -> ServiceView:
    """One service of the signed-in consultant. Raises `NotFound`."""
    service = await service_queries.own_service(caller_of(request).account_id, service_id)
    if service is None:
        raise NotFound
    return service


async def own_services(request: Request[Any, Any, Any], service_queries: ServiceQueries) -> list[ServiceView]:
    """What can be chosen, and what sessions that are there can belong to: the first hundred by name."""
    page = PageRequest(limit=LARGEST_LIMIT)
    return (await service_queries.own_services(caller_of(request).account_id, page=page)).items


async def _listed(
    request: Request[Any, Any, Any], service_queries: ServiceQueries, settings: HttpSettings
) -> dict[str, Any]:
    consultant_id = caller_of(request).account_id
    cursors = Cursors(settings.cursor_key, f"own-services:{consultant_id}")
    page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
    found = await service_queries.own_services(consultant_id, page=page)
    return {
        "services": found.items,
        "next_cursor": cursors.write(found.next_key),
        "is_first": page.after is None,
    }
