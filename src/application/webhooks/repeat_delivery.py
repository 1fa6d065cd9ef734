"""Send something to a webhook once more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.accounts.ports import Throttles
from application.transactions import OpenUnitOfWork, retried
from application.webhooks.send_test_event import PER_ACCOUNT, limit_key


@dataclass(frozen=True, slots=True)
class RepeatDelivery:
    """Send a delivery once more, whatever became of it; it keeps its id, so that receivers know it again.

    Tests and repetitions together: sixty an hour.
    """

    open_uow: OpenUnitOfWork
    throttles: Throttles

    async def __call__(self, caller: Caller, endpoint_id: UUID, delivery_id: UUID) -> None:
        """Raises `NotFound`, `WebhookDisabled` or `Throttled`."""
        await self.throttles.hit(limit_key(caller.account_id), PER_ACCOUNT)
        await self._repeat(caller, endpoint_id, delivery_id)

    @retried
    async def _repeat(self, caller: Caller, endpoint_id: UUID, delivery_id: UUID) -> None:
        async with self.open_uow() as uow:
            endpoint = await uow.webhooks.lock_own(caller.account_id, endpoint_id)
            endpoint.require_enabled()
            await uow.webhooks.repeat(endpoint.id, delivery_id)
            await uow.commit()
