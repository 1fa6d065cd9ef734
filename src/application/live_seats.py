"""Seats that come and go while somebody looks at them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from domain.refusals import Kind, Refusal


class LiveSeatsUnavailable(Refusal):
    """As many people watch as one server process has room for, or it is about to stop."""

    code = "live_seats_unavailable"
    kind = Kind.UNAVAILABLE
    sentence = "Seats cannot be followed at the moment. Load the page again to see how they stand."


class SeatChange(msgspec.Struct, frozen=True, kw_only=True):
    """How a slot stands now.

    `seats_left` are those that anybody can take. `status` is `open` until the slot is closed or cancelled, or
    its session begins: then it is `closed`, or `cancelled`.
    """

    slot_id: UUID
    seats_left: int
    status: str


class SeatWatch(Protocol):
    """Somebody who watches one consultant's slots."""

    async def changes(self, *, patience_s: float) -> Sequence[SeatChange] | None:
        """Slots that changed since the last call, each as it stands now; none when nothing happened within
        that many seconds. Nothing at all when it is over: whoever still wants to know watches anew.
        """
        ...

    def leave(self) -> None:
        """Watch no more; whoever watches has to say so in the end."""
        ...


class SeatWatches(Protocol):
    """Where one begins to watch."""

    async def watch(self, slug: str, slot_ids: Collection[UUID], *, address: str) -> SeatWatch:
        """Watch a consultant's slots, from where `address` says. The first changes are how these slots stand
        at the beginning, so that nothing is missed between two watches.

        Raises `NotFound` when there is no such consultant, `Throttled` when too many watch from that address,
        and `LiveSeatsUnavailable`.
        """
        ...
