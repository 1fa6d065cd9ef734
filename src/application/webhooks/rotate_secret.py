"""Give a webhook another secret."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried
from application.webhooks.ports import WebhookSecrets
from application.webhooks.register_webhook import RegisteredWebhook
from domain.webhooks import secret_text


@dataclass(frozen=True, slots=True)
class RotateWebhookSecret:
    """Sign with a new secret from now on.

    - For 24 hours messages carry a signature by the earlier secret as well, so that nothing is missed while the
      receiver changes over.
    - The new secret is shown now and never again. A secret before the earlier one signs nothing any more.
    """

    open_uow: OpenUnitOfWork
    secrets: WebhookSecrets

    @retried
    async def __call__(self, caller: Caller, endpoint_id: UUID) -> RegisteredWebhook:
        """The endpoint and its new secret. Raises `NotFound`."""
        secret = self.secrets.new()
        async with self.open_uow() as uow:
            endpoint = await uow.webhooks.lock_own(caller.account_id, endpoint_id)
            endpoint.rotate(self.secrets.seal(secret, endpoint.id), await uow.now())
            await uow.webhooks.save(endpoint)
            await uow.audit.add("webhook.secret_rotated", account_id=caller.account_id, url=endpoint.url)
            await uow.commit()
        return RegisteredWebhook(secret=secret_text(secret), endpoint=endpoint)
