"""Sessions as calendar files, and one's calendar feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.calendars.close_feed import CloseFeed
from application.calendars.open_feed import OpenFeed, OpenFeedCommand
from application.calendars.views import BookingEvent, CalendarQueries
from domain.accounts import Role
from domain.refusals import Invalid, NotFound
from interfaces.api.answers import CalendarFeedState, NewCalendarFeed
from interfaces.api.json_answers import answer
from interfaces.api.operations import operation
from interfaces.api.policies import CLIENTS, CONSULTANTS, Body, Policy
from interfaces.api.requests import CalendarFeedRequest
from interfaces.http.calendar_files import booking_file
from interfaces.http.feed_addresses import feed_address
from interfaces.http.settings import HttpSettings
from interfaces.web.zones import known_zone, zone_or_utc

THOSE_WITH_SESSIONS = Policy(roles=frozenset({Role.CLIENT, Role.CONSULTANT}))
TimeZoneName = Annotated[
    str | None,
    QueryParameter(
        name="tz",
        description="The time zone to write times in, such as Africa/Lagos; by default the consultant's.",
    ),
]


def file_operation(operation_id: str, summary: str, *, policy: Policy, explained_by: object) -> dict[str, Any]:
    """As `operation`, for one that answers with a calendar file."""
    described = operation(
        operation_id, summary, policy=policy, explained_by=explained_by, gives=str, refuses=(404, 422)
    )
    described["responses"][200] = ResponseSpec(
        str, generate_examples=False, description="An iCalendar file (RFC 5545).", media_type="text/calendar"
    )
    return described


class ClientCalendarController(Controller):
    """For clients."""

    path = "/client/bookings"
    tags = ("Client",)

    @get(
        "/{booking_id:uuid}/calendar",
        **file_operation(
            "getClientBookingCalendar",
            "A booking as a calendar file",
            policy=CLIENTS,
            explained_by=CalendarQueries.booking_of_client,
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        calendar_queries: NamedDependency[SkipValidation[CalendarQueries]],
        http_settings: NamedDependency[HttpSettings],
        time_zone: TimeZoneName = None,
    ) -> Response[bytes]:
        """The file."""
        event = await calendar_queries.booking_of_client(request.user.account_id, booking_id)
        return _file(event, Role.CLIENT, time_zone, http_settings)


class ConsultantCalendarController(Controller):
    """For consultants."""

    path = "/consultant/bookings"
    tags = ("Consultant",)

    @get(
        "/{booking_id:uuid}/calendar",
        **file_operation(
            "getConsultantBookingCalendar",
            "A booking of one's sessions as a calendar file",
            policy=CONSULTANTS,
            explained_by=CalendarQueries.booking_of_consultant,
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        calendar_queries: NamedDependency[SkipValidation[CalendarQueries]],
        http_settings: NamedDependency[HttpSettings],
        time_zone: TimeZoneName = None,
    ) -> Response[bytes]:
        """The file."""
        event = await calendar_queries.booking_of_consultant(request.user.account_id, booking_id)
        return _file(event, Role.CONSULTANT, time_zone, http_settings)


class CalendarFeedController(Controller):
    """For those who have sessions."""

    path = "/me/calendar-feed"
    tags = ("Own account",)

    @get(
        "/",
        **operation(
            "getCalendarFeed",
            "Whether one has a calendar feed",
            policy=THOSE_WITH_SESSIONS,
            explained_by=CalendarFeedState,
            gives=CalendarFeedState,
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        calendar_queries: NamedDependency[SkipValidation[CalendarQueries]],
    ) -> ASGIResponse:
        """Never the address."""
        feed = await calendar_queries.feed(request.user.account_id)
        return answer(CalendarFeedState(is_open=feed is not None, created_at=feed.created_at if feed else None))

    @post(
        "/",
        **operation(
            "openCalendarFeed",
            "Make the secret address of a calendar feed",
            policy=THOSE_WITH_SESSIONS,
            explained_by=OpenFeed,
            method="POST",
            holds_secret=True,
            reads=Body.JSON,
            gives=NewCalendarFeed,
            status=201,
            refuses=(429,),
        ),
    )
    async def create(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[CalendarFeedRequest],
        open_feed: NamedDependency[OpenFeed],
        http_settings: NamedDependency[HttpSettings],
    ) -> ASGIResponse:
        """201 with the address."""
        opened = await open_feed(request.user, OpenFeedCommand(current_password=data.current_password))
        url = feed_address(http_settings.public_url, opened.token)
        return answer(NewCalendarFeed(url=url, created_at=opened.created_at), 201)

    @delete(
        "/",
        **operation(
            "closeCalendarFeed",
            "Close one's calendar feed",
            policy=THOSE_WITH_SESSIONS,
            explained_by=CloseFeed,
            method="DELETE",
            status=204,
        ),
    )
    async def close(self, request: Request[Caller, Any, Any], close_feed: NamedDependency[CloseFeed]) -> None:
        """204, also when there was none."""
        await close_feed(request.user)


def _file(
    event: BookingEvent | None, viewer: Role, time_zone: str | None, settings: HttpSettings
) -> Response[bytes]:
    if event is None:
        raise NotFound
    zone = zone_or_utc(event.consultant_time_zone) if time_zone is None else _named(time_zone)
    return booking_file(
        event, viewer=viewer, zone=zone, public_url=settings.public_url, now=datetime.now(UTC)
    ).as_download()


def _named(time_zone: str) -> ZoneInfo:
    zone = known_zone(time_zone)
    if zone is None:
        raise Invalid.field("tz", "Name a time zone such as Africa/Lagos.")
    return zone
