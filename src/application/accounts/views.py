"""Accounts as their owners see them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.paging import Page, PageRequest
from domain.accounts import Preferences
from domain.erasure import Hindrance


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """One's own account. `version` is what If-Match refers to."""

    id: UUID
    username: str
    email: str
    role: str
    first_name: str
    last_name: str
    phone_number: str | None
    picture_url: str | None
    security_question: str
    has_question_recovery: bool
    created_at: datetime
    version: int


class ApiTokenView(msgspec.Struct, frozen=True, kw_only=True):
    """A live bearer token; the secret itself was shown once, when it was made."""

    id: UUID
    name: str
    last_four: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is logged in. `address` is the network that it came from, as far as it is kept."""

    id: UUID
    user_agent: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_current: bool


class RecoveryCodesView(msgspec.Struct, frozen=True, kw_only=True):
    """How many recovery codes are left, of those made then. The codes themselves were shown once."""

    left: int
    made_at: datetime | None


class AccountQueries(Protocol):
    """Reads about accounts; one statement each."""

    async def account(self, account_id: UUID) -> AccountView | None:
        """One account."""
        ...

    async def api_tokens(self, account_id: UUID, page: PageRequest) -> Page[ApiTokenView]:
        """Live tokens, newest first."""
        ...

    async def sessions(self, account_id: UUID, current: bytes | None) -> list[SessionView]:
        """Live browser sessions, last seen first, after the one that asks: `current` is the hash of its key."""
        ...

    async def recovery_codes(self, account_id: UUID) -> RecoveryCodesView:
        """How many are left."""
        ...

    async def preferences(self, account_id: UUID) -> Preferences:
        """How pages speak and look to the account."""
        ...

    async def hindrances(self, account_id: UUID) -> list[Hindrance]:
        """What stands in the way of deleting the account at this moment."""
        ...
