"""Reads about consultants: discovery, public profiles, their slots and reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from application.consultants.views import (
    ConsultantCard,
    ConsultantView,
    DiscoveryQuery,
    ProfileView,
    RatingView,
    ReviewView,
    SlotView,
    Sorting,
    SpecializationCount,
)
from application.paging import Page, PageRequest
from domain.text import is_clean
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, money, page_of, picture_url
from infrastructure.postgres.queries.seats import SEATS_LEFT

_PUBLIC = "p.is_published AND a.status = 'active'"
_NAME = "a.first_name || ' ' || a.last_name"
_CARD = f"""
p.account_id, p.slug, {_NAME} AS name, p.headline, p.specializations, p.languages, p.time_zone,
p.default_price_amount, p.default_price_currency, p.rating_count, p.rating_sum, a.picture,
free.id AS free_id, free.starts_at, free.ends_at, free.capacity, free.seats_left, free.price_amount,
free.price_currency
"""
_NEXT_FREE = f"""
LATERAL (
  SELECT s.id, s.starts_at, s.ends_at, s.capacity, {SEATS_LEFT} AS seats_left, s.price_amount, s.price_currency
  FROM slots s
  WHERE s.consultant_id = p.account_id AND s.status = 'open'
    AND s.starts_at > greatest(clock_timestamp(), %(since)s) AND (%(until)s IS NULL OR s.starts_at < %(until)s)
    AND {SEATS_LEFT} > 0
  ORDER BY s.starts_at, s.id LIMIT 1
) free ON true
"""


class _Order:
    """A sort: its value for a row, as a type that compares, and its direction."""

    def __init__(self, value: str, kind: str, *, descending: bool = False) -> None:
        self.value = value
        direction, beyond = ("DESC", "<") if descending else ("ASC", ">")
        self.order_by = f"sort_value {direction}, account_id {direction}"
        self.after = f"(sort_value, account_id) {beyond} ($10::text::{kind}, $11::text::uuid)"


_ORDERS = {
    Sorting.NEXT_FREE: _Order("coalesce(free.starts_at, '9999-01-01 00:00:00+00'::timestamptz)", "timestamptz"),
    Sorting.RATING: _Order(
        "coalesce(p.rating_sum::numeric / nullif(p.rating_count, 0), 0)", "numeric", descending=True
    ),
    Sorting.PRICE: _Order("p.default_price_amount", "bigint"),
    Sorting.NAME: _Order(f"lower({_NAME})", "text"),
}


def _discovery(order: _Order) -> str:
    return f"""
SELECT * FROM (
  SELECT {_CARD}, {order.value} AS sort_value
  FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
    LEFT JOIN {_NEXT_FREE % {"since": "coalesce($8::timestamptz, '-infinity')", "until": "$9::timestamptz"}}
  WHERE {_PUBLIC}
    AND ($2::text[] IS NULL OR ({_NAME} || ' ' || p.headline || ' ' || p.bio || ' '
      || array_to_string(p.specializations, ' ')) ILIKE ALL ($2))
    AND ($3::text IS NULL OR EXISTS (SELECT FROM unnest(p.specializations) tag WHERE lower(tag) = lower($3)))
    AND ($4::text IS NULL OR EXISTS (SELECT FROM unnest(p.languages) tag WHERE lower(tag) = lower($4)))
    AND ($5::float8 IS NULL OR p.rating_sum >= $5 * p.rating_count AND p.rating_count > 0)
    AND ($6::bigint IS NULL OR p.default_price_amount <= $6)
    AND (NOT $7::bool OR free.id IS NOT NULL)
) consultant
WHERE $10::text IS NULL OR {order.after}
ORDER BY {order.order_by} LIMIT $1
"""


_DISCOVER = {sorting: _discovery(order) for sorting, order in _ORDERS.items()}

_SPECIALIZATIONS = f"""
SELECT min(tag) AS name, count(*) AS count
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id, unnest(p.specializations) tag
WHERE {_PUBLIC}
GROUP BY lower(tag) ORDER BY count(*) DESC, lower(tag) LIMIT 24
"""

_CONSULTANT = f"""
SELECT {_CARD}, p.bio, p.cancellation_policy
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
  LEFT JOIN {_NEXT_FREE % {"since": "'-infinity'::timestamptz", "until": "NULL::timestamptz"}}
WHERE p.slug = $1 AND {_PUBLIC}
"""

SLOTS = f"""
SELECT s.id, s.starts_at, s.ends_at, s.capacity, {SEATS_LEFT} AS seats_left, s.price_amount, s.price_currency
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
  LEFT JOIN LATERAL (
    SELECT * FROM slots
    WHERE consultant_id = p.account_id AND status = 'open'
      AND starts_at > greatest(clock_timestamp(), coalesce($3::timestamptz, '-infinity'))
      AND starts_at < coalesce($4::timestamptz, 'infinity')
      AND ($5::text IS NULL OR (starts_at, id) > ($5::text::timestamptz, $6::text::uuid))
    ORDER BY starts_at, id LIMIT $2
  ) s ON true
WHERE p.slug = $1 AND {_PUBLIC}
ORDER BY s.starts_at, s.id
"""
"""One row without a slot when there is nothing to offer, none when there is no such consultant."""

_REVIEWS = f"""
SELECT r.id, r.rating, r.comment, client.first_name AS client_name, r.created_at
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
  LEFT JOIN LATERAL (
    SELECT * FROM reviews
    WHERE consultant_id = p.account_id
      AND ($3::text IS NULL OR (created_at, id) < ($3::text::timestamptz, $4::text::uuid))
    ORDER BY created_at DESC, id DESC LIMIT $2
  ) r ON true
  LEFT JOIN accounts client ON client.id = r.client_id
WHERE p.slug = $1 AND {_PUBLIC}
ORDER BY r.created_at DESC, r.id DESC
"""

_OWN_REVIEWS = """
SELECT r.id, r.rating, r.comment, client.first_name AS client_name, r.created_at
FROM reviews r JOIN accounts client ON client.id = r.client_id
WHERE r.consultant_id = $1 AND ($3::text IS NULL OR (r.created_at, r.id) < ($3::text::timestamptz, $4::text::uuid))
ORDER BY r.created_at DESC, r.id DESC LIMIT $2
"""

_OWN_PROFILE = f"""
SELECT p.slug, {_NAME} AS name, p.headline, p.specializations, p.languages, p.bio, p.time_zone,
  p.default_price_amount, p.default_price_currency, p.cancellation_policy, p.is_published,
  p.minimum_notice_minutes, p.booking_window_days, p.sessions_per_day, p.rating_count,
  p.rating_sum, a.picture, p.version
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
WHERE p.account_id = $1
"""


class SqlConsultantQueries:
    """`ConsultantQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def discover(self, query: DiscoveryQuery) -> Page[ConsultantCard]:
        """Published consultants that pass the filters."""
        if query.words and not is_clean(query.words):
            return Page(items=[], next_key=None)
        wants_free = query.available_from is not None or query.available_to is not None
        with translated_faults():
            rows = await self._database.pool.fetch(
                _DISCOVER[query.sorting],
                query.page.limit + 1,
                _like_patterns(query.words),
                query.specialization,
                query.language,
                query.min_rating,
                query.max_price,
                wants_free,
                query.available_from,
                query.available_to,
                *key_of(query.page),
            )
        return page_of(rows, query.page, _card, ("sort_value", "account_id"))

    async def specializations(self) -> list[SpecializationCount]:
        """Most frequent first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_SPECIALIZATIONS)
        return [SpecializationCount(row["name"], row["count"]) for row in rows]

    async def consultant(self, slug: str) -> ConsultantView | None:
        """One public profile."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_CONSULTANT, slug)
        if row is None:
            return None
        return ConsultantView(**_card_fields(row), bio=row["bio"], cancellation_policy=row["cancellation_policy"])

    async def slots(
        self, slug: str, *, since: datetime | None, until: datetime | None, page: PageRequest
    ) -> Page[SlotView] | None:
        """Open future slots by time."""
        with translated_faults():
            rows = await self._database.pool.fetch(SLOTS, slug, page.limit + 1, since, until, *key_of(page))
        if not rows:
            return None
        return page_of([row for row in rows if row["id"]], page, _slot, ("starts_at", "id"))

    async def reviews(self, slug: str, page: PageRequest) -> Page[ReviewView] | None:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_REVIEWS, slug, page.limit + 1, *key_of(page))
        if not rows:
            return None
        return page_of([row for row in rows if row["id"]], page, _review, ("created_at", "id"))

    async def own_reviews(self, account_id: UUID, page: PageRequest) -> Page[ReviewView]:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_OWN_REVIEWS, account_id, page.limit + 1, *key_of(page))
        return page_of(rows, page, _review, ("created_at", "id"))

    async def own_profile(self, account_id: UUID) -> ProfileView | None:
        """A consultant's own profile."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_OWN_PROFILE, account_id)
        if row is None:
            return None
        return ProfileView(
            slug=row["slug"],
            name=row["name"],
            headline=row["headline"],
            specializations=row["specializations"],
            languages=row["languages"],
            bio=row["bio"],
            time_zone=row["time_zone"],
            default_price=money(row, "default_price_"),
            cancellation_policy=row["cancellation_policy"],
            is_published=row["is_published"],
            minimum_notice_minutes=row["minimum_notice_minutes"],
            booking_window_days=row["booking_window_days"],
            sessions_per_day=row["sessions_per_day"],
            rating=_rating(row),
            picture_url=picture_url(row["picture"]),
            version=row["version"],
        )


def _like_patterns(words: str | None) -> list[str] | None:
    """Every word has to occur somewhere; what LIKE would take for a wildcard is meant literally."""
    if not words or not words.strip():
        return None
    escaped = (word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") for word in words.split()[:10])
    return [f"%{word}%" for word in escaped]


def _card(row: asyncpg.Record) -> ConsultantCard:
    return ConsultantCard(**_card_fields(row))


def _card_fields(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "slug": row["slug"],
        "name": row["name"],
        "headline": row["headline"],
        "specializations": row["specializations"],
        "languages": row["languages"],
        "time_zone": row["time_zone"],
        "default_price": money(row, "default_price_"),
        "rating": _rating(row),
        "picture_url": picture_url(row["picture"]),
        "next_free_slot": _slot(row, row["free_id"]) if row["free_id"] else None,
    }


def _rating(row: asyncpg.Record) -> RatingView:
    count = row["rating_count"]
    return RatingView(round(row["rating_sum"] / count, 1) if count else None, count)


def _slot(row: asyncpg.Record, slot_id: UUID | None = None) -> SlotView:
    return SlotView(
        id=slot_id or row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        capacity=row["capacity"],
        seats_left=row["seats_left"],
        price=money(row),
    )


def _review(row: asyncpg.Record) -> ReviewView:
    return ReviewView(
        id=row["id"],
        rating=row["rating"],
        comment=row["comment"],
        client_name=row["client_name"],
        created_at=row["created_at"],
    )
