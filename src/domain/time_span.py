"""Half-open spans of time between two aware instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC. A naive datetime is a programming error, not a refusal."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """`[starts_at, ends_at)`: back-to-back spans touch without overlapping. Both ends are kept in UTC."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts_at", as_utc(self.starts_at))
        object.__setattr__(self, "ends_at", as_utc(self.ends_at))

    @property
    def length(self) -> timedelta:
        """From start to end; negative when they are the wrong way round."""
        return self.ends_at - self.starts_at

    def overlaps(self, other: TimeSpan) -> bool:
        """Whether the two spans share any instant."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def has(self, instant: datetime) -> bool:
        """Whether the instant lies in the span; its end does not."""
        return self.starts_at <= instant < self.ends_at

    def has_begun(self, now: datetime) -> bool:
        """Whether the start is at or before `now`."""
        return self.starts_at <= now

    def is_over(self, now: datetime) -> bool:
        """Whether the end is at or before `now`."""
        return self.ends_at <= now
