"""What one was told."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.notifications.mark_read import MarkAllRead, MarkRead
from application.notifications.views import NotificationFilter, NotificationQueries, NotificationView
from application.paging import DEFAULT_LIMIT
from domain.notifications import CONTENTS, Kind
from interfaces.api.answers import MarkedNotifications, NotificationAnswer, NotificationList
from interfaces.api.instants import require_sensible
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import ANY_ROLE, Body
from interfaces.api.requests import ReadRequest
from interfaces.web import notification_words
from interfaces.web.zones import zone_for

Unread = Annotated[bool, QueryParameter(description="Send true to leave out what was read, or false.")]
ALL = ReadRequest()


class NotificationController(Controller):
    """For every role."""

    path = "/me/notifications"
    tags = ("Own account",)

    @get(
        "/",
        **operation(
            "listNotifications",
            "What one was told",
            policy=ANY_ROLE,
            explained_by=NotificationQueries.of_account,
            gives=NotificationList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        notification_queries: NamedDependency[SkipValidation[NotificationQueries]],
        unread: Unread = False,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        wanted = NotificationFilter(unread_only=unread, page=reader.page)
        page = await notification_queries.of_account(request.user.account_id, wanted)
        next_cursor, link = reader.next(page.next_key)
        return answer(NotificationList([_in_words(told) for told in page.items], next_cursor), link=link)

    @post(
        "/read",
        **operation(
            "readAllNotifications",
            "Mark all notifications as read",
            policy=ANY_ROLE,
            explained_by=MarkAllRead,
            method="POST",
            reads=Body.JSON,
            body_is_optional=True,
            gives=MarkedNotifications,
        ),
    )
    async def read_all(
        self,
        request: Request[Caller, Any, Any],
        mark_all_read: NamedDependency[MarkAllRead],
        data: JSONBody[ReadRequest] = ALL,
    ) -> ASGIResponse:
        """How many were unread."""
        require_sensible(until=data.until)
        return answer(MarkedNotifications(await mark_all_read(request.user, until=data.until)))

    @post(
        "/{notification_id:uuid}/read",
        **operation(
            "readNotification",
            "Mark a notification as read",
            policy=ANY_ROLE,
            explained_by=MarkRead,
            method="POST",
            status=204,
            refuses=(404,),
        ),
    )
    async def read(
        self,
        request: Request[Caller, Any, Any],
        notification_id: FromPath[UUID],
        mark_read: NamedDependency[MarkRead],
    ) -> None:
        """204."""
        await mark_read(request.user, notification_id)


def _in_words(told: NotificationView) -> NotificationAnswer:
    subject = CONTENTS[Kind(told.kind)].subject
    return NotificationAnswer(
        id=told.id,
        kind=told.kind,
        text=notification_words.text(told, zone_for(told.time_zone, "UTC")),
        subject=subject.value if subject else None,
        subject_id=told.subject_id,
        created_at=told.created_at,
        read_at=told.read_at,
    )
