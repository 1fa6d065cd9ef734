"""Slots as their consultant sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.paging import Page, PageRequest


class AvailabilityView(msgspec.Struct, frozen=True, kw_only=True):
    """One of a consultant's own slots. `version` is what If-Match refers to.

    `pattern_id` is the weekly pattern that it still follows.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    max_slots: int
    seats_taken: int
    price: MoneyView
    status: str
    service_id: UUID | None
    pattern_id: UUID | None
    buffer_before_minutes: int
    buffer_after_minutes: int
    people_waiting: int
    version: int


class AvailabilityQueries(Protocol):
    """Reads about a consultant's own slots; one statement each."""

    async def own_slots(
        self, consultant_id: UUID, *, since: datetime | None, until: datetime | None, page: PageRequest
    ) -> Page[AvailabilityView]:
        """Slots that start in the range, by time; cancelled ones left out."""
        ...

    async def own_slot(self, consultant_id: UUID, slot_id: UUID) -> AvailabilityView | None:
        """One slot, unless cancelled."""
        ...
