"""One's webhooks: where events are sent to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.paging import DEFAULT_LIMIT
from application.webhooks.change_webhook import ChangeWebhook, ChangeWebhookCommand
from application.webhooks.delete_webhook import DeleteWebhook
from application.webhooks.register_webhook import RegisteredWebhook, RegisterWebhook, RegisterWebhookCommand
from application.webhooks.repeat_delivery import RepeatDelivery
from application.webhooks.rotate_secret import RotateWebhookSecret
from application.webhooks.send_test_event import SendTestEvent
from application.webhooks.views import WebhookQueries, WebhookView
from domain.accounts import Role
from domain.refusals import NotFound
from interfaces.api.answers import DeliveryList, NewDelivery, NewWebhook, WebhookList
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import Body, Policy
from interfaces.api.requests import WebhookChangeRequest, WebhookRequest
from interfaces.api.unset import given

THOSE_WITH_SESSIONS = Policy(roles=frozenset({Role.CLIENT, Role.CONSULTANT}))


class OwnWebhookController(Controller):
    """For those who have sessions."""

    path = "/me/webhooks"
    tags = ("Own account",)

    @get(
        "/",
        **operation(
            "listWebhooks",
            "One's webhooks",
            policy=THOSE_WITH_SESSIONS,
            explained_by=WebhookQueries.of_account,
            gives=WebhookList,
        ),
    )
    async def list_own(
        self, request: Request[Caller, Any, Any], webhook_queries: NamedDependency[SkipValidation[WebhookQueries]]
    ) -> ASGIResponse:
        """All of them."""
        return answer(WebhookList(await webhook_queries.of_account(request.user.account_id)))

    @post(
        "/",
        **operation(
            "createWebhook",
            "Have events sent to an address",
            policy=THOSE_WITH_SESSIONS,
            explained_by=RegisterWebhook,
            method="POST",
            holds_secret=True,
            reads=Body.JSON,
            gives=NewWebhook,
            status=201,
            refuses=(409,),
        ),
    )
    async def create(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[WebhookRequest],
        register_webhook: NamedDependency[RegisterWebhook],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
    ) -> ASGIResponse:
        """201 with the secret."""
        command = RegisterWebhookCommand(url=data.url, events=tuple(data.events))
        registered = await register_webhook(request.user, command)
        return await _with_secret(request.user, registered, webhook_queries, status=201)

    @get(
        "/{webhook_id:uuid}",
        **operation(
            "getWebhook",
            "One of one's webhooks",
            policy=THOSE_WITH_SESSIONS,
            explained_by=WebhookQueries.own,
            gives=WebhookView,
            refuses=(404,),
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        webhook_id: FromPath[UUID],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
    ) -> ASGIResponse:
        """Never the secret."""
        return answer(await _own(request.user, webhook_id, webhook_queries))

    @patch(
        "/{webhook_id:uuid}",
        **operation(
            "updateWebhook",
            "Change a webhook",
            policy=THOSE_WITH_SESSIONS,
            explained_by=ChangeWebhook,
            method="PATCH",
            reads=Body.JSON,
            gives=WebhookView,
            refuses=(404, 409),
        ),
    )
    async def update(
        self,
        request: Request[Caller, Any, Any],
        webhook_id: FromPath[UUID],
        data: JSONBody[WebhookChangeRequest],
        change_webhook: NamedDependency[ChangeWebhook],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
    ) -> ASGIResponse:
        """As it is now."""
        events = given(data.events)
        command = ChangeWebhookCommand(
            url=given(data.url),
            events=None if events is None else tuple(events),
            is_enabled=given(data.is_enabled),
        )
        await change_webhook(request.user, webhook_id, command)
        return answer(await _own(request.user, webhook_id, webhook_queries))

    @delete(
        "/{webhook_id:uuid}",
        **operation(
            "deleteWebhook",
            "Delete a webhook",
            policy=THOSE_WITH_SESSIONS,
            explained_by=DeleteWebhook,
            method="DELETE",
            status=204,
            refuses=(404,),
        ),
    )
    async def remove(
        self,
        request: Request[Caller, Any, Any],
        webhook_id: FromPath[UUID],
        delete_webhook: NamedDependency[DeleteWebhook],
    ) -> None:
        """204."""
        await delete_webhook(request.user, webhook_id)

    @post(
        "/{webhook_id:uuid}/secret",
        **operation(
            "rotateWebhookSecret",
            "Give a webhook another secret",
            policy=THOSE_WITH_SESSIONS,
            explained_by=RotateWebhookSecret,
            method="POST",
            holds_secret=True,
            gives=NewWebhook,
            refuses=(404,),
        ),
    )
    async def rotate(
        self,
        request: Request[Caller, Any, Any],
        webhook_id: FromPath[UUID],
        rotate_webhook_secret: NamedDependency[RotateWebhookSecret],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
    ) -> ASGIResponse:
        """With the new secret."""
        registered = await rotate_webhook_secret(request.user, webhook_id)
        return await _with_secret(request.user, registered, webhook_queries, status=200)

    @post(
        "/{webhook_id:uuid}/test",
        **operation(
            "testWebhook",
            "Send a test event",
            policy=THOSE_WITH_SESSIONS,
            explained_by=SendTestEvent,
            method="POST",
            gives=NewDelivery,
            status=202,
            refuses=(404, 429),
        ),
    )
    async def test(
        self,
        request: Request[Caller, Any, Any],
        webhook_id: FromPath[UUID],
        send_test_event: NamedDependency[SendTestEvent],
    ) -> ASGIResponse:
        """202: it is on its way."""
        return answer(NewDelivery(await send_test_event(request.user, webhook_id)), 202)

    @get(
        "/{webhook_id:uuid}/deliveries",
        **operation(
            "listWebhookDeliveries",
            "What was sent to a webhook",
            policy=THOSE_WITH_SESSIONS,
            explained_by=WebhookQueries.deliveries,
            gives=DeliveryList,
            refuses=(404, 422),
        ),
    )
    async def deliveries(
        self,
        request: Request[Caller, Any, Any],
        webhook_id: FromPath[UUID],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await webhook_queries.deliveries(request.user.account_id, webhook_id, reader.page)
        if page is None:
            raise NotFound
        next_cursor, link = reader.next(page.next_key)
        return answer(DeliveryList(page.items, next_cursor), link=link)

    @post(
        "/{webhook_id:uuid}/deliveries/{delivery_id:uuid}/resend",
        **operation(
            "resendWebhookDelivery",
            "Send a delivery once more",
            policy=THOSE_WITH_SESSIONS,
            explained_by=RepeatDelivery,
            method="POST",
            status=202,
            refuses=(404, 429),
        ),
    )
    async def resend(
        self,
        request: Request[Caller, Any, Any],
        webhook_id: FromPath[UUID],
        delivery_id: FromPath[UUID],
        repeat_delivery: NamedDependency[RepeatDelivery],
    ) -> None:
        """202: it is on its way."""
        await repeat_delivery(request.user, webhook_id, delivery_id)


async def _own(caller: Caller, webhook_id: UUID, webhook_queries: WebhookQueries) -> WebhookView:
    view = await webhook_queries.own(caller.account_id, webhook_id)
    if view is None:
        raise NotFound
    return view


async def _with_secret(
    caller: Caller, registered: RegisteredWebhook, webhook_queries: WebhookQueries, *, status: int
) -> ASGIResponse:
    view = await _own(caller, registered.endpoint.id, webhook_queries)
    location = f"/api/me/webhooks/{view.id}" if status == 201 else None
    return answer(NewWebhook(secret=registered.secret, webhook=view), status, location=location)
