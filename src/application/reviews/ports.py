"""What the use cases about reviews need of the outside."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from domain.reviews import Review


class Reviews(Protocol):
    """All reviews; the rating summary of a profile follows them by itself."""

    async def add(self, review: Review) -> None:
        """Raises `AlreadyReviewed`."""
        ...

    async def find(self, review_id: UUID, *, booking_id: UUID) -> Review | None:
        """The review of a booking, if it is that one; lock the booking first."""
        ...

    async def lock(self, review_id: UUID, *, consultant_id: UUID | None = None) -> Review:
        """A review, locked. Raises `NotFound`, also when it is not about that consultant."""
        ...

    async def save_reply(self, review: Review) -> None:
        """Store the reply of a locked review."""
        ...

    async def save_visibility(self, review: Review) -> None:
        """Store whether a locked review is hidden; the rating summary follows."""
        ...

    async def exists_for(self, booking_id: UUID) -> bool:
        """Whether the booking was reviewed; lock it first."""
        ...
