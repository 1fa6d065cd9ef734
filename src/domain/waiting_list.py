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
    """One client's place in the line of one slot. `offer_expires_at` is set from the first offer on."""

    id: UUID
    slot_id: UUID
    client_id: UUID
    status: WaitingStatus
    joined_at: datetime
    offer_expires_at: datetime | None = None

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


def advance(slot: Slot, line: list[WaitingEntry], policy: OfferPolicy, now: datetime) -> list[WaitingEntry]:
    """Offer the free seats of a slot to the first in its line; the entries that changed.

    `line` is everybody in it, first come first. Offers that ran out lapse and pass to the next. An offer ends
    with the session's start at the latest. Nobody waits for a session that cannot be booked any more.
    """
    if slot.status is not SlotStatus.OPEN or slot.span.has_begun(now):
        for entry in line:
            entry.status = WaitingStatus.CLOSED
        return line
    changed = [entry for entry in line if entry.has_lapsed(now)]
    for entry in changed:
        entry.status = WaitingStatus.LAPSED
    offered = sum(entry.status is WaitingStatus.OFFERED for entry in line)
    waiting = [entry for entry in line if entry.status is WaitingStatus.WAITING]
    for entry in waiting[: max(0, slot.seats_left - offered)]:
        entry.status = WaitingStatus.OFFERED
        entry.offer_expires_at = min(now + policy.length, slot.span.starts_at)
        changed.append(entry)
    return changed
