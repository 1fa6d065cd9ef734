"""Notifications as their recipient sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.paging import FIRST_PAGE, Page, PageRequest


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What `domain.notifications.Fact` names; each is there where its kind has it."""

    starts_at: datetime | None = None
    moved_from: datetime | None = None
    until: datetime | None = None
    amount: MoneyView | None = None
    actor: str | None = None
    rating: int | None = None
    bank: str | None = None
    last_four: str | None = None
    by_code: bool | None = None
    user_agent: str | None = None
    network: str | None = None
    item: str | None = None
    about: str | None = None


class NotificationView(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `kind` and what `subject_id` names are those of `domain.notifications`.

    `person` is whom the session was to be with, as they are called now, `service` its kind. `time_zone` is the one
    that the recipient prefers.
    """

    id: UUID
    kind: str
    subject_id: UUID | None
    facts: Facts
    person: str | None
    service: str | None
    recipient_role: str
    time_zone: str | None
    created_at: datetime
    read_at: datetime | None


class NotificationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, or those that nobody has read."""

    unread_only: bool = False
    page: PageRequest = FIRST_PAGE


class NotificationQueries(Protocol):
    """Reads about notifications; one statement each. How many are unread comes with the caller."""

    async def of_account(self, account_id: UUID, wanted: NotificationFilter) -> Page[NotificationView]:
        """What an account was told within a year, newest first. What was read is kept for 90 days."""
        ...

    async def own(self, account_id: UUID, notification_id: UUID) -> NotificationView | None:
        """One of an account's own."""
        ...
