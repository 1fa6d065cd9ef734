"""Send something to a webhook to see whether it gets there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.accounts.callers import Caller
from application.accounts.ports import Limit, Throttles
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried
from domain.webhooks import TEST_EVENT

PER_ACCOUNT = Limit(attempts=60, window=timedelta(hours=1))
"""Messages that people have sent themselves, tests and repetitions together."""
TEST_DATA = {"message": "This is a test. Everything that Imoran tells you looks like this."}


def limit_key(account_id: UUID) -> str:
    """The counter of `PER_ACCOUNT`."""
    return f"webhooks:{account_id}"


@dataclass(frozen=True, slots=True)
class SendTestEvent:
    """Send a message of the type `webhook.test` to one webhook, signed and repeated as any other.

    Tests and repetitions together: sixty an hour.
    """

    open_uow: OpenUnitOfWork
    throttles: Throttles
    new_id: NewId

    async def __call__(self, caller: Caller, endpoint_id: UUID) -> UUID:
        """The delivery's id. Raises `NotFound`, `WebhookDisabled` or `Throttled`."""
        await self.throttles.hit(limit_key(caller.account_id), PER_ACCOUNT)
        return await self._add(caller, endpoint_id)

    @retried
    async def _add(self, caller: Caller, endpoint_id: UUID) -> UUID:
        delivery_id = self.new_id()
        async with self.open_uow() as uow:
            endpoint = await uow.webhooks.lock_own(caller.account_id, endpoint_id)
            endpoint.require_enabled()
            await uow.webhooks.add_delivery(delivery_id, endpoint.id, TEST_EVENT, dict(TEST_DATA))
            await uow.commit()
        return delivery_id
