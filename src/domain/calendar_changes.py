"""What becomes of a consultant's sessions when many of them are changed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.availability import Slot, SlotStatus


class Outcome(StrEnum):
    """What happens to a session."""

    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"


class KeptBecause(StrEnum):
    """Why nothing happens to a session."""

    HAS_BEGUN = "has_begun"
    ALREADY_OPEN = "already_open"
    ALREADY_CLOSED = "already_closed"
    HAS_SEATS_TAKEN = "has_seats_taken"
    HAS_PEOPLE_WAITING = "has_people_waiting"


@dataclass(frozen=True, slots=True)
class SlotChange:
    """What happens to one session, which is `slot` afterwards; with a reason when it is kept as it was."""

    outcome: Outcome
    slot: Slot
    reason: KeptBecause | None = None


Rule = Callable[[Slot, datetime], SlotChange]
"""What becomes of a session at that moment."""


def close(slot: Slot, now: datetime) -> SlotChange:
    """A session to come is not offered any more; bookings of it stay."""
    return _turn(slot, SlotStatus.CLOSED, Outcome.CLOSED, KeptBecause.ALREADY_CLOSED, now)


def reopen(slot: Slot, now: datetime) -> SlotChange:
    """A closed session to come is offered again."""
    return _turn(slot, SlotStatus.OPEN, Outcome.REOPENED, KeptBecause.ALREADY_OPEN, now)


def withdraw_free(slot: Slot, _: datetime) -> SlotChange:
    """A session in which nobody has a seat and for which nobody waits goes for good."""
    if slot.seats_taken:
        return SlotChange(Outcome.KEPT, slot, KeptBecause.HAS_SEATS_TAKEN)
    if slot.people_waiting:
        return SlotChange(Outcome.KEPT, slot, KeptBecause.HAS_PEOPLE_WAITING)
    return SlotChange(Outcome.WITHDRAWN, slot.withdraw())


def changed(changes: Iterable[SlotChange]) -> list[Slot]:
    """The sessions to which something happens."""
    return [change.slot for change in changes if change.outcome is not Outcome.KEPT]


def _turn(slot: Slot, status: SlotStatus, outcome: Outcome, already: KeptBecause, now: datetime) -> SlotChange:
    if slot.span.has_begun(now):
        return SlotChange(Outcome.KEPT, slot, KeptBecause.HAS_BEGUN)
    if slot.status is status:
        return SlotChange(Outcome.KEPT, slot, already)
    return SlotChange(outcome, slot.change(slot.terms, status, now))
