"""What one was told: the list behind the bell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.notifications.mark_read import MarkAllRead, MarkRead
from application.notifications.views import NotificationFilter, NotificationQueries
from application.paging import PageRequest
from domain.refusals import Invalid, NotFound
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web import notification_words
from interfaces.web.language import gettext, ngettext
from interfaces.web.own_paths import own_path
from interfaces.web.pages import Page, SeeOther
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of

PAGE = "/notifications"
UNREAD = f"{PAGE}?show=unread"


class NotificationsController(Controller):
    """For everybody who is signed in; each reads their own. Looking at the list marks nothing."""

    path = PAGE
    guards = (OnlyFor(),)

    @get("/")
    async def told(
        self,
        request: Request[Any, Any, Any],
        notification_queries: NamedDependency[SkipValidation[NotificationQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """By day, newest first, page by page; `?show=unread` leaves out what was read."""
        caller = caller_of(request)
        unread_only = request.query_params.get("show") == "unread"
        address = UNREAD if unread_only else PAGE
        cursors = Cursors(http_settings.cursor_key, f"{address}:{caller.account_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await notification_queries.of_account(
            caller.account_id, NotificationFilter(unread_only=unread_only, page=page)
        )
        choice = visitor_of(request).choose_zone(request)
        return Page(
            "notifications.html",
            days=notification_words.by_day(found.items, choice.zone, datetime.now(UTC)),
            newest=found.items[0].created_at if found.items and page.after is None else None,
            unread_only=unread_only,
            address=address,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            choice=choice,
        )

    @post("/read")
    async def read_all(
        self, request: Request[Any, Any, Any], mark_all_read: NamedDependency[MarkAllRead]
    ) -> Response[str]:
        """All that the page showed, and all before; what came meanwhile stays unread."""
        submission = submission_of(request)
        count = await mark_all_read(caller_of(request), until=_instant(submission.get("until", "")))
        told = ngettext(
            "{count} notification is marked as read.", "{count} notifications are marked as read.", count
        )
        return SeeOther(_way_back(request), success=told.format(count=count))

    @post("/{notification_id:uuid}/read")
    async def read(
        self,
        request: Request[Any, Any, Any],
        notification_id: FromPath[UUID],
        mark_read: NamedDependency[MarkRead],
    ) -> Response[str]:
        """One of them, and back to the list."""
        await mark_read(caller_of(request), notification_id)
        return SeeOther(_way_back(request), success=gettext("The notification is marked as read."))

    @post("/{notification_id:uuid}/open")
    async def open(
        self,
        request: Request[Any, Any, Any],
        notification_id: FromPath[UUID],
        mark_read: NamedDependency[MarkRead],
        notification_queries: NamedDependency[SkipValidation[NotificationQueries]],
    ) -> Response[str]:
        """One of them is read; on to what it is about."""
        caller = caller_of(request)
        await mark_read(caller, notification_id)
        told = await notification_queries.own(caller.account_id, notification_id)
        if told is None:
            raise NotFound
        return SeeOther(notification_words.address(told))


def _way_back(request: Request[Any, Any, Any]) -> str:
    """The list as it was shown."""
    wanted = own_path(submission_of(request).get("next"), PAGE)
    return wanted if wanted.partition("?")[0] == PAGE else PAGE


def _instant(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid.field("until", "This page is out of date. Open it again.") from None
