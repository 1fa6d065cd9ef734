"""One's webhooks: where events are sent to, and what became of them."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.paging import PageRequest
from application.webhooks.change_webhook import ChangeWebhook, ChangeWebhookCommand
from application.webhooks.delete_webhook import DeleteWebhook
from application.webhooks.register_webhook import RegisteredWebhook, RegisterWebhook
from application.webhooks.repeat_delivery import RepeatDelivery
from application.webhooks.rotate_secret import RotateWebhookSecret
from application.webhooks.send_test_event import SendTestEvent
from application.webhooks.views import WebhookQueries, WebhookView
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.http.signatures import from_text, to_text
from interfaces.web import webhook_words
from interfaces.web.forms.form import Form
from interfaces.web.forms.webhooks import AS_USUAL, WebhookForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of

PAGE = "/account/webhooks"
LIST = "account/webhooks.html"
ONE = "account/webhook.html"
SHOWN_ONCE = "webhook"
LIFE_S = 120
"""How long the browser may take from making a secret to showing it."""
SECRETIVE = {"Referrer-Policy": "no-referrer"}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=\Z")


class WebhooksController(Controller):
    """For those who have sessions. A secret is shown once: right after it was made."""

    path = PAGE
    guards = (OnlyFor(Role.CLIENT, Role.CONSULTANT),)

    @get("/")
    async def webhooks(
        self, request: Request[Any, Any, Any], webhook_queries: NamedDependency[SkipValidation[WebhookQueries]]
    ) -> Page:
        """All of them, and the form for another."""
        return Page(LIST, form=WebhookForm(AS_USUAL), **await _listed(request, webhook_queries))

    @post("/")
    async def register(
        self,
        request: Request[Any, Any, Any],
        register_webhook: NamedDependency[RegisterWebhook],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
    ) -> Response[str]:
        """Another one; on to its page, which shows the secret."""
        form = WebhookForm(submission_of(request))
        try:
            registered = await register_webhook(caller_of(request), form.registration())
        except Refusal as refusal:
            return refused(form, refusal, LIST, **await _listed(request, webhook_queries))
        return _to_its_secret(request, registered)

    @get("/{webhook_id:uuid}")
    async def webhook(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """One of them, what was sent to it, and its secret for whoever comes from making it."""
        visitor = visitor_of(request)
        values = await _shown(request, webhook_id, webhook_queries, http_settings)
        secret = _secret_in(visitor.kept(request, SHOWN_ONCE))
        if secret:
            visitor.forget(SHOWN_ONCE)
        return Page(
            ONE,
            headers=SECRETIVE,
            form=WebhookForm.of(values["webhook"]),
            secret=secret,
            was_made="made" in request.query_params,
            **values,
        )

    @post("/{webhook_id:uuid}")
    async def change(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        change_webhook: NamedDependency[ChangeWebhook],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Another address or other events."""
        form = WebhookForm(submission_of(request))
        try:
            await change_webhook(caller_of(request), webhook_id, form.change())
        except Refusal as refusal:
            return await _refused(request, form, refusal, webhook_id, webhook_queries, http_settings)
        return SeeOther(_address(webhook_id), success=gettext("The webhook is changed."))

    @post("/{webhook_id:uuid}/secret")
    async def rotate(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        rotate_webhook_secret: NamedDependency[RotateWebhookSecret],
    ) -> Response[str]:
        """A new secret, shown once."""
        return _to_its_secret(request, await rotate_webhook_secret(caller_of(request), webhook_id))

    @post("/{webhook_id:uuid}/test")
    async def test(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        send_test_event: NamedDependency[SendTestEvent],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Something harmless, to see whether it gets there."""
        try:
            await send_test_event(caller_of(request), webhook_id)
        except Refusal as refusal:
            return await _refused(request, Form(), refusal, webhook_id, webhook_queries, http_settings)
        told = gettext("A test is on its way. What the receiver answers shows below in a few seconds.")
        return SeeOther(f"{_address(webhook_id)}#deliveries", success=told)

    @post("/{webhook_id:uuid}/deliveries/{delivery_id:uuid}/resend")
    async def resend(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        delivery_id: FromPath[UUID],
        repeat_delivery: NamedDependency[RepeatDelivery],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Once more, under the same id."""
        try:
            await repeat_delivery(caller_of(request), webhook_id, delivery_id)
        except Refusal as refusal:
            return await _refused(request, Form(), refusal, webhook_id, webhook_queries, http_settings)
        return SeeOther(f"{_address(webhook_id)}#deliveries", success=gettext("It is on its way again."))

    @post("/{webhook_id:uuid}/switch")
    async def switch(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        change_webhook: NamedDependency[ChangeWebhook],
    ) -> Response[str]:
        """On or off."""
        is_enabled = submission_of(request).get("is_enabled") == "yes"
        await change_webhook(caller_of(request), webhook_id, ChangeWebhookCommand(is_enabled=is_enabled))
        return SeeOther(
            _address(webhook_id),
            success=gettext("The webhook is on. It is told what happens from now on.")
            if is_enabled
            else gettext("The webhook is off. Nothing is sent to it."),
        )

    @get("/{webhook_id:uuid}/delete")
    async def ask_to_delete(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        webhook_queries: NamedDependency[SkipValidation[WebhookQueries]],
    ) -> Page:
        """The question before it goes."""
        return Page("account/delete_webhook.html", webhook=await _own(request, webhook_id, webhook_queries))

    @post("/{webhook_id:uuid}/delete")
    async def delete(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        delete_webhook: NamedDependency[DeleteWebhook],
    ) -> Response[str]:
        """With everything that was sent to it."""
        await delete_webhook(caller_of(request), webhook_id)
        return SeeOther(PAGE, success=gettext("The webhook is deleted."))


def _address(webhook_id: UUID) -> str:
    return f"{PAGE}/{webhook_id}"


def _to_its_secret(request: Request[Any, Any, Any], registered: RegisteredWebhook) -> SeeOther:
    visitor_of(request).keep(SHOWN_ONCE, to_text(registered.secret.encode()), max_age=LIFE_S)
    return SeeOther(f"{_address(registered.endpoint.id)}?made=yes", headers=SECRETIVE)


def _secret_in(kept: str | None) -> str | None:
    """What the browser brought along, if it is a secret at all."""
    secret = (from_text(kept) or b"").decode("ascii", "replace") if kept else ""
    return secret if SECRET.match(secret) else None


async def _refused(
    request: Request[Any, Any, Any],
    form: Form,
    refusal: Refusal,
    webhook_id: UUID,
    webhook_queries: WebhookQueries,
    settings: HttpSettings,
) -> Response[str]:
    values = await _shown(request, webhook_id, webhook_queries, settings)
    shown = form if isinstance(form, WebhookForm) else WebhookForm.of(values["webhook"])
    return refused(shown, refusal, ONE, secret=None, was_made=False, **values)


async def _listed(request: Request[Any, Any, Any], webhook_queries: WebhookQueries) -> dict[str, Any]:
    caller = caller_of(request)
    return {
        "webhooks": await webhook_queries.of_account(caller.account_id),
        "events": webhook_words.events_for(caller.role),
        "most": webhook_words.MOST,
    }


async def _own(request: Request[Any, Any, Any], webhook_id: UUID, webhook_queries: WebhookQueries) -> WebhookView:
    webhook = await webhook_queries.own(caller_of(request).account_id, webhook_id)
    if webhook is None:
        raise NotFound
    return webhook


async def _shown(
    request: Request[Any, Any, Any], webhook_id: UUID, webhook_queries: WebhookQueries, settings: HttpSettings
) -> dict[str, Any]:
    caller = caller_of(request)
    webhook = await _own(request, webhook_id, webhook_queries)
    cursors = Cursors(settings.cursor_key, f"deliveries:{webhook_id}")
    page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
    found = await webhook_queries.deliveries(caller.account_id, webhook_id, page)
    if found is None:
        raise NotFound
    return {
        "webhook": webhook,
        "events": webhook_words.events_for(caller.role),
        "deliveries": found.items,
        "next_cursor": cursors.write(found.next_key),
        "is_first": page.after is None,
    }
