"""Calls with a key, and where they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What an account asks for under a key of its own making.

    A key names a call of that account to that operation; others may use the same one. `fingerprint` (SHA-256)
    stands for everything that is asked for.
    """

    account_id: UUID
    operation: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the call was answered with."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to carry a call out, until `locked_until`.

    What the call makes gets `resource_id`, so that whoever carries it out again finds what was made already.
    `is_continued` says that somebody began before, and may have got anywhere.
    """

    call: Call
    resource_id: UUID
    locked_until: datetime
    is_continued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A key that somebody else came first with; without `answer` they are still at it."""

    fingerprint: bytes
    answer: Answer | None


class KeyedCalls(Protocol):
    """All calls with a key. Each method is one statement and a transaction of its own."""

    async def claim(
        self, call: Call, *, resource_id: UUID, lock: timedelta, life: timedelta
    ) -> Claim | Known | None:
        """The claim, for a new key or for one whose call was interrupted; the known call otherwise.

        Nothing when somebody is claiming it at this very moment.
        """
        ...

    async def finish(self, claim: Claim, answer: Answer) -> bool:
        """Keep the answer. False, and nothing is kept, when the claim is somebody else's by now."""
        ...

    async def let_go(self, claim: Claim) -> None:
        """Let the next call under this key carry on."""
        ...

    async def forget(self, claim: Claim) -> None:
        """As if the key had never been used: nothing came of the call."""
        ...

    async def let_go_of_abandoned(self) -> int:
        """Let others carry on with the calls whose lock ran out; how many there were."""
        ...

    async def delete_expired(self, *, limit: int) -> int:
        """Delete calls whose life is over; how many there were."""
        ...
