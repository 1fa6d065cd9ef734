"""Consultant profiles: the public face of a consultant account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from domain.money import Money
from domain.refusals import FieldCheck, Refusal
from domain.sentences import Sentence
from domain.text import is_clean

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
LONGEST_BIO = 5000
MOST_TAGS = 12


class CancellationPolicy(StrEnum):
    """What a client gets back who cancels: fixed for a booking when it is made."""

    FLEXIBLE = "flexible"
    MODERATE = "moderate"
    STRICT = "strict"


LONGEST_NOTICE = timedelta(days=30)
LONGEST_WINDOW = timedelta(days=732)
MOST_SESSIONS_PER_DAY = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLimits:
    """When clients may book. Raises `Invalid` with every field that breaks a bound.

    A session can be booked from `window` until `minimum_notice` before its start, and no more than
    `sessions_per_day` sessions begin on one day of the consultant's zone; nothing means any number.
    """

    minimum_notice: timedelta = timedelta(0)
    window: timedelta = LONGEST_WINDOW
    sessions_per_day: int | None = None

    def __post_init__(self) -> None:
        check = FieldCheck()
        check.require(
            timedelta(0) <= self.minimum_notice <= LONGEST_NOTICE,
            "minimum_notice_minutes",
            "Ask for a notice of at most 30 days (43,200 minutes).",
        )
        check.require(
            timedelta(days=1) <= self.window <= LONGEST_WINDOW,
            "booking_window_days",
            "Take bookings from 1 to 732 days ahead.",
        )
        check.require(
            self.sessions_per_day is None or 1 <= self.sessions_per_day <= MOST_SESSIONS_PER_DAY,
            "sessions_per_day",
            Sentence("Limit it to 1 to {most} sessions a day, or leave it out.", most=MOST_SESSIONS_PER_DAY),
        )
        check.done()


NO_LIMITS = BookingLimits()


class ProfileIncomplete(Refusal):
    """A profile is published only when clients can make sense of it."""

    code = "profile_incomplete"
    sentence = "Before you publish, add a headline, a bio and at least one specialisation."


class SlugTaken(Refusal):
    """Another consultant has that public address."""

    code = "slug_taken"
    sentence = "Another consultant already uses that address."


def missing_for_publication(headline: str, bio: str, specializations: Sequence[str]) -> tuple[str, ...]:
    """The fields without which a profile is not published."""
    needed = {"headline": headline, "bio": bio, "specializations": specializations}
    return tuple(name for name, value in needed.items() if not value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultantProfile:
    """What clients see of a consultant. Raises `Invalid` with every field that breaks a bound.

    `time_zone` is an IANA name; that it exists is checked where the zone database is known.
    """

    account_id: UUID
    slug: str
    headline: str
    specializations: tuple[str, ...]
    languages: tuple[str, ...]
    bio: str
    time_zone: str
    default_price: Money
    policy: CancellationPolicy
    is_published: bool
    limits: BookingLimits = NO_LIMITS
    version: int = 1

    def __post_init__(self) -> None:
        check = FieldCheck()
        check.require(
            3 <= len(self.slug) <= 60 and SLUG.match(self.slug) is not None,
            "slug",
            "Use 3 to 60 lower-case letters, digits and single hyphens.",
        )
        check.require(
            len(self.headline) <= 120 and is_clean(self.headline), "headline", "Use at most 120 characters."
        )
        check.require(
            len(self.bio) <= LONGEST_BIO and is_clean(self.bio, lines=True),
            "bio",
            Sentence("Use at most {longest:,} characters.", longest=LONGEST_BIO),
        )
        for name, tags in (("specializations", self.specializations), ("languages", self.languages)):
            check.require(len(tags) <= MOST_TAGS, name, Sentence("List at most {most}.", most=MOST_TAGS))
            check.require(
                all(1 <= len(tag) <= 60 and is_clean(tag) for tag in tags),
                name,
                "Use 1 to 60 characters each.",
            )
        check.done()
        if self.is_published and missing_for_publication(self.headline, self.bio, self.specializations):
            raise ProfileIncomplete
