"""Bookings: the contract between one client and one slot, and the states it goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from domain import reasons
from domain.availability import Slot, SlotNotOpen, SlotStatus
from domain.cancellation import RefundQuote, next_change, refund_percent, share
from domain.commission import NO_COMMISSION, Commission
from domain.consultants import BookingLimits, CancellationPolicy
from domain.money import Money
from domain.refusals import FieldCheck, Invalid, Refusal
from domain.sentences import Sentence
from domain.text import is_clean, is_plain_name
from domain.time_span import TimeSpan

LONGEST_REASON = 2000
LONGEST_LINK = 2048
LONGEST_PLATFORM = 60


class BookingStatus(StrEnum):
    """Where a booking stands; `LAWFUL` says how it gets from one to the next."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Actor(StrEnum):
    """Who moved a booking from one state to the next."""

    CLIENT = "client"
    CONSULTANT = "consultant"
    OPERATOR = "operator"
    SYSTEM = "system"


SEAT_HOLDING = frozenset(
    {BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW}
)
"""The states that occupy a seat. A pending booking does so only until its hold lapses."""

LAWFUL: frozenset[tuple[BookingStatus | None, BookingStatus]] = frozenset(
    {
        (None, BookingStatus.PENDING),
        (None, BookingStatus.CONFIRMED),
        (BookingStatus.PENDING, BookingStatus.CONFIRMED),
        (BookingStatus.PENDING, BookingStatus.EXPIRED),
        (BookingStatus.PENDING, BookingStatus.CANCELLED),
        (BookingStatus.CONFIRMED, BookingStatus.COMPLETED),
        (BookingStatus.CONFIRMED, BookingStatus.NO_SHOW),
        (BookingStatus.CONFIRMED, BookingStatus.CANCELLED),
        (BookingStatus.COMPLETED, BookingStatus.NO_SHOW),
        (BookingStatus.EXPIRED, BookingStatus.CONFIRMED),
        (BookingStatus.CANCELLED, BookingStatus.CONFIRMED),
    }
)
"""Every lawful step. A completed session turns out to have been missed by its consultant only. The last
two are money that was verified after the seat had been given up.
"""


class SlotFull(Refusal):
    """Rule 1: seats taken never exceed the capacity."""

    code = "slot_full"
    sentence = "That session is full: the last seat was taken a moment ago."


class BookingOverlap(Refusal):
    """Rule 2: a client's seat-holding bookings never overlap each other."""

    code = "booking_overlap"
    sentence = "You already have a session at that time."


class AlreadyBooked(Refusal):
    """Rule 3: one client holds at most one seat in a slot."""

    code = "already_booked"
    sentence = "You already have a seat in this session."


class OwnSlot(Refusal):
    """Rule 3: a consultant never books their own slot."""

    code = "own_slot"
    sentence = "This is your own session."


class SlotInPast(Refusal):
    """Rule 4: nothing is booked in the past."""

    code = "slot_in_past"
    sentence = "This session has already begun."


class ConsultantUnavailable(Refusal):
    """Rule 4: nothing is booked with an unpublished or suspended consultant."""

    code = "consultant_unavailable"
    sentence = "This consultant is not taking bookings at the moment."


class NoticeTooShort(Refusal):
    """The consultant wants to know of a booking longer before the session."""

    code = "notice_too_short"
    sentence = "It is too late to book this session: the consultant needs more notice."


class TooFarAhead(Refusal):
    """The consultant does not take bookings for that far ahead yet."""

    code = "too_far_ahead"
    sentence = "The consultant does not take bookings for that date yet."


class DayFull(Refusal):
    """The consultant holds no more sessions on that day."""

    code = "day_full"
    sentence = "The consultant has no more time on that day."


class OtherConsultant(Refusal):
    """A booking moves only among the sessions of its consultant."""

    code = "other_consultant"
    sentence = "Choose another session of the same consultant."


class PriceDiffers(Refusal):
    """A booking moves only to a session at the price that was paid."""

    code = "price_differs"
    sentence = "That session has another price. Choose one at the price of your booking."


class SameSlot(Refusal):
    """The booking is in that slot already."""

    code = "same_slot"
    sentence = "That is the session that you have. Choose another."


class HoldExpired(Refusal):
    """The seat was held for a limited time, which is over."""

    code = "hold_expired"
    sentence = "The time to pay for this seat is over. Book it again if it is still free."


class UnlawfulTransition(Refusal):
    """The booking's state does not allow that step."""

    code = "booking_state_conflict"

    def __init__(self, current: BookingStatus, wanted: BookingStatus) -> None:
        super().__init__(
            Sentence(
                "A booking that is {current} cannot become {wanted}.",
                current=_in_words(current),
                wanted=_in_words(wanted),
            )
        )
        self.current = current
        self.wanted = wanted


class SessionNotOver(Refusal):
    """Rule 8: completed only after the session's end."""

    code = "session_not_over"
    sentence = "The session is not over yet. It can be marked as completed after its end."


class SessionNotBegun(Refusal):
    """Rule 8: nobody missed a session before its start."""

    code = "session_not_begun"
    sentence = "The session has not begun yet."


class SessionBegun(Refusal):
    """A client neither cancels nor moves a session that has begun."""

    code = "session_begun"
    sentence = "The session has begun, so that it can be neither cancelled nor moved."


class BookingNotConfirmed(Refusal):
    """Only a confirmed booking gets a meeting link, or moves."""

    code = "booking_not_confirmed"
    sentence = "This booking is not confirmed."


class NobodyConfirmed(Refusal):
    """A session gets a meeting link once somebody comes to it."""

    code = "nobody_confirmed"
    sentence = "Nobody has a confirmed seat in this session. Add the link once somebody has."


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of a booking's history."""

    previous: BookingStatus | None
    status: BookingStatus
    actor: Actor
    actor_id: UUID | None
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLink:
    """Rule 7: an absolute https URL and the name of the place it leads to. Raises `Invalid` otherwise."""

    platform: str
    url: str

    def __post_init__(self) -> None:
        check = FieldCheck()
        check.require(
            0 < len(self.platform.strip()) <= LONGEST_PLATFORM,
            "meeting_platform",
            Sentence("Name the meeting platform in at most {longest} characters.", longest=LONGEST_PLATFORM),
        )
        check.require(is_clean(self.platform), "meeting_platform", "Use ordinary characters.")
        check.require(_is_https_address(self.url), "meeting_link", "The link has to start with https://.")
        check.done()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPolicy:
    """How long a seat is kept for somebody who has not paid yet."""

    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRequest:
    """Everything that decides whether one client may take a seat of one slot, read under its lock.

    `other_sessions_that_day` are the consultant's other slots with seats taken on the same day of their zone.
    `is_in_line` says that the client is on the slot's waiting list, `has_offer` that it is their turn.
    """

    slot: Slot
    client_id: UUID
    consultant_takes_bookings: bool
    client_has_seat: bool
    client_is_busy: bool
    limits: BookingLimits
    other_sessions_that_day: int = 0
    is_in_line: bool = False
    has_offer: bool = False

    @property
    def seats_for_client(self) -> int:
        """Free seats that nobody before this client has a claim on."""
        if self.has_offer:
            return self.slot.seats_left
        return self.slot.seats_left - (self.slot.people_waiting - self.is_in_line)

    def refuse_unless_bookable(self, now: datetime) -> None:
        """The consultant's limits and rules 1 to 4: what a new booking and a move have to pass.

        Whoever was offered a seat has waited in time; the limits do not count for them. What time or the
        consultant forbids is said before the slot is called full: waiting for a seat would not help.
        """
        self._refuse_who_cannot_come(now)
        if not self.has_offer:
            self._refuse_outside_of_limits(now)
        self._refuse_when_full()

    def refuse_unless_lawful(self, now: datetime) -> None:
        """Rules 1 to 4, in the order in which a person would want to hear about them."""
        self._refuse_who_cannot_come(now)
        self._refuse_when_full()

    def _refuse_who_cannot_come(self, now: datetime) -> None:
        if self.slot.consultant_id == self.client_id:
            raise OwnSlot
        if not self.consultant_takes_bookings:
            raise ConsultantUnavailable
        if self.slot.status is not SlotStatus.OPEN:
            raise SlotNotOpen
        if self.slot.span.has_begun(now):
            raise SlotInPast
        if self.client_has_seat:
            raise AlreadyBooked
        if self.client_is_busy:
            raise BookingOverlap

    def _refuse_outside_of_limits(self, now: datetime) -> None:
        notice = self.slot.span.starts_at - now
        if notice < self.limits.minimum_notice:
            raise NoticeTooShort
        if notice > self.limits.window:
            raise TooFarAhead
        most = self.limits.sessions_per_day
        if most is not None and self.slot.seats_taken == 0 and self.other_sessions_that_day >= most:
            raise DayFull

    def _refuse_when_full(self) -> None:
        if self.seats_for_client < 1:
            raise SlotFull


@dataclass(slots=True, kw_only=True)
class Booking:
    """One client's place in one session. Each change of state and each move leaves a `Transition`.

    `sequence` counts what a calendar has to hear of (RFC 5545, SEQUENCE). `refund_ceiling` is the largest
    share of the price that the client can still get back: moving a session does not bring back what its
    time had cost already. `absent` says who missed a session that is a no-show. `commission` is the
    platform's share of the price.
    """

    id: UUID
    slot_id: UUID
    client_id: UUID
    consultant_id: UUID
    span: TimeSpan
    reason: str
    price: Money
    policy: CancellationPolicy
    status: BookingStatus
    hold_expires_at: datetime | None = None
    meeting: MeetingLink | None = None
    last_actor: Actor = Actor.CLIENT
    sequence: int = 0
    refund_ceiling: int = 100
    absent: Actor | None = None
    commission: Commission = NO_COMMISSION
    unsaved: list[Transition] = field(default_factory=list)

    @classmethod
    def reserve(
        cls,
        request: SeatRequest,
        *,
        booking_id: UUID,
        reason: str,
        policy: CancellationPolicy,
        hold: HoldPolicy,
        now: datetime,
        commission: Commission = NO_COMMISSION,
    ) -> Booking:
        """Take a seat: confirmed at once when the session is free, else held until it is paid for.

        The price, the commission and the cancellation policy are fixed now (rule 6). Raises the refusal of
        the first of rules 1 to 4 and of the consultant's limits that is broken, or `Invalid` when the reason is
        missing or too long.
        """
        reason = reason.strip()
        check = FieldCheck()
        check.require(bool(reason), "reason_for_session", "Say in a few words what the session is about.")
        check.require(
            len(reason) <= LONGEST_REASON and is_clean(reason, lines=True),
            "reason_for_session",
            Sentence("Use at most {longest:,} ordinary characters.", longest=LONGEST_REASON),
        )
        check.done()
        request.refuse_unless_bookable(now)
        price = request.slot.terms.price
        status = BookingStatus.CONFIRMED if price.is_free else BookingStatus.PENDING
        booking = cls(
            id=booking_id,
            slot_id=request.slot.id,
            client_id=request.client_id,
            consultant_id=request.slot.consultant_id,
            span=request.slot.span,
            reason=reason,
            price=price,
            policy=policy,
            status=status,
            hold_expires_at=None if price.is_free else now + hold.length,
            commission=commission,
        )
        booking._note(None, status, Actor.CLIENT, request.client_id, now, None)
        return booking

    def has_lapsed(self, now: datetime) -> bool:
        """Whether this is a pending booking whose hold has run out."""
        return (
            self.status is BookingStatus.PENDING
            and self.hold_expires_at is not None
            and self.hold_expires_at <= now
        )

    def wait_for_slow_payment(self, until: datetime) -> None:
        """The payer's money is on its way: keep the seat so long, but not into the session."""
        if self.status is BookingStatus.PENDING and self.hold_expires_at is not None:
            self.hold_expires_at = max(self.hold_expires_at, min(until, self.span.starts_at))

    @property
    def gave_up_own_seat(self) -> bool:
        """Whether the seat went by its hold running out or by its client letting go of it."""
        return self.status is BookingStatus.EXPIRED or (
            self.status is BookingStatus.CANCELLED and self.last_actor is Actor.CLIENT
        )

    def require_payable(self, now: datetime) -> None:
        """Raises `HoldExpired` or `UnlawfulTransition` unless the seat waits for its payment."""
        if self.status is BookingStatus.EXPIRED or self.has_lapsed(now):
            raise HoldExpired
        if self.status is not BookingStatus.PENDING:
            raise UnlawfulTransition(self.status, BookingStatus.CONFIRMED)

    def confirm(self, now: datetime, *, reason: str, operator_id: UUID | None = None) -> None:
        """The price was paid and verified, or an operator found its payment; the caller made sure that a given-up
        seat was free again.
        """
        actor = Actor.OPERATOR if operator_id else Actor.SYSTEM
        self._move(BookingStatus.CONFIRMED, actor, operator_id, now, reason)

    def lapse(self, now: datetime) -> None:
        """The hold ran out."""
        self._move(BookingStatus.EXPIRED, Actor.SYSTEM, None, now, reasons.HOLD_RAN_OUT)

    def quote(self, actor: Actor, now: datetime, *, received: int) -> RefundQuote:
        """What goes back if that side cancels now. `received` is what was charged, in subunits.

        Whoever did not cancel gets everything: all of it when the consultant cancels. A client who cancels
        gets what the policy gives that was fixed when the booking was made.
        """
        everything = Money(received, self.price.currency)
        if actor is not Actor.CLIENT or received == 0:
            return RefundQuote(refund=everything, percent=100)
        starts_at = self.span.starts_at
        percent = min(refund_percent(self.policy, starts_at=starts_at, now=now), self.refund_ceiling)
        change = next_change(self.policy, starts_at=starts_at, now=now, ceiling=self.refund_ceiling)
        return RefundQuote(
            refund=everything if percent == 100 else min(share(self.price, percent), everything, key=_amount_of),
            percent=percent,
            changes_at=change[0] if change else None,
            afterwards=share(self.price, change[1]) if change else None,
        )

    def can_be_cancelled_by_client(self, now: datetime) -> bool:
        """Whether `cancel` would let the client."""
        return self.status is BookingStatus.PENDING or (
            self.status is BookingStatus.CONFIRMED and not self.span.has_begun(now)
        )

    def cancel(self, actor: Actor, now: datetime, *, reason: str | None = None) -> None:
        """Either side calls it off: a client until the session begins, the consultant until it is completed.

        Raises `SessionBegun` or `UnlawfulTransition`.
        """
        reason = checked_words(reason, "reason")
        if actor is Actor.CLIENT and self.status is BookingStatus.CONFIRMED and self.span.has_begun(now):
            raise SessionBegun
        self._move(BookingStatus.CANCELLED, actor, self._id_of(actor), now, reason)
        self.sequence += 1

    def move_to(self, request: SeatRequest, now: datetime) -> None:
        """Take a seat of another slot in place of this one: same consultant, same price, nothing to pay.

        Raises `BookingNotConfirmed`, `SessionBegun`, `SameSlot`, `OtherConsultant`, `PriceDiffers`, or what
        a new booking of that slot would raise.
        """
        slot = request.slot
        if self.status is not BookingStatus.CONFIRMED:
            raise BookingNotConfirmed
        if self.span.has_begun(now):
            raise SessionBegun
        if slot.id == self.slot_id:
            raise SameSlot
        if slot.consultant_id != self.consultant_id:
            raise OtherConsultant
        if slot.terms.price != self.price:
            raise PriceDiffers
        request.refuse_unless_bookable(now)
        still = refund_percent(self.policy, starts_at=self.span.starts_at, now=now)
        self.refund_ceiling = min(self.refund_ceiling, still)
        before = self.span
        self.slot_id, self.span = slot.id, slot.span
        self.sequence += 1
        self._note(
            self.status,
            self.status,
            Actor.CLIENT,
            self.client_id,
            now,
            f"moved from {before.starts_at:%Y-%m-%dT%H:%MZ} to {slot.span.starts_at:%Y-%m-%dT%H:%MZ}",
        )

    def complete(self, now: datetime, *, actor: Actor = Actor.CONSULTANT) -> None:
        """The session took place: the consultant says so, or nobody said otherwise (rule 8)."""
        if self.status is BookingStatus.CONFIRMED and not self.span.is_over(now):
            raise SessionNotOver
        self._move(BookingStatus.COMPLETED, actor, self._id_of(actor), now, None)

    def miss(self, now: datetime) -> None:
        """The consultant says that the client did not come (rule 8)."""
        if self.status is BookingStatus.COMPLETED:
            raise UnlawfulTransition(self.status, BookingStatus.NO_SHOW)
        if self.status is BookingStatus.CONFIRMED and not self.span.has_begun(now):
            raise SessionNotBegun
        self._move(BookingStatus.NO_SHOW, Actor.CONSULTANT, self.consultant_id, now, reasons.CLIENT_DID_NOT_COME)
        self.absent = Actor.CLIENT

    def was_missed_by_consultant(self, now: datetime, *, actor: Actor, reason: str) -> None:
        """The consultant did not come: they said so, did not answer in time, or an operator decided it."""
        if self.status is BookingStatus.NO_SHOW:
            self._note(self.status, self.status, actor, self._id_of(actor), now, reason)
        else:
            self._move(BookingStatus.NO_SHOW, actor, self._id_of(actor), now, reason)
        self.absent = Actor.CONSULTANT

    def meet_at(self, meeting: MeetingLink) -> None:
        """Set the meeting link of a confirmed booking (rule 7)."""
        if self.status is not BookingStatus.CONFIRMED:
            raise BookingNotConfirmed
        self.meeting = meeting

    def _id_of(self, actor: Actor) -> UUID | None:
        return {Actor.CLIENT: self.client_id, Actor.CONSULTANT: self.consultant_id}.get(actor)

    def _move(
        self, status: BookingStatus, actor: Actor, actor_id: UUID | None, now: datetime, reason: str | None
    ) -> None:
        if (self.status, status) not in LAWFUL:
            raise UnlawfulTransition(self.status, status)
        self._note(self.status, status, actor, actor_id, now, reason)
        self.status = status
        self.hold_expires_at = None
        self.last_actor = actor

    def _note(
        self,
        previous: BookingStatus | None,
        status: BookingStatus,
        actor: Actor,
        actor_id: UUID | None,
        now: datetime,
        reason: str | None,
    ) -> None:
        self.unsaved.append(
            Transition(previous=previous, status=status, actor=actor, actor_id=actor_id, at=now, reason=reason)
        )


def checked_words(words: str | None, field: str) -> str | None:
    """What somebody wrote in explanation, without blanks around it; nothing when they wrote nothing.

    Raises `Invalid` naming the field.
    """
    stripped = (words or "").strip()
    if len(stripped) > LONGEST_REASON or not is_clean(stripped, lines=True):
        raise Invalid.field(
            field, Sentence("Use at most {longest:,} ordinary characters.", longest=LONGEST_REASON)
        )
    return stripped or None


def _amount_of(money: Money) -> int:
    return money.amount


def _in_words(status: BookingStatus) -> str:
    return status.value.replace("_", "-")


def _is_https_address(url: str) -> bool:
    if len(url) > LONGEST_LINK or "\\" in url or not is_plain_name(url) or any(map(str.isspace, url)):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
