"""Have one's available earnings paid out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.accounts.callers import Caller
from application.identity import NewId
from application.outbox.ports import Nudge, Topic
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.accounts import Role
from domain.ledger import payout_posting
from domain.payouts import NoPayoutAccount, Payout, PayoutSumChanged, payable
from domain.refusals import NotFound, Refusal

log = logging.getLogger(__name__)

WEEK = timedelta(days=7)
ROUND = 100


@dataclass(frozen=True, slots=True)
class RequestPayout:
    """Pay out everything that is available, to the account that the consultant named.

    - An earning is available when its session is over, the time to complain has passed, nobody disputes it, and
      nothing about its payment waits for an operator.
    - One payout at a time; the next one can follow when it has arrived or come back.
    - What is paid out leaves the consultant's balance at once, in the same transaction, booking by booking.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    new_reference: Callable[[], str]
    wait: timedelta
    nudge: Nudge

    async def __call__(
        self, caller: Caller, *, payout_id: UUID | None = None, agreed: int | None = None
    ) -> Payout:
        """The payout; the same again for a `payout_id` that the caller has asked for before. `agreed` is the sum
        that the caller was shown, if any, in subunits.

        Raises `NotFound` for others than consultants, `NoPayoutAccount`, `PayoutAccountTooNew`, `PayoutsFrozen`,
        `NothingToPayOut`, `PayoutUnderWay`, or `PayoutSumChanged`.
        """
        if caller.role is not Role.CONSULTANT:
            raise NotFound
        payout = await self.request(caller.account_id, payout_id=payout_id, agreed=agreed)
        await self.nudge()
        return payout

    @retried
    async def request(
        self, consultant_id: UUID, *, payout_id: UUID | None = None, agreed: int | None = None
    ) -> Payout:
        """The same without a caller, and without waking anybody."""
        async with self.open_uow() as uow:
            await uow.accounts.lock(consultant_id)  # requests of one consultant queue up here
            if payout_id is not None and (known := await uow.payouts.find(payout_id)) is not None:
                if known.consultant_id != consultant_id:
                    raise NotFound
                return known
            payout = await self._make(uow, consultant_id, payout_id or self.new_id())
            if agreed is not None and payout.amount.amount != agreed:
                raise PayoutSumChanged
            await uow.commit()
        log.info("payout.requested payout=%s amount=%d", payout.id, payout.amount.amount)
        return payout

    async def _make(self, uow: UnitOfWork, consultant_id: UUID, payout_id: UUID) -> Payout:
        account = await uow.payouts.account_of(consultant_id)
        if account is None:
            raise NoPayoutAccount
        now = await uow.now()
        owed = payable(
            await uow.payouts.lock_available(consultant_id, account.currency, ended_before=now - self.wait)
        )
        payout = Payout.request(
            owed,
            account,
            payout_id=payout_id,
            reference=self.new_reference(),
            recovered_at=await uow.payouts.recovered_at(consultant_id),
            now=now,
        )
        await uow.payouts.add(payout)
        await uow.ledger.post(payout_posting(payout, owed))
        await uow.outbox.add(Topic.SEND_PAYOUT, str(payout.id), dedupe_key=f"payout:{payout.id}")
        return payout


@dataclass(frozen=True, slots=True)
class RequestWeeklyPayouts:
    """Request payouts for consultants who chose to be paid every week: a week after their last one, or as soon as
    something is available.
    """

    open_uow: OpenUnitOfWork
    request_payout: RequestPayout

    async def __call__(self) -> int:
        """How many were requested. Several at once do no harm."""
        requested = 0
        consultant_ids = await self._due(after=None)
        while consultant_ids:
            requested += sum([await self._request(consultant_id) for consultant_id in consultant_ids])
            consultant_ids = await self._due(after=consultant_ids[-1])
        return requested

    async def _due(self, *, after: UUID | None) -> list[UUID]:
        """Some of them: many whose turn does not come yet must not keep the others from theirs."""
        async with self.open_uow() as uow:
            now = await uow.now()
            return await uow.payouts.weekly_due(
                since=now - WEEK, ended_before=now - self.request_payout.wait, after=after, limit=ROUND
            )

    async def _request(self, consultant_id: UUID) -> bool:
        try:
            await self.request_payout.request(consultant_id)
        except Refusal as refusal:
            # Too little, too new, frozen or overtaken: its turn comes again.
            log.info("payout.not_requested consultant=%s reason=%s", consultant_id, refusal.code)
            return False
        return True
