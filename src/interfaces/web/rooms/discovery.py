"""Finding a consultant, and a consultant's public page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.availability.services_views import ServiceQueries
from application.consultants.views import ConsultantQueries, ConsultantView
from application.paging import LARGEST_LIMIT, PageRequest
from domain.consultants import SLUG
from domain.refusals import NotFound
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.days import by_day
from interfaces.web.forms.discovery import RATINGS, DiscoveryForm
from interfaces.web.pages import Page
from interfaces.web.visitors import visitor_of
from interfaces.web.zones import zone_or_utc

CARDS = 12
SLOTS = 60
REVIEWS = 6


class DiscoveryController(Controller):
    """Consultants, for everybody."""

    path = "/consultants"

    @get("/")
    async def search(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """All filters in the address."""
        zone = visitor_of(request).choose_zone(request)
        form = DiscoveryForm(dict(request.query_params))
        cursors = Cursors(http_settings.cursor_key, form.address)
        page = PageRequest(limit=CARDS, after=cursors.read(request.query_params.get("cursor")))
        found = await consultant_queries.discover(form.query(zone.zone, http_settings.currency, page))
        return Page(
            "consultants.html",
            form=form,
            ratings=RATINGS,
            specializations=await consultant_queries.specializations(),
            consultants=found.items,
            next_cursor=Cursors(http_settings.cursor_key, form.address).write(found.next_key),
            is_first=page.after is None,
            zone_name=visitor_of(request).zone_name,
            currency=http_settings.currency,
        )

    @get("/{slug:str}")
    async def consultant(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """The public page with the slot picker; with a service in the address, only its times."""
        consultant = await _consultant(consultant_queries, slug)
        services = await service_queries.offered(slug, PageRequest(limit=LARGEST_LIMIT))
        wanted = request.query_params.get("service")
        chosen = next((one for one in services.items if str(one.id) == wanted), None) if services else None
        address = f"/consultants/{slug}" + (f"?service={chosen.id}" if chosen else "")
        cursors = Cursors(http_settings.cursor_key, f"slots:{address}")
        now = datetime.now(UTC)
        page = PageRequest(limit=SLOTS, after=cursors.read(request.query_params.get("cursor")))
        slots = await consultant_queries.slots(
            slug, since=now, until=None, page=page, service_id=chosen.id if chosen else None
        )
        reviews = await consultant_queries.reviews(slug, PageRequest(limit=REVIEWS))
        if slots is None or reviews is None:
            raise NotFound
        choice = visitor_of(request).choose_zone(request, fallback=consultant.time_zone)
        return Page(
            "consultant.html",
            consultant=consultant,
            services=services.items if services else [],
            chosen=chosen,
            address=address,
            consultant_zone=zone_or_utc(consultant.time_zone),
            days=by_day(slots.items, choice.zone, now),
            next_cursor=cursors.write(slots.next_key),
            is_first=page.after is None,
            reviews=reviews.items,
            choice=choice,
            first_at=slots.items[0].starts_at if slots.items else now,
        )

    @get("/{slug:str}/reviews")
    async def reviews(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """All of a consultant's reviews."""
        consultant = await _consultant(consultant_queries, slug)
        cursors = Cursors(http_settings.cursor_key, f"reviews:{slug}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        reviews = await consultant_queries.reviews(slug, page)
        if reviews is None:
            raise NotFound
        return Page(
            "consultant_reviews.html",
            consultant=consultant,
            zone=zone_or_utc(consultant.time_zone),
            reviews=reviews.items,
            next_cursor=cursors.write(reviews.next_key),
            is_first=page.after is None,
        )


async def _consultant(consultant_queries: ConsultantQueries, slug: str) -> ConsultantView:
    consultant = await consultant_queries.consultant(slug) if SLUG.match(slug) else None
    if consultant is None:
        raise NotFound
    return consultant
