"""Take in what Paystack tells us."""

from __future__ import annotations

from dataclasses import dataclass

from application.fault_points import FaultPoint, reached
from application.outbox.ports import Nudge, Topic
from application.payments.ports import WebhookNotice, WebhookReader
from application.transactions import OpenUnitOfWork, retried


@dataclass(frozen=True, slots=True)
class ReceiveWebhook:
    """Keep a signed event, once, and note what it gives reason to ask.

    Nothing is settled here: the answer to Paystack is quick, and the event proves nothing.
    """

    open_uow: OpenUnitOfWork
    read: WebhookReader
    nudge: Nudge

    async def __call__(self, body: bytes, signatures: list[str]) -> None:
        """`body` exactly as received. Raises `BadSignature`, or `Invalid` for a signed body without sense."""
        notice = self.read(body, signatures)
        if await self._store(notice):
            await self.nudge()
        await reached(FaultPoint.WEBHOOK_BEFORE_200)

    @retried
    async def _store(self, notice: WebhookNotice) -> bool:
        event, dedupe_key, reference = notice.event, notice.dedupe_key, notice.reference
        async with self.open_uow() as uow:
            is_news = await uow.webhook_events.add(dedupe_key=dedupe_key, event=event, reference=reference)
            if is_news and reference is not None:
                if event == "charge.success":
                    await uow.outbox.add(Topic.SETTLE_PAYMENT, reference, dedupe_key=f"webhook:{dedupe_key}")
                elif event.startswith("refund."):
                    await uow.refunds.wake(reference)
            if is_news and notice.dispute_id is not None:
                await uow.outbox.add(Topic.FOLLOW_DISPUTE, notice.dispute_id, dedupe_key=f"webhook:{dedupe_key}")
            await reached(FaultPoint.WEBHOOK_AFTER_INSERT)
            await uow.commit()
        return is_news
