"""Who is asking: an account, known by a session or by a bearer token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.accounts import Preferences, Role

MOST_UNREAD = 99


class Scope(StrEnum):
    """What a bearer token may be used for; it never widens what the account may do."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An active account, as of this request; role and status come from the database each time."""

    account_id: UUID
    role: Role
    username: str
    first_name: str
    picture: str | None
    scopes: frozenset[Scope]
    session_id: bytes | None = None
    expires_at: datetime | None = None
    proven_at: datetime | None = None
    """When the password was last given in this session."""
    proof: str | None = field(default=None, repr=False)
    """The password's hash as of this call, of a program that gave the password with it."""
    preferences: Preferences = field(default_factory=Preferences)
    unread: int = 0
    """Notifications that nobody has read, of a browser's caller; more than `MOST_UNREAD` are not counted."""


class Callers(Protocol):
    """Finds out who is asking; one statement each."""

    async def by_session(self, key_hash: bytes) -> Caller | None:
        """The account of a live session of an active account; marks the session as seen."""
        ...

    async def by_token(self, token_hash: bytes) -> Caller | None:
        """The account of a live token of an active account; marks the token as used."""
        ...
