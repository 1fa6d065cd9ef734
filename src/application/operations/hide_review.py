"""An operator takes a review away from everybody's eyes, or brings it back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.operations.close_item import Trace, leave_trace
from application.operations.prove_operator import Proof, ProveOperator
from application.transactions import OpenUnitOfWork, retried


@dataclass(frozen=True, slots=True)
class HideReview:
    """Hide a review, or show it again.

    Nobody but its client and operators reads a hidden one, and the rating summary does not count it (rule 9).
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator

    async def __call__(self, caller: Caller, review_id: UUID, proof: Proof, *, is_hidden: bool) -> None:
        """Raises `NotFound`, `ReviewHidden`, `ReviewShown`, or what the proof lacks."""
        note = await self.prove_operator(caller, proof)
        trace = Trace(caller=caller, note=note, address=proof.address)
        await self._change(trace, review_id, is_hidden=is_hidden)

    @retried
    async def _change(self, trace: Trace, review_id: UUID, *, is_hidden: bool) -> None:
        async with self.open_uow() as uow:
            review = await uow.reviews.lock(review_id)
            changed = review.hidden(await uow.now()) if is_hidden else review.shown()
            await uow.reviews.save_visibility(changed)
            await leave_trace(
                uow,
                trace,
                "hide-review" if is_hidden else "show-review",
                review=str(review.id),
                booking=str(review.booking_id),
                consultant=str(review.consultant_id),
            )
            await uow.commit()
