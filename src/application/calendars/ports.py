"""What the use cases about calendars need of the outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID


class CalendarFeeds(Protocol):
    """Calendar feeds: at most one for each account, its token stored as a hash."""

    async def open(self, account_id: UUID, token_hash: bytes, at: datetime) -> None:
        """Open the account's feed under this token; an earlier token opens nothing any more."""
        ...

    async def close(self, account_id: UUID) -> bool:
        """Whether there was a feed; its token opens nothing from now on."""
        ...
