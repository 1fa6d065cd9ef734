"""Which time zone a page speaks in: the address, then the cookie, then whatever the page falls back to."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from interfaces.web import time_words

REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
UTC_ZONE = ZoneInfo("UTC")


@functools.cache
def zones_by_region() -> dict[str, list[str]]:
    """Every zone on offer, under its region; read from the database once."""
    known = sorted(available_timezones())
    regions = {region: [name for name in known if name.startswith(f"{region}/")] for region in REGIONS}
    return {"UTC": ["UTC"], **regions}


@functools.cache
def _on_offer() -> frozenset[str]:
    return frozenset(name for names in zones_by_region().values() for name in names)


def known_zone(name: str | None) -> ZoneInfo | None:
    """The zone of that name, if it is on offer."""
    return ZoneInfo(name) if name in _on_offer() else None


def zone_or_utc(name: str) -> ZoneInfo:
    """A stored zone; UTC should the zone database have dropped it."""
    return known_zone(name) or UTC_ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChoice:
    """The zone of a page: chosen in its address, or remembered, or neither.

    `can_be_preferred` says that an account could keep it as its own. `unknown` is a name in the address that no
    zone has.
    """

    zone: ZoneInfo
    was_chosen: bool
    was_asked_for: bool = False
    can_be_preferred: bool = False
    unknown: str | None = None

    def in_words(self, at: datetime) -> str:
        """The zone with its name and offset at that instant."""
        return time_words.zone_in_words(self.zone, at)


def choose_zone(*, asked: str | None, remembered: str | None, fallback: str) -> ZoneChoice:
    """The first of them that exists."""
    unknown = None
    if asked:
        zone = known_zone(asked)
        if zone:
            return ZoneChoice(zone=zone, was_chosen=True, was_asked_for=True)
        unknown = re.sub(r"[^\w/+-]", "", asked)[:40]
    zone = known_zone(remembered)
    return ZoneChoice(zone=zone or zone_or_utc(fallback), was_chosen=zone is not None, unknown=unknown)


def apart(zone: ZoneInfo, other: ZoneInfo, at: datetime) -> timedelta:
    """By how much clocks in the other zone are ahead at that instant; negative when they are behind."""
    offsets = [at.astimezone(one).utcoffset() or timedelta() for one in (other, zone)]
    return offsets[0] - offsets[1]


def zone_for(remembered: str | None, fallback: str) -> ZoneInfo:
    """The zone that somebody chose before, else the stored one."""
    return known_zone(remembered) or zone_or_utc(fallback)
