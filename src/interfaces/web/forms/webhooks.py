"""The form for a webhook."""

from __future__ import annotations

from typing import ClassVar

from application.webhooks.change_webhook import ChangeWebhookCommand
from application.webhooks.register_webhook import RegisterWebhookCommand
from application.webhooks.views import WebhookView
from domain.webhooks import LONGEST_URL, Event
from interfaces.web.forms.form import Form, Reading

CHOSEN = "yes"
AS_USUAL: dict[str, str] = dict.fromkeys(
    (Event.BOOKING_CONFIRMED, Event.BOOKING_RESCHEDULED, Event.BOOKING_CANCELLED), CHOSEN
)


class WebhookForm(Form):
    """An address, and a box for each event."""

    FIELDS = ("url", "events", *Event)
    FIELD_OF: ClassVar = {"webhook_exists": "url"}

    @classmethod
    def of(cls, webhook: WebhookView) -> WebhookForm:
        """Filled with what is stored."""
        return cls({"url": webhook.url} | dict.fromkeys(webhook.events, CHOSEN))

    def registration(self) -> RegisterWebhookCommand:
        """Raises `Invalid`."""
        return RegisterWebhookCommand(url=self._url(), events=self._events())

    def change(self) -> ChangeWebhookCommand:
        """Raises `Invalid`."""
        return ChangeWebhookCommand(url=self._url(), events=self._events())

    def _url(self) -> str:
        read = Reading(self.typed)
        url = read.text("url", "Enter the address that events are sent to.", longest=LONGEST_URL)
        read.done()
        return url

    def _events(self) -> tuple[str, ...]:
        return tuple(event for event in Event if self.typed.get(event))
