"""What the use cases about waiting lists need of the outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.waiting_list import WaitingEntry


class WaitingList(Protocol):
    """The lines of all slots; lock the slot first."""

    async def add(self, entry: WaitingEntry) -> None:
        """Store a new entry. Raises `AlreadyWaiting`."""
        ...

    async def get(self, entry_id: UUID, *, client_id: UUID) -> WaitingEntry:
        """A client's own entry, unlocked: a hint only. Raises `NotFound`."""
        ...

    async def line(self, slot_id: UUID) -> list[WaitingEntry]:
        """Everybody who is in line for a locked slot, first come first."""
        ...

    async def save(self, entries: Iterable[WaitingEntry]) -> None:
        """Store changed entries."""
        ...

    async def take_place(self, *, slot_id: UUID, client_id: UUID) -> None:
        """The client has a seat: their place in line is used."""
        ...

    async def due(self, *, now: datetime, limit: int) -> list[UUID]:
        """Slots whose line can move: a seat is free or an offer ran out, or nobody can book any more; not
        locked.
        """
        ...
