"""What the use cases about weekly patterns need of the outside."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Protocol
from uuid import UUID

from domain.weekly_patterns import WeeklyPattern


class FindZone(Protocol):
    """The time zone database."""

    def __call__(self, name: str) -> tzinfo | None:
        """The zone of an IANA name, if there is one."""
        ...


class WeeklyPatterns(Protocol):
    """All weekly patterns; lock the consultant's account first."""

    async def not_ended(self, consultant_id: UUID) -> list[WeeklyPattern]:
        """The consultant's patterns that nobody ended, oldest first."""
        ...

    async def get_own(self, consultant_id: UUID, pattern_id: UUID) -> WeeklyPattern:
        """A pattern of the consultant, ended or not. Raises `NotFound`."""
        ...

    async def add(self, pattern: WeeklyPattern) -> None:
        """Store a new pattern."""
        ...

    async def save(self, pattern: WeeklyPattern) -> None:
        """Store a changed pattern and raise its version."""
        ...

    async def published_before(self, on: date, *, limit: int) -> list[WeeklyPattern]:
        """Patterns that run on without an end, were published until before that date, and whose service, if any,
        is still offered; least published first. Not locked: hints only.
        """
        ...
