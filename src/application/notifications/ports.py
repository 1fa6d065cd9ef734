"""What the use cases about notifications need of the outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Notifications(Protocol):
    """All notifications. What happens raises them in the database itself, in the same transaction."""

    async def mark_read(self, account_id: UUID, notification_id: UUID, now: datetime) -> bool:
        """Whether there is such a one of that account; one that was read keeps when."""
        ...

    async def mark_all_read(self, account_id: UUID, *, until: datetime, now: datetime) -> int:
        """Mark all that are not newer; how many were unread."""
        ...

    async def remind(self, now: datetime, *, limit: int) -> int:
        """Remind the clients of sessions that begin within 24 hours, and again within one; how many there were.

        Each once for each time that a session is at. Whoever booked later than that knows.
        """
        ...

    async def miss_links(self, now: datetime, *, limit: int) -> int:
        """Tell consultants whose session within 24 hours somebody has no meeting link for; how many there were."""
        ...

    async def tidy(self, *, read_before: datetime, made_before: datetime, limit: int) -> int:
        """Forget what was read, and whatever was made, before; how many."""
        ...

    async def forget_browsers(self, *, seen_before: datetime) -> None:
        """Forget the browsers that nobody logged in with since."""
        ...
