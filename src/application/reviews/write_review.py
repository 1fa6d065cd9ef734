"""Review a session that one attended."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.disputes import is_disputed
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried
from domain.absences import AbsenceUndecided
from domain.reviews import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReviewCommand:
    """1 to 5 stars and a comment, which may be empty.

    `review_id` is given by callers who ask again when they heard nothing.
    """

    booking_id: UUID
    rating: int
    comment: str
    review_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WriteReview:
    """Review a completed booking of one's own, once (rule 9).

    Not while one's report that the consultant did not come is undecided.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId

    @retried
    async def __call__(self, caller: Caller, command: WriteReviewCommand) -> Review:
        """The review. Raises `NotFound`, `BookingNotCompleted`, `AlreadyReviewed`, `AbsenceUndecided` or
        `Invalid`.
        """
        async with self.open_uow() as uow:
            booking = await uow.bookings.lock(command.booking_id, client_id=caller.account_id)
            if await is_disputed(uow, booking.id):
                raise AbsenceUndecided
            if command.review_id and (written := await uow.reviews.find(command.review_id, booking_id=booking.id)):
                return written
            review = Review.write(
                booking,
                review_id=command.review_id or self.new_id(),
                rating=command.rating,
                comment=command.comment,
                now=await uow.now(),
            )
            await uow.reviews.add(review)
            await uow.commit()
        return review
