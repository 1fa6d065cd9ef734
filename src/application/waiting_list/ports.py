"""What the use cases about waiting lists need of the outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.waiting_list import Line, WaitingEntry


class WaitingList(Protocol):
    """The lines of all slots. Whatever changes a line locks its slot first."""

    async def add(self, entry: WaitingEntry) -> None:
        """Store a new entry; its slot is locked. Raises `AlreadyWaiting`."""
        ...

    async def lock(self, entry_id: UUID, *, client_id: UUID) -> WaitingEntry:
        """A client's own entry, locked after its slot. Raises `NotFound`, also when it is somebody else's."""
        ...

    async def lock_line(self, slot_id: UUID) -> Line:
        """A slot, whoever owns it, locked, and everybody in line for it. Holds that lapsed count as taken until
        they are swept: Paystack is asked first, and somebody who paid in time keeps the seat.

        Raises `NotFound`.
        """
        ...

    async def save(self, entries: Iterable[WaitingEntry]) -> None:
        """Store changed entries of a locked slot."""
        ...

    async def take_place(self, *, slot_id: UUID, client_id: UUID) -> None:
        """The client has a seat of the locked slot: their place in line is used."""
        ...

    async def due(self, *, now: datetime, limit: int) -> list[UUID]:
        """Slots whose line changes when it is advanced, soonest session first; not locked."""
        ...
