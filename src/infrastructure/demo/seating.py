"""Who sits where and when while the demo is being made up."""

from __future__ import annotations

from collections import Counter, defaultdict
from uuid import UUID

from domain.availability import Slot
from domain.time_span import TimeSpan


class Seating:
    """Gives seats so that no slot overflows and no client is in two places at once."""

    def __init__(self) -> None:
        self._taken: Counter[UUID] = Counter()
        self._busy: defaultdict[str, list[TimeSpan]] = defaultdict(list)

    def fits(self, slot: Slot, username: str) -> bool:
        """Whether there is a seat, and the client has the time for it."""
        has_seat = self._taken[slot.id] < slot.terms.capacity
        return has_seat and not any(slot.span.overlaps(busy) for busy in self._busy[username])

    def seat(self, slot: Slot, username: str) -> None:
        """Give the client a seat."""
        self._taken[slot.id] += 1
        self._busy[username].append(slot.span)
