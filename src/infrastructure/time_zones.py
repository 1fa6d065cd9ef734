"""The time zones that exist."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

ALL = frozenset(name for name in available_timezones() if "/" in name or name == "UTC")
"""Names with a region, such as `Africa/Lagos`, and UTC; read once."""


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that name, if it is one of them."""
    return ZoneInfo(name) if name in ALL else None
