"""Delete a webhook."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried


@dataclass(frozen=True, slots=True)
class DeleteWebhook:
    """Send nothing more to an address, and forget what was sent to it."""

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, endpoint_id: UUID) -> None:
        """Raises `NotFound`."""
        async with self.open_uow() as uow:
            endpoint = await uow.webhooks.lock_own(caller.account_id, endpoint_id)
            await uow.webhooks.delete(endpoint.id)
            await uow.audit.add("webhook.deleted", account_id=caller.account_id, url=endpoint.url)
            await uow.commit()
