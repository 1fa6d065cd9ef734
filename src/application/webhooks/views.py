"""Outgoing webhooks as their owner sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.paging import Page, PageRequest


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint: where events are sent to, and which.

    `disabled_because` is `owner`, `failures` (nothing got through for three days) or `gone` (it answered 410).
    `failing_since` is when the first delivery failed since the last one that got through. Until
    `earlier_secret_until`, messages carry a signature by the earlier secret as well.
    """

    id: UUID
    url: str
    events: list[str]
    is_enabled: bool
    disabled_because: str | None
    disabled_at: datetime | None
    failing_since: datetime | None
    earlier_secret_until: datetime | None
    created_at: datetime


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one endpoint.

    `status` is `waiting`, `delivered`, `failed` (tried for three days) or `dropped` (the endpoint was disabled).
    `answer_status` and `answer` are what the last try got back, the answer cut; `failure` says why it got nothing
    good.
    """

    id: UUID
    event: str
    status: str
    tries: int
    created_at: datetime
    tried_at: datetime | None
    next_try_at: datetime | None
    answer_status: int | None
    answer: str | None
    failure: str | None


class WebhookQueries(Protocol):
    """Reads about outgoing webhooks; one statement each."""

    async def of_account(self, account_id: UUID) -> list[WebhookView]:
        """An account's endpoints, oldest first; never their secrets."""
        ...

    async def own(self, account_id: UUID, endpoint_id: UUID) -> WebhookView | None:
        """One of an account's endpoints; never its secret."""
        ...

    async def deliveries(
        self, account_id: UUID, endpoint_id: UUID, page: PageRequest
    ) -> Page[DeliveryView] | None:
        """What was and will be sent to an endpoint within 30 days, newest first."""
        ...
