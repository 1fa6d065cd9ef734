"""The time zones that exist."""

from __future__ import annotations

from zoneinfo import available_timezones

ALL = frozenset(name for name in available_timezones() if "/" in name or name == "UTC")
"""Names with a region, such as `Africa/Lagos`, and UTC; read once."""
