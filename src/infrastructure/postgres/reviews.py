"""Reviews in PostgreSQL."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.reviews import Review
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
        if row is None:
            return None
        return Review(
            id=row.id,
            booking_id=row.booking_id,
            client_id=row.client_id,
            consultant_id=row.consultant_id,
            rating=row.rating,
            comment=row.comment,
            created_at=row.created_at,
        )

    async def exists_for(self, booking_id: UUID) -> bool:
        """By booking."""
        return await self._rows.exists(ReviewRow.booking_id == booking_id)
