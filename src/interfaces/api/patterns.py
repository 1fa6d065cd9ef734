"""A consultant's weekly patterns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.availability.change_pattern import ChangedPattern, ChangePattern
from application.availability.end_pattern import EndPattern
from application.availability.pattern_views import PatternQueries, PatternView, session_view
from application.availability.publish_pattern import PublishPattern
from application.availability.wanted_pattern import WantedPattern
from application.paging import DEFAULT_LIMIT
from domain.refusals import FieldCheck, NotFound
from domain.session_plans import Skipped
from domain.weekly_patterns import Hours, PatternException
from interfaces.api.answers import ChangedSessions, PatternList, PublishedSessions, SkippedSession
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CONSULTANTS, Body
from interfaces.api.prices import money
from interfaces.api.requests import PatternExceptionRequest, PatternRequest
from interfaces.http.conditional import expected_version
from interfaces.http.settings import HttpSettings

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERS = {name: number for number, day in enumerate(DAYS, start=1) for name in (day, str(number))}
"""Of the days of the week, by their names and by themselves."""

DryRun = Annotated[
    bool, QueryParameter(name="dry_run", description="Only say what would happen, and change nothing.")
]


class PatternController(Controller):
    """For consultants."""

    path = "/consultant"
    tags = ("Consultant",)

    @post(
        "/availabilities/bulk",
        **operation(
            "publishPattern",
            "Publish a weekly pattern",
            policy=CONSULTANTS,
            explained_by=PublishPattern,
            method="POST",
            reads=Body.JSON,
            gives=PublishedSessions,
            status=201,
            refuses=(404, 409),
        ),
    )
    async def publish(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[PatternRequest],
        publish_pattern: NamedDependency[PublishPattern],
        http_settings: NamedDependency[HttpSettings],
    ) -> ASGIResponse:
        """201 when sessions were created; 200 for a preview, and when there was nothing to create."""
        wanted = _wanted(data, http_settings.currency)
        published = await publish_pattern(request.user, wanted, dry_run=data.dry_run)
        body = PublishedSessions(
            pattern_id=published.pattern_id,
            created=[session_view(slot) for slot in published.created],
            skipped=_skipped(published.skipped),
            published_until=published.published_until,
        )
        return answer(body, 201 if published.created and not data.dry_run else 200)

    @get(
        "/patterns",
        **operation(
            "listPatterns",
            "One's own weekly patterns",
            policy=CONSULTANTS,
            explained_by=PatternQueries.own_patterns,
            gives=PatternList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        pattern_queries: NamedDependency[SkipValidation[PatternQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await pattern_queries.own_patterns(request.user.account_id, reader.page)
        next_cursor, link = reader.next(page.next_key)
        return answer(PatternList(page.items, next_cursor), link=link)

    @get(
        "/patterns/{pattern_id:uuid}",
        **operation(
            "getPattern",
            "A weekly pattern",
            policy=CONSULTANTS,
            explained_by=PatternView,
            gives=PatternView,
            refuses=(404,),
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        pattern_id: FromPath[UUID],
        pattern_queries: NamedDependency[SkipValidation[PatternQueries]],
    ) -> ASGIResponse:
        """With its version as entity tag."""
        pattern = await pattern_queries.own_pattern(request.user.account_id, pattern_id)
        if pattern is None:
            raise NotFound
        return answer(pattern, version=pattern.version)

    @put(
        "/patterns/{pattern_id:uuid}",
        **operation(
            "changePattern",
            "Put a weekly pattern on other terms",
            policy=CONSULTANTS,
            explained_by=ChangePattern,
            method="PUT",
            reads=Body.JSON,
            gives=ChangedSessions,
            refuses=(404, 409, 412),
        ),
    )
    async def change(
        self,
        request: Request[Caller, Any, Any],
        pattern_id: FromPath[UUID],
        data: JSONBody[PatternRequest],
        change_pattern: NamedDependency[ChangePattern],
        http_settings: NamedDependency[HttpSettings],
    ) -> ASGIResponse:
        """Honours If-Match."""
        changed = await change_pattern(
            request.user,
            pattern_id,
            _wanted(data, http_settings.currency),
            expected_version=expected_version(request),
            dry_run=data.dry_run,
        )
        return answer(_changed(changed))

    @delete(
        "/patterns/{pattern_id:uuid}",
        **operation(
            "endPattern",
            "End a weekly pattern",
            policy=CONSULTANTS,
            explained_by=EndPattern,
            method="DELETE",
            gives=ChangedSessions,
            refuses=(404, 409, 412, 422),
        ),
    )
    async def end(
        self,
        request: Request[Caller, Any, Any],
        pattern_id: FromPath[UUID],
        end_pattern: NamedDependency[EndPattern],
        dry_run: DryRun = False,
    ) -> ASGIResponse:
        """Honours If-Match."""
        ended = await end_pattern(
            request.user, pattern_id, expected_version=expected_version(request), dry_run=dry_run
        )
        return answer(_changed(ended))


def _wanted(data: PatternRequest, default_currency: str) -> WantedPattern:
    return WantedPattern(
        weekdays=_weekdays(data.weekdays),
        hours=Hours(time.fromisoformat(data.start_time), time.fromisoformat(data.end_time)),
        session_length=_minutes(data.session_minutes),
        break_length=timedelta(minutes=data.break_minutes),
        first_date=data.first_date,
        last_date=data.last_date,
        time_zone=data.time_zone,
        capacity=data.max_slots,
        price=None if data.price is None else money(data.price, field="price", default_currency=default_currency),
        service_id=data.service_id,
        buffer_before=_minutes(data.buffer_before_minutes),
        buffer_after=_minutes(data.buffer_after_minutes),
        exceptions=_exceptions(data.exceptions),
    )


def _weekdays(days: list[int | str]) -> frozenset[int]:
    check = FieldCheck()
    for index, day in enumerate(days):
        check.require(
            str(day).lower() in NUMBERS, f"weekdays.{index}", "Choose from 1 (Monday) to 7, or a name in English."
        )
    check.done()
    return frozenset(NUMBERS[str(day).lower()] for day in days)


def _exceptions(exceptions: list[PatternExceptionRequest]) -> tuple[PatternException, ...]:
    check = FieldCheck()
    made = []
    for index, exception in enumerate(exceptions):
        start, end = exception.start_time, exception.end_time
        check.require((start is None) == (end is None), f"exceptions.{index}", "Enter both times, or neither.")
        hours = Hours(time.fromisoformat(start), time.fromisoformat(end)) if start and end else None
        made.append(PatternException(exception.date, hours))
    check.done()
    return tuple(made)


def _minutes(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(minutes=number)


def _changed(changed: ChangedPattern) -> ChangedSessions:
    return ChangedSessions(
        pattern_id=changed.pattern_id,
        created=[session_view(slot) for slot in changed.created],
        kept=[session_view(slot) for slot in changed.kept],
        withdrawn=[session_view(slot) for slot in changed.withdrawn],
        skipped=_skipped(changed.skipped),
        published_until=changed.published_until,
    )


def _skipped(skipped: Iterable[Skipped]) -> list[SkippedSession]:
    return [
        SkippedSession(
            starts_at=one.occurrence.span.starts_at,
            ends_at=one.occurrence.span.ends_at,
            local_time=f"{one.occurrence.wall:%Y-%m-%dT%H:%M}",
            reason=one.reason,
        )
        for one in skipped
    ]
