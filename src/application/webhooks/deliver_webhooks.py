"""Send what webhooks wait for."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from application.transactions import OpenUnitOfWork, retried
from application.webhooks.ports import (
    DueDelivery,
    UnreadableSecretError,
    WebhookLeases,
    WebhookSecrets,
    WebhookSender,
)
from domain.webhooks import (
    PAYLOAD_VERSION,
    Answer,
    DeliveryStatus,
    Failure,
    WebhookEndpoint,
    has_arrived,
    pause_after,
    signed_headers,
)

log = logging.getLogger(__name__)

ENDPOINTS_AT_ONCE = 10
IN_A_ROW = 5
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class DeliverWebhooks:
    """Send what is due, each endpoint's in the order in which it happened, many endpoints side by side.

    - At least once: a worker that dies between sending and noting sends again.
    - What fails is tried again after growing pauses, for three days; it does not hold up what comes after it.
    - An endpoint that fails for three days, or answers 410, is disabled, and its page says why.
    """

    open_uow: OpenUnitOfWork
    leases: WebhookLeases
    secrets: WebhookSecrets
    send: WebhookSender

    async def __call__(self) -> int:
        """How many got through."""
        endpoints = await self.leases.take(limit=ENDPOINTS_AT_ONCE, lease=LEASE)
        # What one endpoint runs into keeps nobody else's messages.
        outcomes = await asyncio.gather(*map(self._serve, endpoints), return_exceptions=True)
        faults = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if faults:
            raise faults[0]
        return sum(outcome for outcome in outcomes if isinstance(outcome, int))

    async def _serve(self, endpoint: WebhookEndpoint) -> int:
        """As long as it takes messages, some of what it waits for; who does not take one hardly takes the next."""
        arrived = 0
        for delivery in await self.leases.due(endpoint.id, limit=IN_A_ROW):
            answer = await self._send(endpoint, delivery)
            await self._note(endpoint, delivery, answer)
            if not has_arrived(answer):
                break
            arrived += 1
        await self.leases.give_back(endpoint.id)
        return arrived

    async def _send(self, endpoint: WebhookEndpoint, delivery: DueDelivery) -> Answer:
        body = body_of(delivery)
        try:
            secrets = [self.secrets.open(sealed, endpoint.id) for sealed in endpoint.signing_secrets(delivery.now)]
        except UnreadableSecretError:
            log.exception("webhook.unreadable_secret endpoint=%s", endpoint.id)
            return Answer(failure=Failure.UNREADABLE_KEY)
        return await self.send(endpoint.url, signed_headers(secrets, str(delivery.id), delivery.now, body), body)

    @retried
    async def _note(self, endpoint: WebhookEndpoint, delivery: DueDelivery, answer: Answer) -> None:
        async with self.open_uow() as uow:
            locked = await uow.webhooks.lock(endpoint.id)
            if locked is None:
                return
            now = await uow.now()
            was_enabled = locked.disabled_at is None
            locked.note(answer, now)
            await uow.webhooks.save(locked)
            pause = None if has_arrived(answer) else pause_after(delivery.tries + 1)
            await uow.webhooks.note(
                delivery.id,
                answer,
                status=_status(answer, pause),
                tried_at=now,
                next_try_at=now + pause if pause else None,
            )
            if locked.disabled_at is not None:
                await uow.webhooks.drop_waiting(locked.id)
            if was_enabled and locked.disabled_because is not None:
                await uow.audit.add(
                    "webhook.disabled",
                    account_id=locked.account_id,
                    url=locked.url,
                    because=locked.disabled_because,
                )
                log.warning("webhook.disabled endpoint=%s because=%s", locked.id, locked.disabled_because)
            await uow.commit()


def body_of(delivery: DueDelivery) -> bytes:
    """The message: the same bytes at every try."""
    return msgspec.json.encode(
        {
            "id": delivery.id,
            "type": delivery.event,
            "version": PAYLOAD_VERSION,
            "created_at": delivery.created_at,
            "data": delivery.data,
        }
    )


def _status(answer: Answer, pause: timedelta | None) -> DeliveryStatus:
    if has_arrived(answer):
        return DeliveryStatus.DELIVERED
    return DeliveryStatus.FAILED if pause is None else DeliveryStatus.WAITING
