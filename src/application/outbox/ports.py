"""The outbox: what has to happen outside, written in the transaction that causes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Topic(StrEnum):
    """What kind of work waits."""

    SETTLE_PAYMENT = "payments.settle"
    SEND_REFUND = "refunds.send"
    FOLLOW_DISPUTE = "disputes.follow"
    SEND_PAYOUT = "payouts.send"
    FOLLOW_PAYOUT = "payouts.follow"
    REMOVE_PICTURE = "pictures.remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One piece of work: its topic and the id or reference that it is about, nothing more."""

    id: UUID
    topic: Topic
    subject: str
    attempts: int


class Outbox(Protocol):
    """Written inside a unit of work; delivered at least once, after its commit."""

    async def add(self, topic: Topic, subject: str, *, dedupe_key: str) -> None:
        """Note work to do. The same `dedupe_key` again adds nothing."""
        ...


class Errands(Protocol):
    """The relay's side of the outbox; each call is a transaction of its own."""

    async def claim(self, *, limit: int, lease: timedelta) -> list[Errand]:
        """Take waiting work that nobody else has taken; it returns to the queue when the lease ends."""
        ...

    async def finish(self, errand_id: UUID) -> None:
        """The work is done."""
        ...

    async def postpone(self, errand_id: UUID, *, pause: timedelta, error: str) -> None:
        """It failed; try again after `pause`."""
        ...

    async def give_up(self, errand: Errand, *, error: str) -> None:
        """It failed too often: close it and put it on the operators' list."""
        ...


class Nudge(Protocol):
    """Tells the workers, after a commit, that work waits. A lost nudge only costs a few seconds."""

    async def __call__(self) -> None:
        """Never raises: without it the relay finds the work at its next round."""
        ...
