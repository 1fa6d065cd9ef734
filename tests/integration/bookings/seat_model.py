"""A simple model of slots and bookings: what the product's rules say will happen, in plain Python.

It knows no database, no locks and none of the product's domain code; times are real instants, and the clock
goes forward by moving everything else back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

HOUR = timedelta(hours=1)
HOLD = timedelta(minutes=15)
OFFER = HOUR
GRACE = HOUR
TIME_TO_ANSWER = timedelta(hours=72)
TIME_TO_REPORT = timedelta(days=7)
HOLDING = {"pending", "confirmed", "completed", "no_show"}


@dataclass(eq=False)
class Session:
    """One slot of an hour."""

    id: UUID
    starts_at: datetime
    capacity: int
    price: int
    status: str = "open"

    @property
    def ends_at(self) -> datetime:
        """It lasts an hour."""
        return self.starts_at + HOUR


@dataclass(eq=False)
class Attempt:
    """One attempt to pay. Paystack may change its mind about a failed one."""

    reference: str
    is_closed: bool = False
    is_charged: bool = False
    is_settled: bool = False


@dataclass(eq=False)
class Seat:
    """One booking. `refunded` is of all its charges, `given_back` of the one that pays for it."""

    id: UUID
    client: int
    session: Session
    status: str
    held_until: datetime | None
    cancelled_by: str | None = None
    attempts: list[Attempt] = field(default_factory=list)
    is_paid: bool = False
    refunded: int = 0
    given_back: int = 0
    ceiling: int = 100
    absent: str | None = None
    is_reviewed: bool = False
    report: str | None = None
    answer_due: datetime | None = None

    @property
    def price(self) -> int:
        """Fixed when it was made; sessions of this model never change theirs."""
        return self.session.price

    @property
    def earned(self) -> int:
        """The consultant's share of what is kept: 85 of 100, a broken subunit included."""
        kept = self.price - self.given_back if self.is_paid else 0
        return kept - kept * 15 // 100

    def has_lapsed(self, now: datetime) -> bool:
        """A hold that ran out and was not swept."""
        return self.status == "pending" and self.held_until is not None and self.held_until <= now


@dataclass(eq=False)
class Place:
    """One client in one line."""

    id: UUID
    client: int
    session: Session
    number: int
    status: str = "waiting"
    offered_until: datetime | None = None


@dataclass
class Model:
    """Everything, and the rules over it. Each action answers the code of its refusal, or nothing."""

    sessions: list[Session] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def forward(self, by: timedelta) -> None:
        """Time goes by: everything is longer ago, or sooner."""
        for session in self.sessions:
            session.starts_at -= by
        for seat in self.seats:
            seat.held_until = seat.held_until and seat.held_until - by
            seat.answer_due = seat.answer_due and seat.answer_due - by
        for place in self.places:
            place.offered_until = place.offered_until and place.offered_until - by

    # What is the case

    def holders(self, session: Session, now: datetime, *, sweep: bool = True) -> list[Seat]:
        """Who has a seat; with `sweep`, lapsed holds are none."""
        return [
            seat
            for seat in self.seats
            if seat.session is session and seat.status in HOLDING and not (sweep and seat.has_lapsed(now))
        ]

    def line(self, session: Session) -> list[Place]:
        """Who is in line, first come first."""
        places = [p for p in self.places if p.session is session and p.status in ("waiting", "offered")]
        return sorted(places, key=lambda place: place.number)

    def place_of(self, client: int, session: Session) -> Place | None:
        """The client's place in that line."""
        return next((place for place in self.line(session) if place.client == client), None)

    def _overlapping(self, starts_at: datetime, apart: Session | None = None) -> bool:
        return any(
            other is not apart and other.status != "cancelled" and abs(other.starts_at - starts_at) < HOUR
            for other in self.sessions
        )

    def _against_seat(self, client: int, session: Session, now: datetime, apart: Seat | None = None) -> str | None:
        """Why this client cannot have a seat of this session, if so."""
        if session.status != "open":
            return "slot_closed"
        if session.starts_at <= now:
            return "slot_in_past"
        own = [
            seat
            for seat in self.seats
            if seat.client == client
            and seat is not apart
            and seat.status in HOLDING
            and not seat.has_lapsed(now)
            and abs(seat.session.starts_at - session.starts_at) < HOUR
        ]
        if any(seat.session is session for seat in own):
            return "already_booked"
        if own:
            return "booking_overlap"
        place = self.place_of(client, session)
        free = session.capacity - len([seat for seat in self.holders(session, now) if seat is not apart])
        if place is not None and place.offered_until is not None and place.offered_until > now:
            return None if free > 0 else "slot_full"
        others = len([other for other in self.line(session) if other is not place])
        return None if free > others else "slot_full"

    def _sweep(self, client: int, session: Session, now: datetime, apart: Seat | None = None) -> None:
        """A booking path expires the lapsed holds of its client and of its slot."""
        for seat in self.seats:
            if seat is not apart and seat.has_lapsed(now) and (seat.client == client or seat.session is session):
                seat.status, seat.held_until = "expired", None

    def _use_place(self, client: int, session: Session) -> None:
        place = self.place_of(client, session)
        if place is not None:
            place.status = "taken"

    # What the consultant does

    def publish(self, session: Session) -> str | None:
        """A new slot."""
        if self._overlapping(session.starts_at):
            return "slot_overlap"
        self.sessions.append(session)
        return None

    def _sweep_session(self, session: Session, now: datetime) -> None:
        for seat in self.seats:
            if seat.session is session and seat.has_lapsed(now):
                seat.status, seat.held_until = "expired", None

    def change(
        self,
        session: Session,
        now: datetime,
        *,
        starts_at: datetime | None = None,
        capacity: int | None = None,
        status: str | None = None,
    ) -> str | None:
        """Move it, change its seats, close or open it."""
        if session.status == "cancelled":
            return "not_found"
        taken = len(self.holders(session, now))
        if starts_at is not None and starts_at != session.starts_at:
            if taken:
                return "slot_has_seats_taken"
            if starts_at <= now:
                return "validation_failed"
        if capacity is not None and capacity < taken:
            return "capacity_below_seats_taken"
        if starts_at is not None and self._overlapping(starts_at, apart=session):
            return "slot_overlap"
        self._sweep_session(session, now)
        session.starts_at = starts_at or session.starts_at
        session.capacity = capacity or session.capacity
        session.status = status or session.status
        return None

    def withdraw(self, session: Session, now: datetime) -> str | None:
        """Take a free slot off the calendar."""
        if session.status == "cancelled":
            return "not_found"
        if self.holders(session, now):
            return "slot_has_seats_taken"
        self._sweep_session(session, now)
        session.status = "cancelled"
        return None

    def call_off(self, session: Session, now: datetime) -> str | None:
        """Cancel a slot with its bookings."""
        if session.status == "cancelled":
            return "not_found"
        holders = self.holders(session, now)
        begun = session.starts_at <= now
        if begun and any(s.status == "confirmed" and s.report in ("open", "contested") for s in holders):
            return "absence_reported"
        if any(seat.status in ("completed", "no_show") for seat in holders):
            return "slot_has_seats_taken"
        self._sweep_session(session, now)
        for seat in holders:
            self._cancelled(seat, "consultant", seat.price if seat.is_paid else 0)
        session.status = "cancelled"
        return None

    # What clients do

    def reserve(self, seat: Seat, now: datetime) -> str | None:
        """A new booking."""
        refusal = self._against_seat(seat.client, seat.session, now)
        if refusal:
            return refusal
        self._sweep(seat.client, seat.session, now)
        self._use_place(seat.client, seat.session)
        self.seats.append(seat)
        return None

    def pay_for(self, seat: Seat, now: datetime) -> str | None:
        """Whether a payment can be started."""
        if seat.price == 0 or seat.status == "confirmed":
            return "nothing_to_pay"
        if seat.status == "expired" or seat.has_lapsed(now):
            return "hold_expired"
        return None if seat.status == "pending" else "booking_state_conflict"

    def open_attempt(self, seat: Seat) -> Attempt | None:
        """The newest, if its checkout can still be used."""
        return next((a for a in reversed(seat.attempts) if not a.is_closed and not a.is_settled), None)

    def settle(self, seat: Seat, now: datetime) -> None:
        """Every attempt that is not settled is asked about, the newest first."""
        for attempt in reversed(seat.attempts):
            if attempt.is_charged and not attempt.is_settled:
                attempt.is_settled = True
                self._settle(seat, now)

    def _settle(self, seat: Seat, now: datetime) -> None:
        gave_up = seat.status == "expired" or (seat.status == "cancelled" and seat.cancelled_by == "client")
        if seat.is_paid:
            confirmed = False
        elif seat.status == "pending":
            confirmed = True
        elif gave_up:
            confirmed = self._against_seat(seat.client, seat.session, now, apart=seat) is None
        else:
            confirmed = False
        self._sweep(seat.client, seat.session, now, apart=seat)
        if confirmed:
            seat.status, seat.held_until, seat.is_paid, seat.cancelled_by = "confirmed", None, True, None
            self._use_place(seat.client, seat.session)
        else:
            seat.refunded += seat.price

    def percent(self, seat: Seat, now: datetime) -> int:
        """The moderate policy: all until 72 hours, half until 24."""
        notice = seat.session.starts_at - now
        return 100 if notice >= 72 * HOUR else 50 if notice >= 24 * HOUR else 0

    def cancel(self, seat: Seat, by: str, now: datetime) -> str | None:
        """Either side calls a booking off."""
        begun = seat.session.starts_at <= now
        if begun and seat.report in ("open", "contested"):
            return "absence_reported"
        if by == "client" and seat.status == "confirmed" and begun:
            return "session_begun"
        if seat.status not in ("pending", "confirmed"):
            return "booking_state_conflict"
        share = 100 if by == "consultant" else min(self.percent(seat, now), seat.ceiling)
        self._cancelled(seat, by, -(-seat.price * share // 100) if seat.is_paid else 0)
        return None

    def _cancelled(self, seat: Seat, by: str, refund: int) -> None:
        seat.status, seat.held_until, seat.cancelled_by = "cancelled", None, by
        seat.refunded += refund
        seat.given_back += refund

    def move(self, seat: Seat, target: Session, now: datetime) -> str | None:
        """Another slot of the same consultant."""
        if seat.status != "confirmed":
            return "booking_not_confirmed"
        if seat.session.starts_at <= now:
            return "session_begun"
        if target is seat.session:
            return "same_slot"
        if target.price != seat.price:
            return "price_differs"
        refusal = self._against_seat(seat.client, target, now, apart=seat)
        if refusal:
            return refusal
        self._sweep(seat.client, target, now)
        self._use_place(seat.client, target)
        seat.ceiling = min(seat.ceiling, self.percent(seat, now))
        seat.session = target
        return None

    def review(self, seat: Seat) -> str | None:
        """Once, after it is completed."""
        if seat.report in ("open", "contested"):
            return "absence_undecided"
        if seat.status != "completed":
            return "booking_not_completed"
        if seat.is_reviewed:
            return "already_reviewed"
        seat.is_reviewed = True
        return None

    # Who came

    def complete(self, seat: Seat, now: datetime) -> str | None:
        """The consultant says that it took place."""
        if seat.report in ("open", "contested"):
            return "absence_reported"
        if seat.status == "confirmed" and seat.session.ends_at > now:
            return "session_not_over"
        if seat.status != "confirmed":
            return "booking_state_conflict"
        seat.status = "completed"
        return None

    def complete_all(self, now: datetime) -> None:
        """The clock says so."""
        for seat in self.seats:
            is_due = seat.status == "confirmed" and seat.session.ends_at <= now - GRACE
            if is_due and seat.report not in ("open", "contested"):
                seat.status = "completed"

    def miss(self, seat: Seat, now: datetime) -> str | None:
        """The consultant says that the client did not come."""
        if seat.report in ("open", "contested"):
            return "absence_reported"
        if seat.status == "confirmed" and seat.session.starts_at > now:
            return "session_not_begun"
        if seat.status != "confirmed":
            return "booking_state_conflict"
        seat.status, seat.absent = "no_show", "client"
        return None

    def report(self, seat: Seat, now: datetime) -> str | None:
        """The client says that the consultant did not come."""
        if seat.status == "confirmed" and seat.session.starts_at > now:
            return "session_not_begun"
        in_time = now <= seat.session.ends_at + TIME_TO_REPORT
        if seat.status not in ("confirmed", "completed", "no_show") or not in_time or seat.is_reviewed:
            return "cannot_report_absence"
        if seat.report is not None:
            return "absence_already_reported"
        seat.report, seat.answer_due = "open", now + TIME_TO_ANSWER
        return None

    def answer(self, seat: Seat, *, attended: bool) -> str | None:
        """The consultant's side of it."""
        if seat.report != "open":
            return "absence_not_open"
        if attended:
            seat.report = "contested"
        else:
            self._uphold(seat)
        return None

    def decide(self, seat: Seat, *, upheld: bool) -> str | None:
        """An operator's word."""
        if seat.report not in ("open", "contested"):
            return "absence_not_open"
        if upheld:
            self._uphold(seat)
        else:
            seat.report = "dismissed"
        return None

    def uphold_all(self, now: datetime) -> None:
        """Nobody answered for 72 hours."""
        for seat in self.seats:
            if seat.report == "open" and seat.answer_due is not None and seat.answer_due <= now:
                self._uphold(seat)

    def _uphold(self, seat: Seat) -> None:
        seat.report, seat.status, seat.absent = "upheld", "no_show", "consultant"
        seat.refunded += seat.price if seat.is_paid else 0
        seat.given_back = seat.price if seat.is_paid else 0

    # Waiting

    def join(self, place: Place, now: datetime) -> str | None:
        """Get in line."""
        if self.place_of(place.client, place.session):
            return "already_waiting"
        refusal = self._against_seat(place.client, place.session, now)
        if refusal is None:
            return "slot_not_full"
        if refusal != "slot_full":
            return refusal
        self._sweep(place.client, place.session, now)
        place.number = next(self._numbers)
        self.places.append(place)
        return None

    def leave(self, place: Place) -> str | None:
        """Not any more."""
        if place.status not in ("waiting", "offered"):
            return "not_in_line"
        place.status = "left"
        return None

    def offer(self, now: datetime) -> None:
        """Free seats go to the first in line; a hold that lapsed is nobody's before it is swept."""
        for session in self.sessions:
            is_over = session.status == "cancelled" or session.starts_at <= now
            for place in self.line(session):
                if is_over:
                    place.status = "closed"
                elif place.offered_until is not None and place.offered_until <= now:
                    place.status = "lapsed"
            free = session.capacity - len(self.holders(session, now, sweep=False))
            for number, place in enumerate(self.line(session)):
                if session.status != "open" or number >= free:
                    place.status, place.offered_until = "waiting", None
                elif place.status == "waiting":
                    place.status, place.offered_until = "offered", min(now + OFFER, session.starts_at)

    def expire(self, now: datetime) -> None:
        """The sweep asks Paystack first: whoever paid keeps the seat."""
        for seat in [seat for seat in self.seats if seat.has_lapsed(now)]:
            self.settle(seat, now)
            if seat.has_lapsed(now):
                seat.status, seat.held_until = "expired", None
