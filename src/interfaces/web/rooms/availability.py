"""The editor of a consultant's availability."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.availability.save_availability import SaveAvailability, SlotRow
from application.availability.services_views import ServiceQueries, ServiceView
from application.availability.views import AvailabilityQueries, AvailabilityView
from application.consultants.views import ConsultantQueries, ProfileView
from application.paging import Page as ListPage
from application.paging import PageRequest
from domain.accounts import Role
from domain.refusals import Invalid, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.idempotency import resource_id_of
from interfaces.http.settings import HttpSettings
from interfaces.web import time_words
from interfaces.web.forms.availability import AvailabilityForm
from interfaces.web.language import gettext, ngettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.rooms.services import own_services
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

SHOWN = 40
BLANK_ROWS = 2
TEMPLATE = "consultant/availability.html"


class AvailabilityController(Controller):
    """Several rows, one save: all of them or none."""

    path = "/consultant/availability"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def rows(
        self,
        request: Request[Any, Any, Any],
        availability_queries: NamedDependency[SkipValidation[AvailabilityQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Slots from now on, and blank rows for new ones."""
        profile = await own_profile(request, consultant_queries)
        found = await _slots(request, availability_queries, http_settings, zone_of(profile))
        services = await own_services(request, service_queries)
        shown = _shown(request, profile, found, services, http_settings)
        form = AvailabilityForm.of(
            found.items,
            zone_of(profile),
            profile.default_price,
            blank_rows=BLANK_ROWS,
            has_services=bool(shown["offered"]),
        )
        return Page(TEMPLATE, form=form, **shown)

    @post("/")
    async def save(
        self,
        request: Request[Any, Any, Any],
        save_availability: NamedDependency[SaveAvailability],
        availability_queries: NamedDependency[SkipValidation[AvailabilityQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Save the rows, or show the form with one more."""
        profile = await own_profile(request, consultant_queries)
        found = await _slots(request, availability_queries, http_settings, zone_of(profile))
        services = await own_services(request, service_queries)
        shown = _shown(request, profile, found, services, http_settings)
        submission = submission_of(request)
        form = AvailabilityForm(
            submission,
            found.items,
            zone_of(profile),
            profile.default_price,
            has_services=bool(shown["offered"]),
        )
        if "add_row" in submission:
            form.add_rows(1)
            return Page(TEMPLATE, form=form, **shown)
        try:
            rows = _under_ids_of(request, form.command())
            if rows:
                await save_availability(caller_of(request), rows)
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, **shown)
        if not rows:
            return SeeOther(_address(request), info=gettext("Nothing was changed."))
        told = ngettext(
            "Availability saved: {count} row changed.", "Availability saved: {count} rows changed.", len(rows)
        ).format(count=len(rows))
        return SeeOther(_address(request), success=told)


def _under_ids_of(request: Request[Any, Any, Any], rows: list[SlotRow]) -> list[SlotRow]:
    """New slots under ids that follow from the form's key, so that they are known when the form is sent again."""
    resource_id = resource_id_of(request)
    if resource_id is None:
        return rows
    return [
        row if row.slot_id else replace(row, new_slot_id=uuid5(resource_id, str(number)))
        for number, row in enumerate(rows)
    ]


async def _slots(
    request: Request[Any, Any, Any],
    availability_queries: AvailabilityQueries,
    settings: HttpSettings,
    zone: ZoneInfo,
) -> ListPage[AvailabilityView]:
    after = Cursors(settings.cursor_key, f"own-slots:{caller_of(request).account_id}").read(
        request.query_params.get("cursor")
    )
    return await availability_queries.own_slots(
        caller_of(request).account_id,
        since=_since(request, zone),
        until=None,
        page=PageRequest(limit=SHOWN, after=after),
    )


def _since(request: Request[Any, Any, Any], zone: ZoneInfo) -> datetime:
    """Where the list begins: at the day of `?from=`, but never in the past."""
    now = datetime.now(UTC)
    try:
        asked = time_words.read_date(request.query_params.get("from", ""), field="from")
    except Invalid:
        return now
    return max(now, time_words.start_of_day(asked, zone))


def _shown(
    request: Request[Any, Any, Any],
    profile: ProfileView,
    found: ListPage[AvailabilityView],
    services: list[ServiceView],
    settings: HttpSettings,
) -> dict[str, Any]:
    offered = {str(service.id): service.name for service in services if service.is_offered}
    return {
        "profile": profile,
        "offered": offered,
        "service_names": {service.id: service.name for service in services},
        "zone": zone_of(profile),
        "next_cursor": Cursors(settings.cursor_key, f"own-slots:{caller_of(request).account_id}").write(
            found.next_key
        ),
        "is_first": not request.query_params.keys() & {"cursor", "from"},
        "address": _address(request),
    }


def _address(request: Request[Any, Any, Any]) -> str:
    """This page of the list."""
    query = request.url.query
    return "/consultant/availability" + (f"?{query}" if query else "")
