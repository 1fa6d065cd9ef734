"""Somebody with a webhook, and a receiver that it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from application.accounts.callers import Caller
from application.paging import PageRequest
from application.webhooks.register_webhook import RegisterWebhookCommand
from application.webhooks.views import DeliveryView, WebhookView
from domain.webhooks import Event
from tests.integration.webhooks.receiver import Receiver, running_receiver
from tests.marketplace import Marketplace


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """It takes everything."""
    with running_receiver() as receiver:
        yield receiver


@dataclass(frozen=True)
class Subscriber:
    """An account's webhook, told of everything unless said otherwise."""

    marketplace: Marketplace
    caller: Caller
    id: UUID
    secret: str

    async def view(self) -> WebhookView:
        """As its owner sees it."""
        view = await self.marketplace.product.webhook_queries.own(self.caller.account_id, self.id)
        assert view is not None
        return view

    async def deliveries(self) -> list[DeliveryView]:
        """Oldest first."""
        page = await self.marketplace.product.webhook_queries.deliveries(
            self.caller.account_id, self.id, PageRequest(limit=100)
        )
        assert page is not None
        return page.items[::-1]

    async def events(self) -> list[str]:
        """Of everything that was noted, in order."""
        return [delivery.event for delivery in await self.deliveries()]

    async def data(self, event: str) -> Any:
        """What was noted of the one event of that type."""
        rows = await self.marketplace.database.pool.fetch(
            "SELECT data::text FROM webhook_deliveries WHERE endpoint_id = $1 AND event = $2", self.id, event
        )
        [row] = rows
        return msgspec.json.decode(row["data"])

    async def test(self) -> UUID:
        """Something to deliver."""
        return await self.marketplace.product.send_test_event(self.caller, self.id)

    async def let_time_pass(self, span: timedelta) -> None:
        """For what waits, and for how long it has failed."""
        await self.marketplace.database.pool.execute(
            "UPDATE webhook_deliveries SET next_try_at = next_try_at - $2::interval WHERE endpoint_id = $1",
            self.id,
            span,
        )
        await self.marketplace.database.pool.execute(
            "UPDATE webhook_endpoints SET failing_since = failing_since - $2::interval WHERE id = $1",
            self.id,
            span,
        )


async def subscribe(marketplace: Marketplace, caller: Caller, url: str, *events: str) -> Subscriber:
    """Register a webhook for these events, or for all."""
    command = RegisterWebhookCommand(url=url, events=events or tuple(Event))
    registered = await marketplace.product.register_webhook(caller, command)
    return Subscriber(marketplace, caller, registered.endpoint.id, registered.secret)


@pytest.fixture
async def subscriber(marketplace: Marketplace, receiver: Receiver) -> Subscriber:
    """A client with a webhook that is told everything."""
    return await subscribe(marketplace, await marketplace.client(), receiver.url)
