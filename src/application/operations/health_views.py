"""How the product itself is: its queue, its periodic work, and what it depends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from application.operations.money_views import InvariantView


class TopicState(msgspec.Struct, frozen=True, kw_only=True):
    """Work of one topic that waits in the outbox.

    `due` could have been done already, the oldest of it for `oldest_s` seconds; `failed` was given up and is on
    the operators' list.
    """

    topic: str
    waiting: int
    due: int
    oldest_s: float
    failed: int


class JobRun(msgspec.Struct, frozen=True, kw_only=True):
    """The last run of a periodic job. `problem` is the kind of fault that it ended with; lengths in seconds."""

    name: str
    every_s: float
    ended_at: datetime
    next_at: datetime
    took_s: float
    problem: str | None
    is_late: bool


class DatabaseState(msgspec.Struct, frozen=True, kw_only=True):
    """PostgreSQL; sizes in bytes."""

    version: str
    revision: str
    size: int
    connections: int
    most_connections: int


class DeliveryState(msgspec.Struct, frozen=True, kw_only=True):
    """Webhooks that go out: how many wait, the oldest of those that are due for `oldest_s` seconds, and how many
    failed within a day.
    """

    waiting: int
    oldest_s: float
    failed: int


class ProductHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What the database knows of the product."""

    topics: list[TopicState]
    jobs: list[JobRun]
    invariants: list[InvariantView]
    database: DatabaseState
    deliveries: DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """Redis: sizes in bytes, `queued` and `running` count jobs; `calls` are those to Paystack in a minute."""

    version: str
    used_memory: int
    keys: int
    queued: int
    running: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitState:
    """Whether a process leaves Paystack alone for now, and for how many seconds yet."""

    is_open: bool
    left_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStates:
    """What this process sees of what it depends on. `queue` is nothing while Redis does not answer;
    `most_calls` is the budget of calls to Paystack in a minute, 0 without one.
    """

    version: str
    queue: QueueState | None
    circuit: CircuitState
    most_calls: int


class HealthQueries(Protocol):
    """What the database knows."""

    async def broken_rules(self) -> int:
        """How many of the things that must always hold do not; one small statement."""
        ...

    async def health(self) -> ProductHealth:
        """All of it, in one statement."""
        ...


class Services(Protocol):
    """Looks at what the product depends on."""

    async def states(self) -> ServiceStates:
        """Never raises, and waits for nobody for longer than half a second."""
        ...
