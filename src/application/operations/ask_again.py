"""An operator has Paystack asked once more, now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.operations.close_item import Trace, close_item, leave_trace, offered, sign_item
from application.operations.item_kinds import About, Action, kind_of, topic_of
from application.operations.prove_operator import Proof, ProveOperator
from application.outbox.ports import Nudge
from application.transactions import OpenUnitOfWork, retried
from domain.operations import ActionNotOffered, UnknownToPaystack
from domain.refusals import NotFound

Ask = Callable[[str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Follow the refund, dispute or payout that an item is about.

    Whoever does that resolves the item when Paystack's answer is good.
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator
    ways: Mapping[About, Ask]

    async def __call__(self, caller: Caller, item_id: UUID, proof: Proof) -> bool:
        """Whether the item is resolved by it. Raises `NotFound`, `ItemResolved`, `ActionNotOffered`,
        `UnknownToPaystack`, `PaymentGatewayUnavailable`, or what the proof lacks.
        """
        note = await self.prove_operator(caller, proof)
        trace = Trace(caller=caller, note=note, address=proof.address)
        ask, subject = await self._note(trace, item_id)
        try:
            await ask(subject)
        except NotFound:
            raise UnknownToPaystack from None
        return await self._sign(trace, item_id)

    @retried
    async def _note(self, trace: Trace, item_id: UUID) -> tuple[Ask, str]:
        """Written down first: what is asked may change anything."""
        async with self.open_uow() as uow:
            item = await offered(uow, item_id, Action.ASK_AGAIN)
            ask = self.ways.get(kind_of(item.kind, item.subject).about)
            if ask is None:
                raise ActionNotOffered
            await leave_trace(uow, trace, Action.ASK_AGAIN, item)
            await uow.commit()
        return ask, item.subject

    @retried
    async def _sign(self, trace: Trace, item_id: UUID) -> bool:
        """What was resolved by the answer is resolved by whoever asked."""
        async with self.open_uow() as uow:
            is_resolved = await sign_item(uow, trace, item_id, resolution="asked_again")
            await uow.commit()
        return is_resolved


@dataclass(frozen=True, slots=True)
class RunAgain:
    """Have work done that failed too often: from the beginning, as often as new work."""

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator
    nudge: Nudge

    async def __call__(self, caller: Caller, item_id: UUID, proof: Proof) -> None:
        """Raises `NotFound`, `ItemResolved`, `ActionNotOffered`, or what the proof lacks."""
        note = await self.prove_operator(caller, proof)
        await self._run_again(Trace(caller=caller, note=note, address=proof.address), item_id)
        await self.nudge()

    @retried
    async def _run_again(self, trace: Trace, item_id: UUID) -> None:
        async with self.open_uow() as uow:
            item = await offered(uow, item_id, Action.RUN_AGAIN)
            topic = topic_of(item.kind)
            if topic is None:
                raise ActionNotOffered
            await close_item(uow, trace, item_id, Action.RUN_AGAIN, resolution="run_again")
            await uow.outbox.add(topic, item.subject, dedupe_key=f"again:{item.id}")
            await uow.commit()
