"""Consultants as the public and they themselves see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.paging import FIRST_PAGE, Page, PageRequest


class RatingView(msgspec.Struct, frozen=True):
    """`average` has one decimal and is nothing without reviews."""

    average: float | None
    count: int


class SlotView(msgspec.Struct, frozen=True, kw_only=True):
    """A session on offer. `seats_left` counts lapsed holds as free, and seats that somebody waits for as taken.

    `service` is the name of the service it belongs to.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    seats_left: int
    price: MoneyView
    service: str | None = None
    service_id: UUID | None = None


class ConsultantCard(msgspec.Struct, frozen=True, kw_only=True):
    """A consultant in a list. `price_from` is the lowest of their usual price and the prices of their services."""

    slug: str
    name: str
    headline: str
    specializations: list[str]
    languages: list[str]
    time_zone: str
    default_price: MoneyView
    price_from: MoneyView
    rating: RatingView
    picture_url: str | None
    next_free_slot: SlotView | None


class ConsultantView(ConsultantCard, frozen=True, kw_only=True):
    """A consultant's public page. `rating_spread` says how many reviews gave 1, 2, 3, 4 and 5 stars."""

    bio: str
    cancellation_policy: str
    rating_spread: list[int]


class ReplyView(msgspec.Struct, frozen=True):
    """What the consultant answered."""

    text: str
    created_at: datetime


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """What a client said, and what the consultant answered; of the client only the first name is shown."""

    id: UUID
    rating: int
    comment: str
    client_name: str
    created_at: datetime
    reply: ReplyView | None = None


class ProfileView(msgspec.Struct, frozen=True, kw_only=True):
    """A consultant's own profile. `version` is what If-Match refers to."""

    slug: str
    name: str
    headline: str
    specializations: list[str]
    languages: list[str]
    bio: str
    time_zone: str
    default_price: MoneyView
    cancellation_policy: str
    is_published: bool
    minimum_notice_minutes: int
    booking_window_days: int
    sessions_per_day: int | None
    rating: RatingView
    picture_url: str | None
    version: int


class TagCount(msgspec.Struct, frozen=True):
    """How many published consultants name a specialisation or a language."""

    name: str
    count: int


class Tags(msgspec.Struct, frozen=True, kw_only=True):
    """What published consultants name, most frequent first."""

    specializations: list[TagCount]
    languages: list[TagCount]


class Sorting(StrEnum):
    """How discovery is ordered. Relevance is about the words that were typed."""

    RELEVANCE = "relevance"
    NEXT_FREE = "next_free"
    RATING = "rating"
    PRICE = "price"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryQuery:
    """Filters of discovery; what is nothing does not filter. `max_price` is in subunits: the lowest price of a
    consultant who is found is no higher.

    A consultant is free when a session can be booked with them: one with a seat that nobody waits for, within the
    limits that they set.
    """

    words: str | None = None
    specialization: str | None = None
    language: str | None = None
    min_rating: float | None = None
    max_price: int | None = None
    available_from: datetime | None = None
    available_to: datetime | None = None
    is_bookable: bool = False
    sorting: Sorting | None = None
    page: PageRequest = FIRST_PAGE

    @property
    def has_words(self) -> bool:
        """Whether there is anything to look for in what was typed."""
        return self.words is not None and any(char.isalnum() for char in self.words)

    @property
    def wants_free(self) -> bool:
        """Whether only consultants with a free session are wanted, at any time or in a given one."""
        return self.is_bookable or self.available_from is not None or self.available_to is not None

    @property
    def order(self) -> Sorting:
        """Words are answered by relevance unless another order was asked for."""
        if self.sorting is None or self.sorting is Sorting.RELEVANCE:
            return Sorting.RELEVANCE if self.has_words else Sorting.NEXT_FREE
        return self.sorting


class ConsultantQueries(Protocol):
    """Reads about consultants; one statement each. Unpublished and suspended ones are not there."""

    async def discover(self, query: DiscoveryQuery) -> Page[ConsultantCard]:
        """Published consultants that pass the filters, in the order asked for."""
        ...

    async def count(self, query: DiscoveryQuery, *, most: int) -> int:
        """How many pass the filters, on all pages; counted up to `most`."""
        ...

    async def tags(self) -> Tags:
        """What published consultants name: at most 24 specialisations and as many languages."""
        ...

    async def consultant(self, slug: str) -> ConsultantView | None:
        """One public profile."""
        ...

    async def slots(
        self,
        slug: str,
        *,
        since: datetime | None,
        until: datetime | None,
        page: PageRequest,
        service_id: UUID | None = None,
    ) -> Page[SlotView] | None:
        """Open future slots within the consultant's limits, by time, full ones included; with a service, only
        its own. Nothing when there is no such consultant.
        """
        ...

    async def reviews(self, slug: str, page: PageRequest, *, rating: int | None = None) -> Page[ReviewView] | None:
        """Newest first, perhaps only those of so many stars; nothing when there is no such consultant."""
        ...

    async def own_reviews(
        self, account_id: UUID, page: PageRequest, *, stars: int | None = None
    ) -> Page[ReviewView]:
        """Reviews of a consultant's own sessions, newest first; with stars, those of so many."""
        ...

    async def own_rating_spread(self, account_id: UUID) -> list[int]:
        """How many reviews of a consultant's own sessions gave 1, 2, 3, 4 and 5 stars."""
        ...

    async def own_review(self, account_id: UUID, review_id: UUID) -> ReviewView | None:
        """One review of a consultant's own sessions."""
        ...

    async def own_profile(self, account_id: UUID) -> ProfileView | None:
        """A consultant's own profile, published or not."""
        ...
