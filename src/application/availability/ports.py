"""What the use cases about availability need of the outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from domain.availability import Slot
from domain.time_span import TimeSpan


class Slots(Protocol):
    """All slots."""

    async def allow_overlaps_until_commit(self) -> None:
        """Slots may overlap while a save moves one after another; `first_overlapping` has the last word."""
        ...

    async def first_overlapping(self, slot_ids: Sequence[UUID]) -> tuple[UUID, TimeSpan] | None:
        """The first of these that overlaps one before it, or another slot of its consultant, and when that other
        one is; cancelled ones do not count.
        """
        ...

    async def add(self, *slots: Slot) -> None:
        """Store new slots, at least one. Raises `SlotOverlap`."""
        ...

    async def lock_own(self, consultant_id: UUID, slot_ids: Collection[UUID]) -> dict[UUID, Slot]:
        """These slots of the consultant, locked in the order of their ids; lapsed holds are expired first.

        Cancelled slots and those of others are left out.
        """
        ...

    async def lock_between(self, consultant_id: UUID, *spans: TimeSpan) -> dict[UUID, Slot]:
        """The consultant's slots that, with their buffers, touch one of the spans, locked likewise."""
        ...

    async def save(self, *slots: Slot) -> None:
        """Store changed slots, at least one, and raise their versions.

        Raises `SlotOverlap`, `SlotHasSeatsTaken` or `CapacityBelowSeatsTaken`.
        """
        ...
