"""Sessions as calendars show them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from domain.bookings import BookingStatus

FEED_REACHES_BACK = timedelta(days=90)
FEED_REACHES_AHEAD = timedelta(days=732)
MOST_FEED_EVENTS = 2000
LINK_IS_OPEN = frozenset({BookingStatus.CONFIRMED, BookingStatus.COMPLETED})


class BookingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One booking, for its client and its consultant. `sequence` grows with every move and cancellation."""

    id: UUID
    sequence: int
    status: BookingStatus
    starts_at: datetime
    ends_at: datetime
    client_first_name: str
    client_last_name: str
    consultant_name: str
    consultant_time_zone: str
    service: str | None
    reason_for_session: str
    meeting_platform: str | None
    meeting_link: str | None

    @property
    def open_link(self) -> str | None:
        """Where one meets, as long as the session takes place."""
        return self.meeting_link if self.status in LINK_IS_OPEN else None


class FeedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One session in a feed: when, and what a title needs; nothing else may get into a feed.

    `id` and `sequence` are a booking's in a client's feed, a slot's in a consultant's. `consultant_name` is
    there for a client, `service` and `is_group` are about a consultant's session. `changed_at` is when anything
    of this changed last.
    """

    id: UUID
    sequence: int
    status: BookingStatus
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    consultant_name: str | None = None
    service: str | None = None
    is_group: bool = False


class FeedOwner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose feed it is."""

    account_id: UUID
    role: str


class FeedView(msgspec.Struct, frozen=True, kw_only=True):
    """One's own feed; its address was shown once, when it was made."""

    created_at: datetime


class CalendarQueries(Protocol):
    """Reads for calendars; one statement each."""

    async def booking_of_client(self, client_id: UUID, booking_id: UUID) -> BookingEvent | None:
        """One of a client's own bookings as an iCalendar file (RFC 5545), with its meeting link."""
        ...

    async def booking_of_consultant(self, consultant_id: UUID, booking_id: UUID) -> BookingEvent | None:
        """A booking of a consultant's own session as an iCalendar file (RFC 5545), with its meeting link."""
        ...

    async def feed(self, account_id: UUID) -> FeedView | None:
        """The account's feed, if it has one."""
        ...

    async def feed_owner(self, token_hash: bytes) -> FeedOwner | None:
        """The active account whose feed has a token with that hash."""
        ...

    async def events_of_client(self, client_id: UUID) -> list[FeedEvent]:
        """A client's bookings within the feed's reach that hold a seat, and cancelled ones; by their start."""
        ...

    async def events_of_consultant(self, consultant_id: UUID) -> list[FeedEvent]:
        """A consultant's sessions within the feed's reach that have seats taken, and those that were cancelled
        with bookings; by their start.
        """
        ...
