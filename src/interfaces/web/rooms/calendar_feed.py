"""One's calendar feed: the page about it, and the feed itself at its secret address."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.calendars.close_feed import CloseFeed
from application.calendars.open_feed import OpenFeed
from application.calendars.read_feed import ReadFeed
from application.calendars.views import CalendarQueries, FeedView
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.http.calendar_files import feed_file
from interfaces.http.conditional import content_tag, is_known
from interfaces.http.feed_addresses import feed_address, token_in, webcal_address
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.calendars import FeedForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of

SHOWN_ONCE = "feed"
LIFE_S = 120
"""How long the browser may take from making an address to showing it."""
SECRETIVE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
KEPT_BY_ITS_READER = {**SECRETIVE, "Cache-Control": "private, no-cache"}
PAGE = "/account/calendar-feed"
TEMPLATE = "account/calendar_feed.html"


class CalendarFeedController(Controller):
    """For those who have sessions. The address is shown once: right after it was made."""

    path = PAGE
    guards = (OnlyFor(Role.CLIENT, Role.CONSULTANT),)

    @get("/")
    async def feed(
        self,
        request: Request[Any, Any, Any],
        calendar_queries: NamedDependency[SkipValidation[CalendarQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Whether there is one; its address only for whoever comes from making it."""
        visitor = visitor_of(request)
        feed = await _own(request, calendar_queries)
        token = token_in(visitor.kept(request, SHOWN_ONCE))
        if token:
            visitor.forget(SHOWN_ONCE)
        address = feed_address(http_settings.public_url, token) if feed and token else None
        return Page(
            TEMPLATE,
            headers=SECRETIVE,
            form=FeedForm(),
            feed=feed,
            address=address,
            webcal=webcal_address(address) if address else None,
        )

    @post("/")
    async def make(
        self,
        request: Request[Any, Any, Any],
        open_feed: NamedDependency[OpenFeed],
        calendar_queries: NamedDependency[SkipValidation[CalendarQueries]],
    ) -> Response[str]:
        """A new address, in place of an earlier one."""
        form = FeedForm(submission_of(request))
        try:
            opened = await open_feed(caller_of(request), form.command())
        except Refusal as refusal:
            feed = await _own(request, calendar_queries)
            return refused(form, refusal, TEMPLATE, feed=feed, address=None, webcal=None)
        visitor_of(request).keep(SHOWN_ONCE, opened.token, max_age=LIFE_S)
        return SeeOther(PAGE, headers=SECRETIVE)

    @post("/revoke")
    async def revoke(
        self, request: Request[Any, Any, Any], close_feed: NamedDependency[CloseFeed]
    ) -> Response[str]:
        """The address answers nobody any more."""
        await close_feed(caller_of(request))
        visitor_of(request).forget(SHOWN_ONCE)
        return SeeOther(PAGE, success=gettext("The calendar feed is closed. Its address works no more."))


@get("/calendars/{name:str}", include_in_schema=False)
async def calendar_feed(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    read_feed: NamedDependency[ReadFeed],
    http_settings: NamedDependency[HttpSettings],
) -> Response[bytes]:
    """The feed, for whoever knows its address; cookies and tokens of other kinds mean nothing here."""
    try:
        events = await read_feed(name.removesuffix(".ics"))
    except NotFound:
        return Response(
            b"There is no such calendar.\n",
            status_code=404,
            media_type="text/plain",
            headers=SECRETIVE,
        )
    content = feed_file(events, http_settings.public_url)
    tag = content_tag(content)
    headers = {**KEPT_BY_ITS_READER, "ETag": tag}
    if is_known(request, tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(content, status_code=200, media_type="text/calendar", headers=headers)


async def _own(request: Request[Any, Any, Any], calendar_queries: CalendarQueries) -> FeedView | None:
    return await calendar_queries.feed(caller_of(request).account_id)
