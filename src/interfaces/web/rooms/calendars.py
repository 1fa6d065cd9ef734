"""Sessions as files for one's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.calendars.views import CalendarQueries
from domain.accounts import Role
from domain.refusals import NotFound
from interfaces.http.calendar_files import booking_file
from interfaces.http.settings import HttpSettings
from interfaces.web.visitors import OnlyFor, caller_of, visitor_of
from interfaces.web.zones import zone_or_utc


class CalendarFileController(Controller):
    """One booking, one file."""

    path = "/"

    @get("/bookings/{booking_id:uuid}/calendar.ics", guards=[OnlyFor(Role.CLIENT)])
    async def of_client(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        calendar_queries: NamedDependency[SkipValidation[CalendarQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[bytes]:
        """In the zone that the client looks at times in."""
        event = await calendar_queries.booking_of_client(caller_of(request).account_id, booking_id)
        if event is None:
            raise NotFound
        zone = visitor_of(request).choose_zone(request, fallback=event.consultant_time_zone).zone
        return booking_file(
            event, viewer=Role.CLIENT, zone=zone, public_url=http_settings.public_url, now=datetime.now(UTC)
        ).as_download()

    @get("/consultant/bookings/{booking_id:uuid}/calendar.ics", guards=[OnlyFor(Role.CONSULTANT)])
    async def of_consultant(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        calendar_queries: NamedDependency[SkipValidation[CalendarQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[bytes]:
        """In the consultant's own zone, as all of their pages."""
        event = await calendar_queries.booking_of_consultant(caller_of(request).account_id, booking_id)
        if event is None:
            raise NotFound
        return booking_file(
            event,
            viewer=Role.CONSULTANT,
            zone=zone_or_utc(event.consultant_time_zone),
            public_url=http_settings.public_url,
            now=datetime.now(UTC),
        ).as_download()
