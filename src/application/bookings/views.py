"""Bookings as their client and their consultant see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.consultants.views import ReplyView
from application.money_view import MoneyView
from application.paging import FIRST_PAGE, Page, PageRequest
from domain.bookings import BookingStatus


class ConsultantName(msgspec.Struct, frozen=True):
    """Whom the session is with."""

    slug: str
    name: str


class BookingView(msgspec.Struct, frozen=True, kw_only=True):
    """A client's own booking. `hold_expires_at` is set while the seat waits for its payment; `arriving_payment` is
    the reference of the one whose money is on its way meanwhile.

    `service` names the kind of session, if it is one; `absent` says who missed a no-show.
    """

    id: UUID
    slot_id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    consultant: ConsultantName
    consultant_time_zone: str
    service: str | None
    reason_for_session: str
    price: MoneyView
    cancellation_policy: str
    hold_expires_at: datetime | None
    arriving_payment: str | None = None
    meeting_platform: str | None
    meeting_link: str | None
    absent: str | None
    created_at: datetime


class AttemptView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to pay. `is_under_way` says that the money is on its way; `receipt` is a receipt's number."""

    reference: str
    status: str
    amount: MoneyView
    channel: str | None
    is_under_way: bool
    paid_at: datetime | None
    created_at: datetime
    receipt: int | None


class RefundView(msgspec.Struct, frozen=True, kw_only=True):
    """Money going back, and why. `receipt` is the number of its receipt, once it has gone."""

    id: UUID
    reference: str
    status: str
    amount: MoneyView
    reason: str
    created_at: datetime
    receipt: int | None


class HistoryView(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a booking."""

    previous: str | None
    status: str
    actor: str
    at: datetime
    reason: str | None


class OwnReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """The client's own review of a booking, and what the consultant answered.

    A hidden one is read by its client and by operators only.
    """

    rating: int
    comment: str
    created_at: datetime
    is_hidden: bool = False
    reply: ReplyView | None = None


class CancellationView(msgspec.Struct, frozen=True, kw_only=True):
    """What the client gets back who cancels now, until when that holds, and what comes back afterwards; nothing
    means that it holds for good.
    """

    refund: MoneyView
    percent: int
    changes_at: datetime | None
    refund_afterwards: MoneyView | None


class AbsenceReportView(msgspec.Struct, frozen=True, kw_only=True):
    """What a client reported of the consultant's absence, and what became of it."""

    status: str
    words: str
    reported_at: datetime
    answer_due_at: datetime
    answer: str | None
    answered_at: datetime | None
    resolved_at: datetime | None


class BookingDetails(BookingView, frozen=True, kw_only=True):
    """A client's own booking with everything that belongs to it.

    `cancellation` is there as long as the client can cancel, `absence_reportable_until` as long as they can report
    that the consultant did not come.
    """

    payments: list[AttemptView]
    refunds: list[RefundView]
    history: list[HistoryView]
    review: OwnReviewView | None
    cancellation: CancellationView | None
    absence_report: AbsenceReportView | None
    absence_reportable_until: datetime | None


class ClientName(msgspec.Struct, frozen=True):
    """Who booked; no more than a consultant needs to know."""

    name: str


class ConsultantBookingView(msgspec.Struct, frozen=True, kw_only=True):
    """A booking of one of a consultant's slots. `absence_report` is what its client says of one's absence.

    `bank_dispute` is `open` while the client's bank disputes the payment, so that nothing of it is paid out, and
    `lost` when the bank took the money back.
    """

    id: UUID
    slot_id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    client: ClientName
    service: str | None
    reason_for_session: str
    price: MoneyView
    hold_expires_at: datetime | None
    meeting_platform: str | None
    meeting_link: str | None
    absent: str | None
    created_at: datetime
    absence_report: AbsenceReportView | None
    bank_dispute: str | None = None


class BookableSlotView(msgspec.Struct, frozen=True, kw_only=True):
    """What the page on which one books shows before one books.

    `obstacle` is the sentence that a booking would be refused with, and `can_wait` says that the slot is full,
    but has a waiting list. `is_on_offer` is false once the slot was cancelled or its consultant takes no
    bookings. The last three are about the client's own seat and place in line.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    seats_left: int
    price: MoneyView
    service: str | None
    service_description: str | None
    is_on_offer: bool
    is_bookable: bool
    can_wait: bool
    obstacle: str | None
    consultant: ConsultantName
    consultant_time_zone: str
    cancellation_policy: str
    own_booking_id: UUID | None
    is_in_line: bool
    offer_expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingFilter:
    """What is nothing does not filter; `since` and `until` are about the session's start.

    `is_ahead` asks for what still takes place or waits for its payment and is not over, or for all the rest.
    For a consultant `words` looks into the names of clients and their reasons, and `lacks_link` asks for
    confirmed bookings whose client cannot know yet where to meet.
    """

    status: BookingStatus | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_ahead: bool | None = None
    words: str | None = None
    lacks_link: bool = False
    soonest_first: bool = False
    page: PageRequest = FIRST_PAGE


class BookingQueries(Protocol):
    """Reads about bookings; one statement each."""

    async def of_client(self, client_id: UUID, wanted: BookingFilter) -> Page[BookingView]:
        """A client's own, latest session first unless the filter asks for the soonest."""
        ...

    async def details(self, client_id: UUID, booking_id: UUID) -> BookingDetails | None:
        """One of a client's own, with payments, refunds, history and review."""
        ...

    async def of_consultant(self, consultant_id: UUID, wanted: BookingFilter) -> Page[ConsultantBookingView]:
        """Bookings of a consultant's own slots, latest session first unless the filter asks for the soonest."""
        ...

    async def consultant_booking(self, consultant_id: UUID, booking_id: UUID) -> ConsultantBookingView | None:
        """One booking of a consultant's own slots."""
        ...

    async def bookable_slot(
        self, slot_id: UUID, client_id: UUID | None = None, *, even_withdrawn: bool = False
    ) -> BookableSlotView | None:
        """A slot, whether or not it can be booked right now by that client, or by anybody.

        Those that are not on offer any more only for people who had them before their eyes.
        """
        ...
