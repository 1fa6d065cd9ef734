"""Reads about consultants: discovery, public profiles, their slots and reviews."""

from __future__ import annotations

from dataclasses import replace
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
    ReplyView,
    ReviewView,
    SlotView,
    TagCount,
    Tags,
)
from application.money_view import MoneyView
from application.paging import Page, PageRequest
from domain.text import is_clean
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.discovery import CARD, FREE_SLOT, NAME, PUBLIC, SLOT, Discovery
from infrastructure.postgres.queries.offers import ON_OFFER, next_free
from infrastructure.postgres.queries.pages import key_of, money, page_of, picture_url

MOST_TAGS = 24


def _most_named(column: str) -> str:
    return f"""
(SELECT '{column}' AS kind, min(tag) AS name, count(*) AS count
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id, unnest(p.{column}) tag
WHERE {PUBLIC}
GROUP BY lower(tag) ORDER BY count(*) DESC, lower(tag) LIMIT {MOST_TAGS})
"""


_TAGS = f"""
SELECT * FROM ({_most_named("specializations")} UNION ALL {_most_named("languages")}) named
ORDER BY count DESC, lower(name)
"""

_CONSULTANT = f"""
SELECT {CARD}, p.bio, p.cancellation_policy, ARRAY(
    SELECT count(r.id) FROM generate_series(1, 5) stars
      LEFT JOIN reviews r ON r.consultant_id = p.account_id AND r.rating = stars AND r.hidden_at IS NULL
    GROUP BY stars ORDER BY stars
  ) AS rating_spread
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id {next_free()} {FREE_SLOT}
WHERE p.slug = $1 AND {PUBLIC}
"""

SLOTS = f"""
SELECT s.id, {SLOT}
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
  LEFT JOIN LATERAL (
    SELECT * FROM slots s
    WHERE s.consultant_id = p.account_id AND {ON_OFFER}
      AND s.starts_at >= coalesce($3::timestamptz, '-infinity')
      AND s.starts_at < coalesce($4::timestamptz, 'infinity')
      AND ($5::text IS NULL OR (s.starts_at, s.id) > ($5::text::timestamptz, $6::text::uuid))
      AND ($7::uuid IS NULL OR s.service_id = $7)
    ORDER BY s.starts_at, s.id LIMIT $2
  ) s ON true
  LEFT JOIN services service ON service.id = s.service_id
WHERE p.slug = $1 AND {PUBLIC}
ORDER BY s.starts_at, s.id
"""
"""One row without a slot when there is nothing to offer, none when there is no such consultant."""

REVIEWER = "CASE client.status WHEN 'erased' THEN 'A former client' ELSE client.first_name END"
"""What others read of who wrote a review."""

_REVIEWS = f"""
SELECT r.id, r.rating, r.comment, {REVIEWER} AS client_name, r.created_at, r.reply, r.replied_at
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
  LEFT JOIN LATERAL (
    SELECT * FROM reviews
    WHERE consultant_id = p.account_id AND hidden_at IS NULL
      AND ($3::text IS NULL OR (created_at, id) < ($3::text::timestamptz, $4::text::uuid))
      AND ($5::int IS NULL OR rating = $5)
    ORDER BY created_at DESC, id DESC LIMIT $2
  ) r ON true
  LEFT JOIN accounts client ON client.id = r.client_id
WHERE p.slug = $1 AND {PUBLIC}
ORDER BY r.created_at DESC, r.id DESC
"""

_OWN_REVIEWS = f"""
SELECT r.id, r.rating, r.comment, {REVIEWER} AS client_name, r.created_at, r.reply, r.replied_at
FROM reviews r JOIN accounts client ON client.id = r.client_id
WHERE r.consultant_id = $1 AND r.hidden_at IS NULL
  AND ($3::text IS NULL OR (r.created_at, r.id) < ($3::text::timestamptz, $4::text::uuid))
  AND ($5::int IS NULL OR r.rating = $5)
ORDER BY r.created_at DESC, r.id DESC LIMIT $2
"""

_OWN_SPREAD = """
SELECT count(r.id) AS count FROM generate_series(1, 5) stars
  LEFT JOIN reviews r ON r.consultant_id = $1 AND r.rating = stars AND r.hidden_at IS NULL
GROUP BY stars ORDER BY stars
"""

_OWN_REVIEW = f"""
SELECT r.id, r.rating, r.comment, {REVIEWER} AS client_name, r.created_at, r.reply, r.replied_at
FROM reviews r JOIN accounts client ON client.id = r.client_id
WHERE r.consultant_id = $1 AND r.id = $2 AND r.hidden_at IS NULL
"""

_OWN_PROFILE = f"""
SELECT p.slug, {NAME} AS name, p.headline, p.specializations, p.languages, p.bio, p.time_zone,
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
        discovery = Discovery(query)
        with translated_faults():
            rows = await self._database.pool.fetch(discovery.statement, *discovery.arguments)
        return page_of(rows, query.page, _card, ("sort_value", "account_id"))

    async def count(self, query: DiscoveryQuery, *, most: int) -> int:
        """How many pass the filters."""
        if query.words and not is_clean(query.words):
            return 0
        discovery = Discovery(replace(query, page=PageRequest(limit=most)), is_counted=True)
        with translated_faults():
            count: int = await self._database.pool.fetchval(discovery.statement, *discovery.arguments)
        return count

    async def tags(self) -> Tags:
        """Both in one statement."""
        with translated_faults():
            rows = await self._database.pool.fetch(_TAGS)
        named: dict[str, list[TagCount]] = {"specializations": [], "languages": []}
        for row in rows:
            named[row["kind"]].append(TagCount(row["name"], row["count"]))
        return Tags(**named)

    async def consultant(self, slug: str) -> ConsultantView | None:
        """One public profile."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_CONSULTANT, slug)
        if row is None:
            return None
        return ConsultantView(
            **_card_fields(row),
            bio=row["bio"],
            cancellation_policy=row["cancellation_policy"],
            rating_spread=row["rating_spread"],
        )

    async def slots(
        self,
        slug: str,
        *,
        since: datetime | None,
        until: datetime | None,
        page: PageRequest,
        service_id: UUID | None = None,
    ) -> Page[SlotView] | None:
        """By time."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                SLOTS, slug, page.limit + 1, since, until, *key_of(page), service_id
            )
        if not rows:
            return None
        return page_of([row for row in rows if row["id"]], page, _slot, ("starts_at", "id"))

    async def reviews(self, slug: str, page: PageRequest, *, rating: int | None = None) -> Page[ReviewView] | None:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_REVIEWS, slug, page.limit + 1, *key_of(page), rating)
        if not rows:
            return None
        return page_of([row for row in rows if row["id"]], page, _review, ("created_at", "id"))

    async def own_reviews(
        self, account_id: UUID, page: PageRequest, *, stars: int | None = None
    ) -> Page[ReviewView]:
        """Newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(_OWN_REVIEWS, account_id, page.limit + 1, *key_of(page), stars)
        return page_of(rows, page, _review, ("created_at", "id"))

    async def own_rating_spread(self, account_id: UUID) -> list[int]:
        """From one star to five."""
        with translated_faults():
            rows = await self._database.pool.fetch(_OWN_SPREAD, account_id)
        return [row["count"] for row in rows]

    async def own_review(self, account_id: UUID, review_id: UUID) -> ReviewView | None:
        """By both of its keys."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_OWN_REVIEW, account_id, review_id)
        return _review(row) if row else None

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
        "price_from": MoneyView(row["price_from"], row["default_price_currency"]),
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
        service=row["service"],
        service_id=row["service_id"],
    )


def _review(row: asyncpg.Record) -> ReviewView:
    return ReviewView(
        id=row["id"],
        rating=row["rating"],
        comment=row["comment"],
        client_name=row["client_name"],
        created_at=row["created_at"],
        reply=ReplyView(row["reply"], row["replied_at"]) if row["reply"] is not None else None,
    )
