"""Slots: the sessions that a consultant has on offer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.money import Money
from domain.refusals import FieldCheck, Refusal
from domain.sentences import Sentence
from domain.time_span import TimeSpan

LONGEST_SESSION = timedelta(hours=24)
FURTHEST_AHEAD = timedelta(days=2 * 366)
LARGEST_CAPACITY = 1000
LONGEST_BUFFER = timedelta(hours=4)
SMALLEST_CHARGE = {"NGN": 50_00, "USD": 2_00, "GHS": 10, "ZAR": 1_00, "KES": 3_00, "XOF": 1_00}
"""Paystack's documented minimum for one transaction, in subunits; its test mode does not enforce it."""


class SlotStatus(StrEnum):
    """`open` can be booked; `closed` is kept but not offered; `cancelled` is over for good."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SlotHasSeatsTaken(Refusal):
    """Rule 5: a slot with taken seats can be neither deleted nor moved."""

    code = "slot_has_seats_taken"
    sentence = "Somebody has a seat in this session, so it can be neither moved nor removed."


class CapacityBelowSeatsTaken(Refusal):
    """Rule 5: capacity never drops below the seats taken."""

    code = "capacity_below_seats_taken"

    def __init__(self, seats_taken: int | None = None) -> None:
        if seats_taken is None:
            said = Sentence("Seats in this session are already taken: its capacity has to be at least as many.")
        else:
            said = Sentence(
                "Seats in this session are already taken: its capacity has to be at least {seats}.",
                seats=seats_taken,
            )
        super().__init__(said)


class SlotOverlap(Refusal):
    """Rule 2: a consultant's open or booked slots never overlap each other, buffers included."""

    code = "slot_overlap"
    sentence = "This overlaps another of your sessions, or the time that you keep free around one."

    def __init__(self, *, other: TimeSpan | None = None) -> None:
        super().__init__()
        self.other = other
        """When the other one is, where that is known."""


class SlotNotOpen(Refusal):
    """Rule 4: nothing is booked in a closed or cancelled slot; a cancelled one cannot be changed either."""

    code = "slot_closed"
    sentence = "This session is not open for booking."


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffers:
    """Whole minutes that the consultant keeps free around a session. Raises `Invalid` outside of 0 to 4 hours.

    They are part of the time that a session occupies: two sessions never share a buffer.
    """

    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        check = FieldCheck()
        for name, buffer in (("buffer_before_minutes", self.before), ("buffer_after_minutes", self.after)):
            check.require(
                timedelta(0) <= buffer <= LONGEST_BUFFER and buffer % timedelta(minutes=1) == timedelta(0),
                name,
                "Keep from 0 to 240 whole minutes free.",
            )
        check.done()

    def around(self, span: TimeSpan) -> TimeSpan:
        """The session with its buffers: what nothing else of the consultant's may overlap (rule 2)."""
        return TimeSpan(span.starts_at - self.before, span.ends_at + self.after)


NO_BUFFERS = Buffers()


def check_offer(check: FieldCheck, *, capacity: int, price: Money) -> None:
    """What a slot, a service and a pattern have in common: from 1 to 1,000 seats at a price that can be paid."""
    check.require(
        1 <= capacity <= LARGEST_CAPACITY,
        "max_slots",
        Sentence("Offer from 1 to {most:,} seats.", most=LARGEST_CAPACITY),
    )
    smallest = SMALLEST_CHARGE[price.currency]
    check.require(
        price.is_free or price.amount >= smallest,
        "price",
        Sentence(
            "Make it free, or ask for at least {smallest:,.2f} {currency}.",
            smallest=smallest / 100,
            currency=price.currency,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTerms:
    """What a consultant decides about a slot. Raises `Invalid` with every field that breaks a bound.

    A slot belongs to a service, or is plain.
    """

    span: TimeSpan
    capacity: int
    price: Money
    service_id: UUID | None = None
    buffers: Buffers = NO_BUFFERS

    def __post_init__(self) -> None:
        check = FieldCheck()
        length = self.span.length
        check.require(length > timedelta(0), "ends_at", "The end has to be after the start.")
        check.require(length <= LONGEST_SESSION, "ends_at", "A session lasts at most 24 hours.")
        check_offer(check, capacity=self.capacity, price=self.price)
        check.done()

    @property
    def occupied(self) -> TimeSpan:
        """The session with its buffers."""
        return self.buffers.around(self.span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One bookable session. `seats_taken` counts every seat-holding booking, lapsed holds excepted.

    `pattern_id` is the weekly pattern that the slot stems from and still follows. `people_waiting` are on
    its waiting list: seats that come free are theirs first.
    """

    id: UUID
    consultant_id: UUID
    terms: SlotTerms
    status: SlotStatus
    seats_taken: int
    people_waiting: int = 0
    pattern_id: UUID | None = None
    version: int = 1

    @classmethod
    def publish(
        cls,
        *,
        slot_id: UUID,
        consultant_id: UUID,
        terms: SlotTerms,
        now: datetime,
        pattern_id: UUID | None = None,
    ) -> Slot:
        """A new open slot. It has to lie in the future and not absurdly far ahead (rule 4)."""
        _require_bookable_time(terms.span, now)
        return cls(
            id=slot_id,
            consultant_id=consultant_id,
            terms=terms,
            status=SlotStatus.OPEN,
            seats_taken=0,
            pattern_id=pattern_id,
        )

    @property
    def span(self) -> TimeSpan:
        """When the session takes place."""
        return self.terms.span

    @property
    def seats_left(self) -> int:
        """Seats that nobody has taken, those that the waiting list has a claim on included."""
        return max(0, self.terms.capacity - self.seats_taken)

    def change(self, terms: SlotTerms, status: SlotStatus, now: datetime) -> Slot:
        """The slot on new terms (rule 5). Bookings keep the price they were made at (rule 6).

        A slot that moves does not follow its pattern any more.

        Raises `SlotNotOpen` for a cancelled slot, `SlotHasSeatsTaken` when a taken slot would move or become
        another service, `CapacityBelowSeatsTaken`, or `Invalid` for a new time in the past.
        """
        if SlotStatus.CANCELLED in (self.status, status):
            raise SlotNotOpen
        if terms.service_id != self.terms.service_id and self.seats_taken:
            raise SlotHasSeatsTaken(
                Sentence("Somebody has a seat in this session, so it cannot become another service.")
            )
        if terms.span != self.span:
            self._require_no_seats_taken()
            _require_bookable_time(terms.span, now)
        if terms.capacity < self.seats_taken:
            raise CapacityBelowSeatsTaken(self.seats_taken)
        pattern_id = self.pattern_id if terms.span == self.span else None
        return replace(self, terms=terms, status=status, pattern_id=pattern_id)

    def without_seats(self, given_back: int) -> Slot:
        """The slot after so many seats were given back."""
        return replace(self, seats_taken=self.seats_taken - given_back)

    def withdraw(self) -> Slot:
        """Take a slot without taken seats off the calendar for good (rule 5)."""
        self._require_no_seats_taken()
        return replace(self, status=SlotStatus.CANCELLED)

    def _require_no_seats_taken(self) -> None:
        if self.seats_taken:
            raise SlotHasSeatsTaken


def _require_bookable_time(span: TimeSpan, now: datetime) -> None:
    check = FieldCheck()
    check.require(not span.has_begun(now), "starts_at", "The start has to be in the future.")
    check.require(span.starts_at <= now + FURTHEST_AHEAD, "starts_at", "The start is more than two years ahead.")
    check.done()
