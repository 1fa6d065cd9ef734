"""A consultant's weekly patterns: published, changed and ended after a look at what that does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.availability.change_pattern import ChangedPattern, ChangePattern
from application.availability.end_pattern import EndPattern
from application.availability.pattern_views import PatternQueries, PatternView
from application.availability.publish_pattern import PublishedPattern, PublishPattern
from application.availability.services_views import ServiceQueries
from application.consultants.views import ConsultantQueries
from application.paging import PageRequest
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from domain.weekly_patterns import PatternEnded
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web import pattern_words, plan_words
from interfaces.web.forms.patterns import PatternForm
from interfaces.web.language import gettext, translated
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.consultant import own_profile
from interfaces.web.rooms.services import own_services
from interfaces.web.visitors import OnlyFor, caller_of, submission_of
from interfaces.web.zones import zone_or_utc

ADDRESS = "/consultant/patterns"
LIST = "consultant/patterns.html"
EDITOR = "consultant/pattern.html"
PREVIEW = "consultant/pattern_preview.html"
ENDING = "consultant/end_pattern.html"


class PatternsController(Controller):
    """Only for consultants; each sees their own.

    A form is sent to its own address, first for a preview (`step=preview`); the preview sends the same fields
    again to have it done (`step=publish`), or to go on editing (`step=edit`).
    """

    path = ADDRESS
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def patterns(
        self,
        request: Request[Any, Any, Any],
        pattern_queries: NamedDependency[SkipValidation[PatternQueries]],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Those that were not ended, in words."""
        consultant_id = caller_of(request).account_id
        cursors = Cursors(http_settings.cursor_key, f"own-patterns:{consultant_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await pattern_queries.own_patterns(consultant_id, page)
        return Page(
            LIST,
            patterns=[(pattern, _today(pattern.time_zone)) for pattern in found.items],
            services={service.id: service for service in await own_services(request, service_queries)},
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
        )

    @get("/new")
    async def blank(
        self,
        request: Request[Any, Any, Any],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """A form for another pattern."""
        profile = await own_profile(request, consultant_queries)
        form = PatternForm.blank(_today(profile.time_zone), profile.time_zone)
        return Page(EDITOR, form=form, **await _shown(request, service_queries, consultant_queries, form, None))

    @post("/new")
    async def publish(
        self,
        request: Request[Any, Any, Any],
        publish_pattern: NamedDependency[PublishPattern],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Look at what a pattern would publish, edit it on, or publish it."""
        submission = submission_of(request)
        form, step = PatternForm(submission), submission.get("step")
        shown = await _shown(request, service_queries, consultant_queries, form, None)
        if step == "edit":
            return Page(EDITOR, form=form, **shown)
        try:
            wanted = form.wanted(http_settings.currency)
            plan = await publish_pattern(caller_of(request), wanted, dry_run=step != "publish")
        except Refusal as refusal:
            return refused(form, refusal, EDITOR, **shown)
        if step == "publish":
            return _done(plan)
        return Page(PREVIEW, form=form, wanted=wanted, **_plan(plan, shown["zone"]), **shown)

    @get("/{pattern_id:uuid}")
    async def pattern(
        self,
        request: Request[Any, Any, Any],
        pattern_id: FromPath[UUID],
        pattern_queries: NamedDependency[SkipValidation[PatternQueries]],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """One of them, to be changed."""
        pattern = await _own_pattern(request, pattern_queries, pattern_id)
        if pattern.ended_at:
            return SeeOther(ADDRESS, info=gettext("This pattern has been ended."))
        form = PatternForm.of(pattern)
        return Page(EDITOR, form=form, **await _shown(request, service_queries, consultant_queries, form, pattern))

    @post("/{pattern_id:uuid}")
    async def change(
        self,
        request: Request[Any, Any, Any],
        pattern_id: FromPath[UUID],
        change_pattern: NamedDependency[ChangePattern],
        pattern_queries: NamedDependency[SkipValidation[PatternQueries]],
        service_queries: NamedDependency[SkipValidation[ServiceQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Look at what a change would do, edit it on, or carry it out."""
        submission = submission_of(request)
        form, step = PatternForm(submission), submission.get("step")
        pattern = await _own_pattern(request, pattern_queries, pattern_id)
        shown = await _shown(request, service_queries, consultant_queries, form, pattern)
        if step == "edit":
            return Page(EDITOR, form=form, **shown)
        try:
            wanted = form.wanted(pattern.price.currency)
            plan = await change_pattern(
                caller_of(request),
                pattern_id,
                wanted,
                expected_version=form.version(),
                dry_run=step != "publish",
            )
        except Refusal as refusal:
            return refused(form, refusal, EDITOR, **shown)
        if step == "publish":
            return _done(plan)
        return Page(PREVIEW, form=form, wanted=wanted, **_plan(plan, shown["zone"]), **shown)

    @get("/{pattern_id:uuid}/end")
    async def ask_to_end(
        self,
        request: Request[Any, Any, Any],
        pattern_id: FromPath[UUID],
        end_pattern: NamedDependency[EndPattern],
        pattern_queries: NamedDependency[SkipValidation[PatternQueries]],
    ) -> Response[str]:
        """Which sessions would go, and which would stay."""
        pattern = await _own_pattern(request, pattern_queries, pattern_id)
        if pattern.ended_at:
            return SeeOther(ADDRESS, info=gettext("This pattern has been ended."))
        plan = await end_pattern(caller_of(request), pattern_id, dry_run=True)
        zone = zone_or_utc(pattern.time_zone)
        return Page(ENDING, pattern=pattern, today=_today(pattern.time_zone), zone=zone, **_plan(plan, zone))

    @post("/{pattern_id:uuid}/end")
    async def end(
        self,
        request: Request[Any, Any, Any],
        pattern_id: FromPath[UUID],
        end_pattern: NamedDependency[EndPattern],
        pattern_queries: NamedDependency[SkipValidation[PatternQueries]],
    ) -> Response[str]:
        """Publish nothing from it any more."""
        try:
            plan = await end_pattern(caller_of(request), pattern_id)
        except PatternEnded as refusal:
            return SeeOther(ADDRESS, info=translated(refusal.said))
        told = gettext("Pattern ended: {counted}.").format(counted=pattern_words.counted(plan, is_done=True))
        return SeeOther(ADDRESS, success=told)


async def _own_pattern(
    request: Request[Any, Any, Any], pattern_queries: PatternQueries, pattern_id: UUID
) -> PatternView:
    pattern = await pattern_queries.own_pattern(caller_of(request).account_id, pattern_id)
    if pattern is None:
        raise NotFound
    return pattern


async def _shown(
    request: Request[Any, Any, Any],
    service_queries: ServiceQueries,
    consultant_queries: ConsultantQueries,
    form: PatternForm,
    pattern: PatternView | None,
) -> dict[str, Any]:
    """What the editor and the preview show beside the form: the zone, and the services on offer."""
    profile = await own_profile(request, consultant_queries)
    chosen = pattern.service_id if pattern else None
    services = [
        service
        for service in await own_services(request, service_queries)
        if service.is_offered or service.id == chosen
    ]
    return {
        "pattern": pattern,
        "profile": profile,
        "services": services,
        "zone": zone_or_utc(form["time_zone"] or profile.time_zone),
        "address": f"{ADDRESS}/{pattern.id if pattern else 'new'}",
    }


def _plan(plan: PublishedPattern | ChangedPattern, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "counted": pattern_words.counted(plan, is_done=False),
        "days": pattern_words.by_day(plan, zone),
        "sample": plan.created[0].terms if plan.created else None,
        "published_until": plan.published_until,
    }


def _done(plan: PublishedPattern | ChangedPattern) -> SeeOther:
    return SeeOther(ADDRESS, success=plan_words.sentence(pattern_words.counted(plan, is_done=True)))


def _today(time_zone: str) -> date:
    return datetime.now(UTC).astimezone(zone_or_utc(time_zone)).date()
