"""Answer what a client said of one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried
from domain.reviews import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToReviewCommand:
    """`reply` is shown to everybody under the review."""

    review_id: UUID
    reply: str


@dataclass(frozen=True, slots=True)
class ReplyToReview:
    """Reply to a review of one's own session, once. The reply stays as it was written."""

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, command: ReplyToReviewCommand) -> Review:
        """The review with its reply. Raises `NotFound`, `AlreadyReplied` or `Invalid`."""
        async with self.open_uow() as uow:
            review = await uow.reviews.lock(command.review_id, consultant_id=caller.account_id)
            replied = review.replied(command.reply, await uow.now())
            await uow.reviews.save_reply(replied)
            await uow.commit()
        return replied
