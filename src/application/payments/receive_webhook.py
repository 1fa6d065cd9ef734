"""Take in what Paystack tells us."""

from __future__ import annotations

from dataclasses import dataclass

from application.fault_points import FaultPoint, reached
from application.outbox.ports import Nudge, Topic
from application.payments.ports import WebhookNotice, WebhookReader
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.payments import is_own_reference


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
        async with self.open_uow() as uow:
            is_news = await uow.webhook_events.add(
                dedupe_key=notice.dedupe_key, event=notice.event, reference=notice.reference
            )
            if is_news:
                await _note(uow, notice)
            await reached(FaultPoint.WEBHOOK_AFTER_INSERT)
            await uow.commit()
        return is_news


async def _note(uow: UnitOfWork, notice: WebhookNotice) -> None:
    """What there is to ask Paystack now."""
    errand = _errand(notice)
    if errand is not None:
        topic, subject = errand
        await uow.outbox.add(topic, subject, dedupe_key=f"webhook:{notice.dedupe_key}")
    elif notice.event.startswith("refund.") and notice.reference is not None:
        await uow.refunds.wake(notice.reference)


def _errand(notice: WebhookNotice) -> tuple[Topic, str] | None:
    """Other programs may use the same Paystack business: their charges are none of ours."""
    event, reference = notice.event, notice.reference
    if event.startswith("charge.dispute."):
        return (Topic.FOLLOW_DISPUTE, notice.dispute_id) if notice.dispute_id else None
    if event == "charge.success" and reference is not None and is_own_reference(reference):
        return Topic.SETTLE_PAYMENT, reference
    if event.startswith("transfer.") and reference is not None:
        return Topic.FOLLOW_PAYOUT, reference
    return None
