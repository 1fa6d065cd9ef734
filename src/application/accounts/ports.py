"""What the use cases about accounts need of the outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.accounts import Account, Preferences
from domain.erasure import Hindrance
from domain.pictures import Crop


class Accounts(Protocol):
    """All accounts."""

    async def add(self, account: Account) -> None:
        """Raises `UsernameTaken` or `EmailTaken` (both without regard to case)."""
        ...

    async def get(self, account_id: UUID) -> Account | None:
        """The account, unlocked."""
        ...

    async def find(self, identifier: str) -> Account | None:
        """By username or e-mail address, without regard to case."""
        ...

    async def lock(self, account_id: UUID) -> Account:
        """The account, locked until the end of the transaction. Raises `NotFound`."""
        ...

    async def save(self, account: Account) -> None:
        """Store a changed account and raise its version. Raises `UsernameTaken` or `EmailTaken`."""
        ...

    async def shown_pictures(self, names: list[str]) -> frozenset[str]:
        """Which of these pictures are some account's."""
        ...

    async def prefer(self, account_id: UUID, preferences: Preferences) -> None:
        """Store what the account prefers; its version stays, for nothing else about it changes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A browser's session. `key_hash` is the SHA-256 of what its cookie holds.

    `proven_at` is when the password was given; `address` the network that it came from. `browser_hash` is the
    SHA-256 of what the browser is known by; nothing where that changed nothing.
    """

    key_hash: bytes
    account_id: UUID
    created_at: datetime
    expires_at: datetime
    proven_at: datetime
    user_agent: str
    address: str
    browser_hash: bytes | None = None


class Sessions(Protocol):
    """Browser sessions, stored as hashes."""

    async def add(self, session: NewSession) -> None:
        """Keep a session; beyond 20 of an account the oldest ends."""
        ...

    async def end(self, key_hash: bytes) -> None:
        """End one; nothing happens when it is not there."""
        ...

    async def end_all(self, account_id: UUID) -> None:
        """End every session of an account."""
        ...

    async def end_own(self, account_id: UUID, session_id: UUID) -> bytes | None:
        """End one by the name that its owner knows it by: the hash of its key, nothing when it is not there."""
        ...

    async def end_others(self, account_id: UUID, kept: bytes | None) -> int:
        """End every session of an account but that one; how many there were."""
        ...

    async def renew(self, key_hash: bytes, new_hash: bytes, proven_at: datetime) -> bool:
        """The session goes on under another key, proven now. Whether it was still there."""
        ...

    async def proven_at(self, key_hash: bytes) -> datetime | None:
        """When the password was last given in it; nothing when it has ended."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiToken:
    """A bearer token as it is stored: its SHA-256, and enough to recognise it in a list."""

    id: UUID
    account_id: UUID
    token_hash: bytes
    name: str
    last_four: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime


class ApiTokens(Protocol):
    """Bearer tokens, stored as hashes."""

    async def add(self, token: NewApiToken) -> None:
        """Keep a new token."""
        ...

    async def revoke(self, token_id: UUID, *, account_id: UUID) -> bool:
        """Whether there was such a live token of that account; it is refused from now on."""
        ...

    async def revoke_all(self, account_id: UUID) -> None:
        """Revoke every token of an account."""
        ...


class RecoveryCodes(Protocol):
    """Codes that open an account once each, stored as hashes."""

    async def replace(self, account_id: UUID, hashes: tuple[bytes, ...], now: datetime) -> None:
        """These are the account's codes; earlier ones open nothing any more."""
        ...

    async def use(self, account_id: UUID, code_hash: bytes, now: datetime) -> bool:
        """Whether it was a code of that account that nobody had used; one of several callers at once gets it."""
        ...

    async def left(self, account_id: UUID) -> int:
        """How many were not used yet."""
        ...


class Erasures(Protocol):
    """What makes an account's person go, in one transaction."""

    async def hindrances(self, account_id: UUID) -> list[Hindrance]:
        """Keeps others from beginning anything with the account, then says what is open."""
        ...

    async def forget(self, account_id: UUID) -> None:
        """Remove or blank everything personal around the account: what it wrote to others, its profile, sessions,
        tokens, codes, feeds and messages. Money, receipts and the audit trail stay.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Somebody's attempt to get back into an account; the same row whether or not there is one."""

    id: UUID
    identifier: str
    created_at: datetime
    expires_at: datetime


class Recoveries(Protocol):
    """Recoveries under way."""

    async def add(self, recovery: Recovery) -> None:
        """Begin one."""
        ...

    async def get(self, recovery_id: UUID) -> Recovery | None:
        """One that has begun, expired or not."""
        ...

    async def grant(
        self, recovery_id: UUID, account_id: UUID, token_hash: bytes, until: datetime, *, by_code: bool
    ) -> None:
        """The code was good, or the answer right: this reset token is good until then; earlier ones are void."""
        ...

    async def use(self, token_hash: bytes, now: datetime) -> UUID | None:
        """The account that a live reset token opens, once: one of several callers at once gets it."""
        ...


class AuditTrail(Protocol):
    """Who did what, when, from where: append-only, without secrets."""

    async def add(self, kind: str, *, account_id: UUID | None, address: str | None = None, **details: str) -> None:
        """Add one entry, such as `recovery.answered`."""
        ...


class SecretHasher(Protocol):
    """argon2id, off the event loop. Raises `Busy` when too many hashes wait."""

    async def hash_password(self, password: str) -> str:
        """A PHC string."""
        ...

    async def verify_password(self, password_hash: str | None, password: str) -> bool:
        """Without a hash the same work is done for nothing, so that nobody learns who has an account."""
        ...

    def password_needs_rehash(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        ...

    async def hash_answer(self, normalised: str) -> str:
        """A PHC string of the peppered answer."""
        ...

    async def verify_answer(self, answer_hash: str | None, normalised: str) -> bool:
        """As `verify_password`, for a security answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Something only its holder knows, and the SHA-256 by which it is found again."""

    plain: str
    hashed: bytes

    def __repr__(self) -> str:
        return "Secret(…)"


class Secrets(Protocol):
    """Makes and recognises random secrets."""

    def new_session_key(self) -> Secret:
        """256 random bits for a cookie."""
        ...

    def new_api_token(self) -> Secret:
        """`imo_`, 43 random base62 characters, and a checksum of 6."""
        ...

    def new_reset_token(self) -> Secret:
        """256 random bits, for one password reset."""
        ...

    def new_feed_token(self) -> Secret:
        """256 random bits, for the address of a calendar feed."""
        ...

    def new_recovery_code(self) -> Secret:
        """80 random bits, of the alphabet of recovery codes."""
        ...

    def hash_of(self, plain: str) -> bytes:
        """The SHA-256 that a secret is stored under."""
        ...

    def is_api_token(self, plain: str) -> bool:
        """Whether prefix, length and checksum are right; spares a query for typing errors."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `attempts` within `window`."""

    attempts: int
    window: timedelta


class Throttles(Protocol):
    """Counters of attempts, in the database, shared by all processes."""

    async def hit(self, key: str, limit: Limit) -> None:
        """Count one attempt, before it is looked at. Raises `Throttled` when there were too many."""
        ...

    async def require_room(self, key: str, limit: Limit) -> None:
        """Raises `Throttled` when there were too many; counts nothing."""
        ...

    async def forgive(self, key: str) -> None:
        """Take one attempt back: it was a good one."""
        ...

    async def clear(self, key: str) -> None:
        """Forget all attempts."""
        ...


class CommonSecrets(Protocol):
    """What too many people choose."""

    @property
    def passwords(self) -> frozenset[str]:
        """Case-folded."""
        ...

    @property
    def answers(self) -> frozenset[str]:
        """Bare: without case, accents, spaces and punctuation."""
        ...


class EmailChecker(Protocol):
    """Knows what a well-formed e-mail address is."""

    def __call__(self, email: str) -> str:
        """The address in its usual spelling. Raises `Invalid` for the field `email`."""
        ...


class Pictures(Protocol):
    """Profile pictures, re-encoded from their pixels, in two sizes. Raises `PicturesUnavailable`."""

    async def store(self, upload: bytes, crop: Crop | None = None) -> str:
        """Keep the square of the picture, or its middle, and return its name. Raises `Invalid` for the field
        `picture`.
        """
        ...

    async def read(self, name: str) -> bytes | None:
        """The WebP file of that name (see `small_picture`), or nothing."""
        ...

    async def remove(self, name: str) -> None:
        """Forget a picture in all its sizes; nothing happens when it is not there."""
        ...

    def stored_before(self, moment: datetime) -> AsyncIterator[list[str]]:
        """The names of all pictures that were stored before, some at a time; a name may come twice."""
        ...
