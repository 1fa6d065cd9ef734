"""What somebody who chooses a time of one consultant needs to see."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.consultants.views import SlotView

MOST_TIMES = 1000
"""How far ahead a consultant's times are known at once: about a hundred days of ten sessions each."""
MOST_SLOTS = 300
"""Of one week: more than one session every half hour."""


class OfferedTime(msgspec.Struct, frozen=True):
    """When a session on offer begins, and whether anybody can take a seat in it."""

    starts_at: datetime
    is_free: bool


class PickableSlot(SlotView, frozen=True, kw_only=True):
    """A session on offer, and how the one who looks at it stands to it.

    `is_own` when it is theirs to give. `in_the_way` is a booking of theirs that holds a seat in a session at the
    same time: in this very one when `has_own_seat`.
    """

    is_own: bool = False
    in_the_way: UUID | None = None
    has_own_seat: bool = False


class SlotPickerQueries(Protocol):
    """Reads of one published consultant's sessions on offer, full ones included; one statement each.

    On offer are open future sessions within the limits that the consultant set. With a service, only its own.
    """

    async def times(self, slug: str, *, service_id: UUID | None = None) -> list[OfferedTime]:
        """The first `MOST_TIMES`, soonest first."""
        ...

    async def slots(
        self,
        slug: str,
        *,
        since: datetime,
        until: datetime,
        service_id: UUID | None = None,
        viewer_id: UUID | None = None,
    ) -> list[PickableSlot]:
        """The first `MOST_SLOTS` that begin from `since` until before `until`, soonest first, for that account."""
        ...
