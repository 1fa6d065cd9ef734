"""What a consultant looks at first: the sessions of the day, what is new, and what waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

MOST_WITHOUT_LINK = 5
MOST_NEWS = 5


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """One seat-holding booking of a session. `status` is pending while it waits for its payment."""

    booking_id: UUID
    client_name: str
    status: str
    has_link: bool


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session that somebody has a seat in, in the order in which they booked. The link is the latest one of its
    bookings' own.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    status: str
    service: str | None
    max_slots: int
    people_waiting: int
    seats: list[Seat]
    meeting_platform: str | None
    meeting_link: str | None

    @property
    def confirmed(self) -> list[Seat]:
        """Those who come."""
        return [seat for seat in self.seats if seat.status == "confirmed"]

    @property
    def without_link(self) -> list[Seat]:
        """Those who come, and cannot know yet where to."""
        return [seat for seat in self.confirmed if not seat.has_link]


class NewBooking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that was made lately, and that holds its seat."""

    id: UUID
    client_name: str
    service: str | None
    starts_at: datetime
    ends_at: datetime
    status: str
    created_at: datetime


class NewReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review of the last weeks."""

    id: UUID
    rating: int
    comment: str
    client_name: str
    created_at: datetime
    is_replied: bool


class TodayView(msgspec.Struct, frozen=True, kw_only=True):
    """`sessions` are those of the day, and those under way; `next_session` is the first after them.

    `without_link` are the first sessions to come in which somebody does not know yet where to meet, of
    `sessions_without_link` in all. `to_settle` counts bookings whose session is over, and of which nobody said yet
    that it took place.
    """

    sessions: list[Session]
    next_session: Session | None
    without_link: list[Session]
    sessions_without_link: int
    new_bookings: list[NewBooking]
    new_reviews: list[NewReview]
    to_settle: int
    has_bookings: bool
    has_services: bool
    has_free_times: bool


class TodayQueries(Protocol):
    """Reads of a consultant's day; one statement each."""

    async def of_consultant(self, consultant_id: UUID, *, begins: datetime, ends: datetime) -> TodayView:
        """The day from `begins` until `ends`, in the consultant's zone."""
        ...

    async def session(self, consultant_id: UUID, slot_id: UUID) -> Session | None:
        """One of a consultant's own sessions, whoever has a seat in it; nothing when it is cancelled."""
        ...
