"""A consultant's public page: who it is, what clients say, and the times to choose from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.availability.services_views import OfferedServiceView, ServiceQueries
from application.consultants.slot_picker import SlotPickerQueries
from application.consultants.views import ConsultantCard, ConsultantQueries, ConsultantView, DiscoveryQuery
from application.paging import LARGEST_LIMIT, PageRequest
from domain.consultants import SLUG
from domain.refusals import Invalid, NotFound
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web import time_words
from interfaces.web.days import by_day
from interfaces.web.pages import Page
from interfaces.web.slot_weeks import MANY_SLOTS, PickerAddress, slot_week
from interfaces.web.visitors import visitor_of
from interfaces.web.zones import zone_or_utc

REVIEWS = 4
SIMILAR = 3
MOST_SUBJECTS = 3
STARS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}


class PublicProfileController(Controller):
    """One consultant, for everybody. Unpublished and suspended ones are not there."""

    path = "/consultants/{slug:str}"

    @get("/")
    async def consultant(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        slot_picker_queries: NamedDependency[SkipValidation[SlotPickerQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """With a slot picker: a week of times in the viewer's zone, of one service if the address names it."""
        consultant = await _consultant(consultant_queries, slug)
        offered = await service_queries.offered(slug, PageRequest(limit=LARGEST_LIMIT))
        services = offered.items if offered else []
        chosen = _chosen(request, services)
        service_id = chosen.id if chosen else None
        viewer = visitor_of(request)
        choice = viewer.choose_zone(request, fallback=consultant.time_zone)
        now = datetime.now(UTC)
        asked, unknown_day = _asked_day(request)
        times = await slot_picker_queries.times(slug, service_id=service_id)
        week = slot_week(times, asked, choice.zone, now)
        slots = await slot_picker_queries.slots(
            slug,
            since=week.since_instant,
            until=week.until_instant,
            service_id=service_id,
            viewer_id=viewer.caller.account_id if viewer.caller else None,
        )
        week = week.with_room_for(slots)
        slots = [slot for slot in slots if slot.starts_at < week.until_instant]
        reviews = await consultant_queries.reviews(slug, PageRequest(limit=REVIEWS))
        return Page(
            "consultant.html",
            part="times",
            consultant=consultant,
            services=services,
            chosen=chosen,
            consultant_zone=zone_or_utc(consultant.time_zone),
            choice=choice,
            week=week,
            here=PickerAddress(
                slug=slug,
                first=asked,
                service_id=service_id,
                zone_name=choice.zone.key if choice.was_asked_for else None,
            ),
            unknown_day=unknown_day,
            days=by_day(slots, choice.zone, now),
            has_many=len(slots) > MANY_SLOTS,
            first_at=slots[0].starts_at if slots else max(week.since_instant, now),
            reviews=reviews.items if reviews else [],
            similar=[] if week.free else await _similar(consultant_queries, consultant),
            public_url=http_settings.public_url,
        )

    @get("/reviews")
    async def reviews(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """All of a consultant's reviews, or those of so many stars."""
        consultant = await _consultant(consultant_queries, slug)
        stars = STARS.get(request.query_params.get("stars", ""))
        cursors = Cursors(http_settings.cursor_key, f"reviews:{slug}:{stars}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        reviews = await consultant_queries.reviews(slug, page, rating=stars)
        if reviews is None:
            raise NotFound
        return Page(
            "consultant_reviews.html",
            consultant=consultant,
            zone=visitor_of(request).choose_zone(request, fallback=consultant.time_zone).zone,
            stars=stars,
            reviews=reviews.items,
            next_cursor=cursors.write(reviews.next_key),
            is_first=page.after is None,
            public_url=http_settings.public_url,
        )


async def _consultant(consultant_queries: ConsultantQueries, slug: str) -> ConsultantView:
    consultant = await consultant_queries.consultant(slug) if SLUG.match(slug) else None
    if consultant is None:
        raise NotFound
    return consultant


def _chosen(request: Request[Any, Any, Any], services: list[OfferedServiceView]) -> OfferedServiceView | None:
    wanted = request.query_params.get("service")
    return next((service for service in services if str(service.id) == wanted), None)


def _asked_day(request: Request[Any, Any, Any]) -> tuple[date | None, str | None]:
    """The first day to show, or what stands in the address instead of one."""
    typed = request.query_params.get("from")
    if not typed:
        return None, None
    try:
        return time_words.read_date(typed, field="from"), None
    except Invalid:
        return None, typed[:40]


async def _similar(consultant_queries: ConsultantQueries, consultant: ConsultantView) -> list[ConsultantCard]:
    """Others who have a free time and know about the first of the same subjects that anybody else knows about."""
    for subject in consultant.specializations[:MOST_SUBJECTS]:
        found = await consultant_queries.discover(
            DiscoveryQuery(specialization=subject, is_bookable=True, page=PageRequest(limit=SIMILAR + 1))
        )
        others = [card for card in found.items if card.slug != consultant.slug]
        if others:
            return others[:SIMILAR]
    return []
