"""Reviews in PostgreSQL."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.refusals import NotFound
from domain.reviews import Reply, Review
from infrastructure.postgres.repository import Repository
from infrastructure.postgres.tables import ReviewRow


class ReviewRows(Repository[ReviewRow]):
    """Rows of reviews."""

    model_type = ReviewRow


class SqlReviews:
    """`Reviews` on a table."""

    def __init__(self, session: AsyncSession) -> None:
        self._rows = ReviewRows(session)

    async def add(self, review: Review) -> None:
        """Insert one; the rating summary follows by a trigger."""
        await self._rows.add(
            ReviewRow(
                id=review.id,
                booking_id=review.booking_id,
                client_id=review.client_id,
                consultant_id=review.consultant_id,
                rating=review.rating,
                comment=review.comment,
                created_at=review.created_at,
            )
        )

    async def find(self, review_id: UUID, *, booking_id: UUID) -> Review | None:
        """By both of its keys."""
        row = await self._rows.get_one_or_none(id=review_id, booking_id=booking_id)
        return _to_review(row) if row else None

    async def lock(self, review_id: UUID, *, consultant_id: UUID | None = None) -> Review:
        """By id, and by consultant if one is named."""
        owned = [] if consultant_id is None else [ReviewRow.consultant_id == consultant_id]
        row = await self._rows.get_one_or_none(ReviewRow.id == review_id, *owned, with_for_update=True)
        if row is None:
            raise NotFound
        return _to_review(row)

    async def save_reply(self, review: Review) -> None:
        """Its two columns; a trigger refuses to replace a reply."""
        assert review.reply is not None  # noqa: S101 - only a review that was replied to is saved
        row = await self._rows.get(review.id)
        row.reply, row.replied_at = review.reply.text, review.reply.at
        await self._rows.update(row)

    async def save_visibility(self, review: Review) -> None:
        """Its column; the rating summary follows by a trigger."""
        row = await self._rows.get(review.id)
        row.hidden_at = review.hidden_at
        await self._rows.update(row)

    async def exists_for(self, booking_id: UUID) -> bool:
        """By booking."""
        return await self._rows.exists(ReviewRow.booking_id == booking_id)


def _to_review(row: ReviewRow) -> Review:
    return Review(
        id=row.id,
        booking_id=row.booking_id,
        client_id=row.client_id,
        consultant_id=row.consultant_id,
        rating=row.rating,
        comment=row.comment,
        created_at=row.created_at,
        reply=Reply(row.reply, row.replied_at) if row.reply is not None and row.replied_at is not None else None,
        hidden_at=row.hidden_at,
    )
