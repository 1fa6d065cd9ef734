"""One year in seven zones: pattern, API and page agree on every instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

import httpx
import pytest

from tests.integration.availability.year_of_sessions import (
    ZONES,
    YearOfSessions,
    instant,
    publish_a_year,
)
from tests.integration.web.html import parse
from tests.marketplace import Marketplace

HOUR = timedelta(hours=1)
STEADY = ("Africa/Lagos", "Asia/Kathmandu")
"""Where clocks are never changed."""


@pytest.mark.parametrize("zone_name", ZONES)
async def test_wall_time_is_kept_all_year_by_the_pattern_the_api_and_the_page(
    client: httpx.AsyncClient, marketplace: Marketplace, zone_name: str
) -> None:
    year = await publish_a_year(client, marketplace, zone_name)
    expected = year.expected()
    taking_place = {wall: at for wall, at in expected.items() if at is not None}
    assert len(expected) == 2190
    assert (len(year.changes()) >= 2) == (zone_name not in STEADY)

    created = year.published["created"]
    assert [instant(slot["starts_at"]) for slot in created] == list(taking_place.values())
    assert all(instant(slot["ends_at"]) - instant(slot["starts_at"]) == HOUR for slot in created)
    left_out = {(skipped["local_time"], skipped["reason"]) for skipped in year.published["skipped"]}
    assert left_out == {
        (f"{wall:%Y-%m-%dT%H:%M}", "wall_time_does_not_exist") for wall, at in expected.items() if at is None
    }
    assert bool(left_out) == (zone_name not in STEADY)

    assert [(slot["id"], slot["starts_at"], slot["ends_at"]) for slot in year.slots] == [
        (slot["id"], slot["starts_at"], slot["ends_at"]) for slot in created
    ]

    walls = {at: wall for wall, at in taking_place.items()}
    await _pages_show(client, year, walls)


async def _pages_show(client: httpx.AsyncClient, year: YearOfSessions, walls: dict[datetime, datetime]) -> None:
    """The page of a session, for somebody in the zone: around every change of clocks, first and last."""
    for slot in [year.slots[0], year.slots[-1], *_around(year)]:
        page = await client.get(f"/book/{slot['id']}?tz={quote(year.zone.key)}")
        assert page.status_code == 200
        [main] = parse(page.text).all("main")
        shown = next(element for element in main.all("time") if element["datetime"] == slot["starts_at"])
        assert shown.text.startswith(_in_words(walls[instant(slot["starts_at"])])), shown.text


def _around(year: YearOfSessions) -> list[dict[str, str]]:
    changes = year.changes()
    return [
        slot
        for slot in year.slots
        if any(abs(instant(slot["starts_at"]) - change) < 7 * HOUR for change in changes)
    ]


def _in_words(wall: datetime) -> str:
    """Such as `Mon 23 Nov 2026, 2:00`; whether `am` follows depends on the end."""
    month = "Sept" if wall.month == 9 else f"{wall:%b}"
    return f"{wall:%a} {wall.day} {month} {wall.year}, {wall.hour % 12 or 12}:{wall:%M}"


async def test_nine_in_cairo_is_another_instant_in_summer(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    year = await publish_a_year(client, marketplace, "Africa/Cairo", start_time="09:00", end_time="10:00")
    hours = {(at.month, at.hour) for at in (instant(slot["starts_at"]) for slot in year.slots)}
    assert (1, 7) in hours
    assert (7, 6) in hours
    assert {hour for month, hour in hours if month in (1, 7)} == {6, 7}
