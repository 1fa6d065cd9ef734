"""Waiting lists: who is next when a seat of a full slot comes free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.availability import Slot, SlotStatus
from domain.bookings import SeatRequest, SlotFull
from domain.refusals import Refusal


class WaitingStatus(StrEnum):
    """Whoever is `waiting` or `offered` is in line; the other states are over."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    LEFT = "left"
    CLOSED = "closed"


IN_LINE = frozenset({WaitingStatus.WAITING, WaitingStatus.OFFERED})


class SlotNotFull(Refusal):
    """There is a seat: take it instead of waiting for one."""

    code = "slot_not_full"
    sentence = "There is a free seat in this session: book it."


class AlreadyWaiting(Refusal):
    """One place in line for each client and slot."""

    code = "already_waiting"
    sentence = "You are on the waiting list of this session already."


class NotInLine(Refusal):
    """The place in line is given up, used or over."""

    code = "not_in_line"
    sentence = "You are not on this waiting list any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPolicy:
    """How long somebody has to take the seat that they are offered."""

    length: timedelta


@dataclass(slots=True, kw_only=True)
class WaitingEntry:
    """One client's place in the line of one slot. `offer_expires_at` is set as long as a seat is offered, and
    kept when the place is over.
    """

    id: UUID
    slot_id: UUID
    client_id: UUID
    status: WaitingStatus
    joined_at: datetime
    offer_expires_at: datetime | None = None
    client_is_active: bool = True

    @classmethod
    def join(cls, request: SeatRequest, *, entry_id: UUID, now: datetime) -> WaitingEntry:
        """Get in line behind everybody else.

        Raises `AlreadyWaiting`, `SlotNotFull`, or what forbids to book the slot apart from its being full.
        """
        if request.is_in_line:
            raise AlreadyWaiting
        try:
            request.refuse_unless_bookable(now)
        except SlotFull:
            return cls(
                id=entry_id,
                slot_id=request.slot.id,
                client_id=request.client_id,
                status=WaitingStatus.WAITING,
                joined_at=now,
            )
        raise SlotNotFull

    def leave(self) -> None:
        """The client does not want to wait any more. Raises `NotInLine`."""
        if self.status not in IN_LINE:
            raise NotInLine
        self.status = WaitingStatus.LEFT

    def has_lapsed(self, now: datetime) -> bool:
        """Whether this is an offer that nobody took in time."""
        return (
            self.status is WaitingStatus.OFFERED
            and self.offer_expires_at is not None
            and self.offer_expires_at <= now
        )

    def offer(self, until: datetime) -> None:
        """It is their turn; an offer that is out stays as it is."""
        if self.status is WaitingStatus.WAITING:
            self.status, self.offer_expires_at = WaitingStatus.OFFERED, until

    def wait(self) -> None:
        """There is no seat for them yet; one that was offered is gone, but their place in line is not."""
        self.status, self.offer_expires_at = WaitingStatus.WAITING, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Everybody who is in line for a slot, first come first, read under the slot's lock."""

    slot: Slot
    consultant_takes_bookings: bool
    entries: list[WaitingEntry]

    @property
    def seats_on_offer(self) -> int:
        """Seats that somebody in line can take now; none while the slot is closed or its consultant away."""
        can_be_booked = self.slot.status is SlotStatus.OPEN and self.consultant_takes_bookings
        return self.slot.seats_left if can_be_booked else 0

    def advance(self, policy: OfferPolicy, now: datetime) -> list[WaitingEntry]:
        """Bring every place up to date; those that changed.

        The first in line have an offer, as many as there are seats on offer. One that runs out lapses and
        passes to the next; it ends with the session's start at the latest. Where there are fewer seats than
        offers, the last of them wait again, in their old place. Nobody waits for a session that began or was
        cancelled, nor does anybody whose account is not active.
        """
        before = [entry.status for entry in self.entries]
        self._end(now)
        for place, entry in enumerate(entry for entry in self.entries if entry.status in IN_LINE):
            if place < self.seats_on_offer:
                entry.offer(min(now + policy.length, self.slot.span.starts_at))
            else:
                entry.wait()
        return [entry for entry, was in zip(self.entries, before, strict=True) if entry.status is not was]

    def _end(self, now: datetime) -> None:
        is_over = self.slot.status is SlotStatus.CANCELLED or self.slot.span.has_begun(now)
        for entry in self.entries:
            if is_over or not entry.client_is_active:
                entry.status = WaitingStatus.CLOSED
            elif entry.has_lapsed(now):
                entry.status = WaitingStatus.LAPSED
