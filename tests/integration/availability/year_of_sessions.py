"""A year of nightly sessions in some zone, published by API, and the instants that they should have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.integration.api.program import Json, Program
from tests.marketplace import Marketplace

ZONES = [
    "Africa/Lagos",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
]
DAY = timedelta(days=1)
STARTS = [timedelta(hours=hour) for hour in range(23, 29)]
"""From eleven in the evening to four in the morning: every one of the zones changes its clocks in between."""
ROUND_THE_CLOCK = timedelta(minutes=15)
"""Clocks of our days are changed at full quarters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfSessions:
    """What was published. `slots` are those of the public API, by time: `id`, `starts_at`, `ends_at` and so on."""

    zone: ZoneInfo
    first: date
    last: date
    slug: str
    published: Json
    slots: list[Json]

    def expected(self) -> dict[datetime, datetime | None]:
        """Every wall time that the pattern names, and the first instant at which the zone's clocks show it.

        It is found from the other side than the product does: by looking at the clocks all year.
        """
        dates = [self.first + n * DAY for n in range((self.last - self.first).days + 1)]
        walls = [datetime.combine(on, datetime.min.time()) + start for on in dates for start in STARTS]
        shown = self.clocks()
        return {wall: shown.get(wall) for wall in walls}

    def clocks(self) -> dict[datetime, datetime]:
        """What the zone's clocks show all year, and when they do so first."""
        shown: dict[datetime, datetime] = {}
        for instant in self._instants():
            shown.setdefault(instant.astimezone(self.zone).replace(tzinfo=None, fold=0), instant)
        return shown

    def changes(self) -> list[datetime]:
        """The instants at which the zone's clocks are put forward or back."""
        offsets = ((instant, instant.astimezone(self.zone).utcoffset()) for instant in self._instants())
        return [after for (_, before), (after, now) in pairwise(offsets) if before != now]

    def _instants(self) -> list[datetime]:
        begin = datetime.combine(self.first - 2 * DAY, datetime.min.time(), UTC)
        number = (self.last - self.first + 5 * DAY) // ROUND_THE_CLOCK
        return [begin + n * ROUND_THE_CLOCK for n in range(number)]


async def publish_a_year(
    client: httpx.AsyncClient, marketplace: Marketplace, zone_name: str, **changes: Any
) -> YearOfSessions:
    """Publish by API, by default an hour each, six a night, and read what the public sees of it."""
    consultant = await marketplace.consultant()
    program = Program(client, await marketplace.token(consultant))
    zone = ZoneInfo(zone_name)
    first = datetime.now(zone).date() + 2 * DAY
    last = first + 364 * DAY
    body = {
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "start_time": "23:00",
        "end_time": "05:00",
        "session_minutes": 60,
        "first_date": first.isoformat(),
        "last_date": last.isoformat(),
        "time_zone": zone_name,
    }
    published = await program.post("/consultant/availabilities/bulk", body | changes)
    slug = await marketplace.slug(consultant)
    return YearOfSessions(
        zone=zone,
        first=first,
        last=last,
        slug=slug,
        published=published,
        slots=await public_slots(client, slug),
    )


async def public_slots(client: httpx.AsyncClient, slug: str) -> list[Json]:
    """Every page of the public list."""
    public, slots, path = Program(client), [], f"/consultants/{slug}/slots?limit=100"
    page: Json = {"next_cursor": None}
    while True:
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else ""
        page = await public.get(path + cursor)
        slots += page["items"]
        if page["next_cursor"] is None:
            return slots


def instant(text: str) -> datetime:
    """As the API writes it."""
    assert text.endswith("Z")
    return datetime.fromisoformat(text)
