"""Change what a webhook is told, where it is, or whether it is on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.refusals import FieldCheck
from domain.webhooks import DisabledBecause, WebhookEndpoint, checked_events, checked_url


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWebhookCommand:
    """What is nothing stays as it is."""

    url: str | None = None
    events: tuple[str, ...] | None = None
    is_enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class ChangeWebhook:
    """Change a webhook's address or events, or switch it off and on.

    - While it is off nothing is sent, and what waits is dropped; what happens then is not told later.
    - Its secret stays.
    """

    open_uow: OpenUnitOfWork
    allow_loopback: bool

    @retried
    async def __call__(self, caller: Caller, endpoint_id: UUID, command: ChangeWebhookCommand) -> None:
        """Raises `NotFound`, `Invalid` or `WebhookExists`."""
        check = FieldCheck()
        if command.url is not None:
            checked_url(command.url, check, allow_loopback=self.allow_loopback)
        events = None if command.events is None else checked_events(command.events, check)
        check.done()
        async with self.open_uow() as uow:
            endpoint = await uow.webhooks.lock_own(caller.account_id, endpoint_id)
            endpoint.url = command.url or endpoint.url
            endpoint.events = events or endpoint.events
            await self._switch(uow, endpoint, command.is_enabled)
            await uow.webhooks.save(endpoint)
            await uow.audit.add("webhook.changed", account_id=caller.account_id, url=endpoint.url)
            await uow.commit()

    async def _switch(self, uow: UnitOfWork, endpoint: WebhookEndpoint, is_enabled: bool | None) -> None:
        if is_enabled:
            endpoint.enable()
        elif is_enabled is not None:
            endpoint.disable(DisabledBecause.OWNER, await uow.now())
            await uow.webhooks.drop_waiting(endpoint.id)
