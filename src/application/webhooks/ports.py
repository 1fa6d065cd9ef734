"""What the use cases about outgoing webhooks need of the outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from domain.webhooks import Answer, DeliveryStatus, WebhookEndpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """Something to send now. `tries` were made before; `now` is the database's clock."""

    id: UUID
    event: str
    data: dict[str, Any]
    created_at: datetime
    tries: int
    now: datetime


class Webhooks(Protocol):
    """Endpoints and what is delivered to them, in a unit of work. What happens is noted by the database itself."""

    async def add(self, endpoint: WebhookEndpoint) -> None:
        """Raises `WebhookExists`."""
        ...

    async def count_of(self, account_id: UUID) -> int:
        """How many endpoints an account has."""
        ...

    async def lock(self, endpoint_id: UUID) -> WebhookEndpoint | None:
        """For change; nothing when it was deleted."""
        ...

    async def lock_own(self, account_id: UUID, endpoint_id: UUID) -> WebhookEndpoint:
        """By owner and id, for change. Raises `NotFound`."""
        ...

    async def save(self, endpoint: WebhookEndpoint) -> None:
        """Write a locked endpoint back. Raises `WebhookExists`."""
        ...

    async def delete(self, endpoint_id: UUID) -> None:
        """With everything that was delivered to it."""
        ...

    async def add_delivery(self, delivery_id: UUID, endpoint_id: UUID, event: str, data: dict[str, Any]) -> None:
        """Something for one endpoint alone, to be sent at once."""
        ...

    async def repeat(self, endpoint_id: UUID, delivery_id: UUID) -> None:
        """Send it again from the start, under its old id. Raises `NotFound`."""
        ...

    async def drop_waiting(self, endpoint_id: UUID) -> None:
        """Send nothing of what waits."""
        ...

    async def note(
        self,
        delivery_id: UUID,
        answer: Answer,
        *,
        status: DeliveryStatus,
        tried_at: datetime,
        next_try_at: datetime | None,
    ) -> None:
        """One more try, what came of it, and when there is another one. Nothing happens when it was deleted."""
        ...

    async def tidy(self, before: datetime, *, limit: int) -> int:
        """Forget deliveries that were made before and do not wait any more; how many."""
        ...


class WebhookLeases(Protocol):
    """The worker's side; each call is a transaction of its own."""

    async def take(self, *, limit: int, lease: timedelta) -> list[WebhookEndpoint]:
        """Endpoints with something due, of active accounts, that no other worker has, until the lease ends."""
        ...

    async def due(self, endpoint_id: UUID, *, limit: int) -> list[DueDelivery]:
        """What an endpoint waits for, in the order in which it happened."""
        ...

    async def give_back(self, endpoint_id: UUID) -> None:
        """Others may take it."""
        ...


class UnreadableSecretError(Exception):
    """A secret was sealed with another key than the present one."""


class WebhookSecrets(Protocol):
    """Makes secrets and keeps them unreadable while they are stored."""

    def new(self) -> bytes:
        """256 random bits."""
        ...

    def seal(self, secret: bytes, endpoint_id: UUID) -> bytes:
        """For storing; it opens for the same endpoint only."""
        ...

    def open(self, sealed: bytes, endpoint_id: UUID) -> bytes:
        """Raises `UnreadableSecretError`."""
        ...


class WebhookSender(Protocol):
    """Sends to addresses that users chose, and to none that is inside."""

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """What came back. Never raises for what the receiver, the network or the address is to blame for."""
        ...
