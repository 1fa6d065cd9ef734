"""One session of a consultant's with everybody who comes to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.set_session_link import SetSessionLink, SetSessionLinkCommand
from application.bookings.today import TodayQueries
from application.consultants.views import ConsultantQueries
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.web.forms.bookings import MeetingLinkForm
from interfaces.web.language import ngettext
from interfaces.web.pages import Page, SeeOther, wants_part
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

ADDRESS = "/consultant/sessions"
TEMPLATE = "consultant/session.html"
ROW = "row"
"""The part of a page that is one session."""


class ConsultantSessionsController(Controller):
    """Only for consultants; each sees their own."""

    path = ADDRESS
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/{slot_id:uuid}")
    async def session(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        today_queries: NamedDependency[SkipValidation[TodayQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """Who comes, and where to."""
        return await _one(request, slot_id, today_queries, consultant_queries, MeetingLinkForm())

    @get("/{slot_id:uuid}/meeting-link")
    async def back(self, slot_id: FromPath[UUID]) -> SeeOther:
        """For people who come back to the address of a link that was refused."""
        return SeeOther(f"{ADDRESS}/{slot_id}")

    @post("/{slot_id:uuid}/meeting-link")
    async def set_link(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        set_session_link: NamedDependency[SetSessionLink],
        today_queries: NamedDependency[SkipValidation[TodayQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Tell everybody who comes where to meet."""
        form = MeetingLinkForm(submission_of(request))
        try:
            count = await set_session_link(caller_of(request), _command(slot_id, form))
        except Refusal as refusal:
            form.take(refusal)
            return await _one(request, slot_id, today_queries, consultant_queries, form)
        told = ngettext(
            "Link saved. Your client can see it now.", "Link saved. All {count} clients can see it now.", count
        ).format(count=count)
        if wants_part(request):
            return await _one(request, slot_id, today_queries, consultant_queries, MeetingLinkForm(), said=told)
        is_alone = request.query_params.get("on") == "session"
        return SeeOther(f"{ADDRESS}/{slot_id}" if is_alone else "/consultant", success=told)


async def _one(
    request: Request[Any, Any, Any],
    slot_id: UUID,
    today_queries: TodayQueries,
    consultant_queries: ConsultantQueries,
    form: MeetingLinkForm,
    *,
    said: str = "",
) -> Page:
    """A session as it is now: the whole page, or its row for a script."""
    session = await today_queries.session(caller_of(request).account_id, slot_id)
    if session is None:
        raise NotFound
    is_alone = request.query_params.get("on") == "session"
    query = request.url.query
    return Page(
        TEMPLATE,
        status_code=form.status,
        part=ROW,
        form=form,
        session=session,
        zone=zone_of(await own_profile(request, consultant_queries)),
        query=f"?{query}" if query else "",
        is_alone=is_alone,
        level=2 if is_alone else 3,
        said=said,
    )


def _command(slot_id: UUID, form: MeetingLinkForm) -> SetSessionLinkCommand:
    platform, link = form.place()
    return SetSessionLinkCommand(slot_id=slot_id, platform=platform, link=link)
