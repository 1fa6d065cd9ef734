"""Rows of the plain aggregates, which Advanced Alchemy's repositories read and write.

Slots, bookings, payments and the outbox have no rows here: their statements lock, count and decide, and are
written as SQL beside their mappers. Defaults, checks and indexes live in the migrations.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from advanced_alchemy.base import DefaultBase
from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import BigInteger, Identity, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column


class AccountRow(DefaultBase):
    """An account."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    phone_number: Mapped[str | None] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    security_question: Mapped[str] = mapped_column(Text)
    security_answer_hash: Mapped[str] = mapped_column(Text)
    has_question_recovery: Mapped[bool]
    status: Mapped[str] = mapped_column(Text)
    picture: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    version: Mapped[int]


class SessionRow(DefaultBase):
    """A browser session under the SHA-256 of its key."""

    __tablename__ = "sessions"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    proven_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    user_agent: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class ApiTokenRow(DefaultBase):
    """A bearer token by its SHA-256."""

    __tablename__ = "api_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(Text)
    last_four: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


class RecoveryRow(DefaultBase):
    """A recovery under way."""

    __tablename__ = "recoveries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    account_id: Mapped[UUID | None]
    reset_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    reset_expires_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    reset_used_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    by_code: Mapped[bool] = mapped_column(default=False)


class AuditEntryRow(DefaultBase):
    """One line of the audit trail; the database stamps and numbers it."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID | None]
    address: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, str]] = mapped_column(JSONB)


class ConsultantProfileRow(DefaultBase):
    """A consultant's profile. The rating summary is kept by the database and not written from here."""

    __tablename__ = "consultant_profiles"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text)
    headline: Mapped[str] = mapped_column(Text)
    specializations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    bio: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    default_price_amount: Mapped[int] = mapped_column(BigInteger)
    default_price_currency: Mapped[str] = mapped_column(Text)
    cancellation_policy: Mapped[str] = mapped_column(Text)
    is_published: Mapped[bool]
    minimum_notice_minutes: Mapped[int]
    booking_window_days: Mapped[int]
    sessions_per_day: Mapped[int | None]
    version: Mapped[int]


class ReviewRow(DefaultBase):
    """A review."""

    __tablename__ = "reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID]
    client_id: Mapped[UUID]
    consultant_id: Mapped[UUID]
    rating: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTimeUTC(timezone=True))
    reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))
    hidden_at: Mapped[datetime | None] = mapped_column(DateTimeUTC(timezone=True))


ALL = (AccountRow, SessionRow, ApiTokenRow, RecoveryRow, AuditEntryRow, ConsultantProfileRow, ReviewRow)
"""Every row above."""
