"""Accounts as their owners see them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.paging import Page, PageRequest


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
    created_at: datetime
    version: int


class ApiTokenView(msgspec.Struct, frozen=True, kw_only=True):
    """A live bearer token; the secret itself was shown once, when it was made."""

    id: UUID
    name: str
    last_four: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime


class AccountQueries(Protocol):
    """Reads about accounts; one statement each."""

    async def account(self, account_id: UUID) -> AccountView | None:
        """One account."""
        ...

    async def api_tokens(self, account_id: UUID, page: PageRequest) -> Page[ApiTokenView]:
        """Live tokens, newest first."""
        ...
