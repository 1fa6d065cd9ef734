"""Wall times: what the clocks of a zone show, and the instants at which they show it."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def instant_at(wall: datetime, zone: tzinfo) -> datetime:
    """The instant at which the clocks of the zone show this, in UTC.

    What they show twice is taken the first time. For what they never show it is the instant at which they
    would have shown it had nobody put them forward; ask `exists`.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def exists(wall: datetime, zone: tzinfo) -> bool:
    """Whether the clocks of the zone ever show this; they skip some times when they are put forward."""
    return instant_at(wall, zone).astimezone(zone).replace(tzinfo=None) == wall
