"""The slot picker on a consultant's public page: days, weeks, zones, and what each time says to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.consultants.update_profile import UpdateProfileCommand
from domain.availability import Slot
from domain.consultants import BookingLimits
from domain.money import Money
from tests.integration.consultants.finding import consultant
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.html import Element, mistakes_in
from tests.marketplace import PRICE, Marketplace
from tests.statements import recorded_statements

DAY = timedelta(days=1)
LAGOS = ZoneInfo("Africa/Lagos")
NEW_YORK = ZoneInfo("America/New_York")
FREE = Money(0, "NGN")


def day_in(days: int, zone: ZoneInfo = LAGOS) -> date:
    """So many days from today, where the zone is."""
    return datetime.now(zone).date() + days * DAY


def at(days: int, hour: int, zone: ZoneInfo = LAGOS) -> datetime:
    """That hour of the wall clock, so many days from today."""
    return datetime.combine(day_in(days, zone), time(hour), zone)


async def publish(
    marketplace: Marketplace,
    caller: Caller,
    starts: Sequence[datetime],
    *,
    capacity: int = 1,
    price: Money = PRICE,
) -> list[Slot]:
    """Sessions of one hour."""
    rows = [
        SlotRow(
            starts_at=start.astimezone(UTC),
            ends_at=start.astimezone(UTC) + timedelta(hours=1),
            capacity=capacity,
            price=price,
        )
        for start in starts
    ]
    slots = await marketplace.product.save_availability(caller, rows)
    return sorted(slots, key=lambda slot: slot.span.starts_at)


def picker(browser: Browser) -> Element:
    """That part of the page."""
    [found] = [part for part in browser.page.all("section") if part["id"] == "times"]
    return found


def days(browser: Browser) -> list[str]:
    """The days that have times, as their dates."""
    headings = [heading["id"] for heading in picker(browser).all("h3")]
    return [name.removeprefix("day-") for name in headings if name.startswith("day-")]


def item(browser: Browser, slot: Slot) -> Element:
    """What the page says about one time."""
    instant = slot.span.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    [found] = [
        line
        for line in picker(browser).all("li")
        if any(moment["datetime"] == instant for moment in line.all("time"))
    ]
    return found


def link(browser: Browser, words: str) -> str | None:
    """Where the first link with these words in the picker leads."""
    found = [one["href"] for one in picker(browser).all("a") if one.text == words]
    return found[0] if found else None


async def test_it_begins_with_the_first_free_day_and_goes_week_by_week(
    browser: Browser, marketplace: Marketplace
) -> None:
    caller = await consultant(marketplace, slug="ada")
    slots = await publish(marketplace, caller, [at(number, 10) for number in (2, 3, 10, 12, 40)])
    page = await browser.open("/consultants/ada")
    assert mistakes_in(page) == []
    assert days(browser) == [day_in(2).isoformat(), day_in(3).isoformat()]
    assert link(browser, "Earlier") is None
    later = link(browser, "Later")
    assert later == f"/consultants/ada?from={day_in(9)}#times"

    await browser.open(later)
    assert days(browser) == [day_in(10).isoformat(), day_in(12).isoformat()]
    assert link(browser, "Earlier") == f"/consultants/ada?from={day_in(2)}#times"
    assert "No free times until" in picker(browser).text
    assert link(browser, "Later") == f"/consultants/ada?from={day_in(40)}#times"
    await browser.open(f"/consultants/ada?from={day_in(40)}")
    assert item(browser, slots[-1])
    assert link(browser, "Later") is None


async def test_days_without_a_time_lead_to_the_next_one(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    await publish(marketplace, caller, [at(30, 10)])
    await browser.open(f"/consultants/ada?from={day_in(1)}")
    assert days(browser) == []
    next_day = f"{day_in(30):%A} {day_in(30).day} {day_in(30):%B}"
    assert f"No free times until {next_day}" in picker(browser).text
    [way] = [one["href"] for one in picker(browser).all("a") if one.text.startswith("Go to")]
    await browser.open(way)
    assert days(browser) == [day_in(30).isoformat()]
    await browser.open(f"/consultants/ada?from={day_in(60)}")
    [way] = [one["href"] for one in picker(browser).all("a") if one.text.startswith("Go back to")]
    assert way == f"/consultants/ada?from={day_in(30)}#times"


async def test_a_time_stands_under_the_day_of_whoever_looks(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    midnight = datetime.combine(datetime.now(UTC).date() + 5 * DAY, time(), UTC)
    [slot] = await publish(marketplace, caller, [midnight - timedelta(minutes=30)])
    for zone, expected in (("UTC", 4), ("Africa/Lagos", 5), ("America/New_York", 4), ("Asia/Kathmandu", 5)):
        await browser.open(f"/consultants/ada?tz={zone}")
        assert days(browser) == [(datetime.now(UTC).date() + expected * DAY).isoformat()], zone
        assert item(browser, slot)


async def test_a_wrong_day_is_left_out_and_said_so_and_a_past_one_is_today(
    browser: Browser, marketplace: Marketplace
) -> None:
    caller = await consultant(marketplace, slug="ada")
    await publish(marketplace, caller, [at(2, 10)])
    page = await browser.open("/consultants/ada?from=soon")
    assert mistakes_in(page) == []
    assert "There is no day “soon”." in picker(browser).text
    assert days(browser) == [day_in(2).isoformat()]
    await browser.open("/consultants/ada?from=2020-01-01")
    assert days(browser) == [day_in(2).isoformat()]
    assert link(browser, "Earlier") is None


async def test_what_each_time_says(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    [private] = await publish(marketplace, caller, [at(1, 10)])
    [group] = await publish(marketplace, caller, [at(1, 12)], capacity=3, price=FREE)
    [last] = await publish(marketplace, caller, [at(1, 14)], capacity=2)
    [full] = await publish(marketplace, caller, [at(1, 16)])
    for slot in (last, full):
        await marketplace.booking(await marketplace.client(), slot)
    await browser.open("/consultants/ada")
    day = f"Tomorrow, {day_in(1):%A} {day_in(1).day} {day_in(1):%B}"
    assert item(browser, private).all("a")[0].text == f"{day}, 10:00 am"
    assert item(browser, group).all("a")[0].text == f"{day}, 12:00 pm 3 seats left Free"
    assert item(browser, last).all("a")[0].text == f"{day}, 2:00 pm 1 seat left"
    shown, waiting = item(browser, full).all("a")
    assert (shown.text, "href" in shown.attributes) == (f"{day}, 4:00 pm Full", False)
    assert (waiting.text, waiting["href"]) == (f"Join waiting list ({day}, 4:00 pm)", f"/book/{full.id}")
    assert "hidden" not in waiting.attributes
    assert "hidden" in item(browser, private).all("a")[1].attributes


async def test_times_within_the_notice_are_left_out(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada", limits=BookingLimits(minimum_notice=2 * DAY))
    await publish(marketplace, caller, [at(1, 10), at(4, 10)])
    await browser.open("/consultants/ada")
    assert days(browser) == [day_in(4).isoformat()]
    assert link(browser, "Earlier") is None


async def test_own_times_and_own_sessions_are_text(browser: Browser, marketplace: Marketplace) -> None:
    caller, other = await consultant(marketplace, slug="ada"), await consultant(marketplace, slug="obi")
    client = await marketplace.client()
    taken, meanwhile, free = await publish(
        marketplace, caller, [at(2, 10), at(2, 12), at(2, 15)], capacity=2, price=FREE
    )
    [elsewhere] = await publish(marketplace, other, [at(2, 12) + timedelta(minutes=30)], price=FREE)
    booking = await marketplace.booking(client, taken)
    await marketplace.booking(client, elsewhere)
    await browser.log_in(client)
    page = await browser.open("/consultants/ada")
    assert mistakes_in(page) == []
    [own] = item(browser, taken).all("a")
    assert (own.text.startswith("You have a seat"), own["href"]) == (True, f"/bookings/{booking.id}")
    assert item(browser, meanwhile).all("a") == []
    assert "You have a session then" in item(browser, meanwhile).text
    assert item(browser, free).all("a")[0]["href"] == f"/book/{free.id}"


async def test_a_consultant_cannot_book_their_own_times(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    [slot] = await publish(marketplace, caller, [at(2, 10)])
    await browser.log_in(caller)
    await browser.open("/consultants/ada")
    assert item(browser, slot).all("a") == []
    assert item(browser, slot).text.endswith("Yours")


async def test_both_zones_are_named_when_they_differ(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada", name="Ada Okafor", time_zone="Asia/Kathmandu")
    await publish(marketplace, caller, [at(2, 10)])
    await browser.open("/consultants/ada")
    assert "Times are in Asia/Kathmandu (UTC+5:45)" in picker(browser).text
    assert "ahead" not in picker(browser).text
    await browser.open("/consultants/ada?tz=Africa/Lagos")
    assert "Ada Okafor is in Asia/Kathmandu (UTC+5:45), 4 hours 45 minutes ahead." in picker(browser).text
    await browser.open("/consultants/ada?tz=Asia/Tokyo")
    assert "3 hours 15 minutes behind." in picker(browser).text
    await browser.open("/consultants/ada?tz=Nowhere/Land")
    assert "There is no time zone called “Nowhere/Land”." in picker(browser).text
    assert "Asia/Tokyo" in picker(browser).text, "what was chosen before stays"


async def test_the_zone_of_the_address_follows_to_every_way_on(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    slot, _ = await publish(marketplace, caller, [at(2, 10), at(12, 10)])
    await browser.open(f"/consultants/ada?tz=America/New_York&from={day_in(1)}")
    assert item(browser, slot).all("a")[0]["href"] == f"/book/{slot.id}?tz=America/New_York"
    assert link(browser, "Later") == f"/consultants/ada?from={day_in(8)}&tz=America%2FNew_York#times"
    [form] = [form for form in picker(browser).all("form") if form["method"] == "get"]
    assert {field["name"]: field["value"] for field in form.all("input")} == {"from": day_in(1).isoformat()}


async def test_equal_wall_times_carry_their_abbreviation(browser: Browser, marketplace: Marketplace) -> None:
    year = datetime.now(UTC).year + 1
    november = date(year, 11, 1)
    change = november + (6 - november.weekday()) % 7 * DAY  # the first Sunday
    caller = await consultant(marketplace, slug="ada", time_zone="America/New_York")
    starts = [datetime.combine(change, time(hour, 30), UTC) for hour in (5, 6)]
    first, second = await publish(marketplace, caller, starts)
    await browser.open("/consultants/ada")
    assert "1:30 am EDT" in item(browser, first).text
    assert "1:30 am EST" in item(browser, second).text


async def test_many_times_get_links_that_jump_to_their_days(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    await publish(marketplace, caller, [at(number, hour) for number in range(1, 6) for hour in range(8, 17)])
    page = await browser.open("/consultants/ada")
    assert mistakes_in(page) == []
    jumps = [one["href"] for one in picker(browser).all("a") if one["href"].startswith("#day-")]
    assert jumps == [f"#day-{day}" for day in days(browser)]
    await browser.open("/consultants/ada?from=" + day_in(3).isoformat())
    assert not [one for one in picker(browser).all("a") if one["href"].startswith("#day-")]


async def test_the_month_shows_which_days_have_free_times(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    _, full = await publish(marketplace, caller, [at(1, 10), at(2, 10)])
    await marketplace.booking(await marketplace.client(), full)
    await browser.open("/consultants/ada")
    [month] = picker(browser).all("table")
    [days_of_month] = month.all("tbody")
    links = days_of_month.all("a")
    assert [one["href"] for one in links] == [f"/consultants/ada?from={day_in(1)}#times"]
    assert links[0].text == f"{day_in(1).day} {day_in(1):%B %Y}, 1 free time"


async def test_when_all_is_taken_there_are_waiting_lists_and_similar_consultants(
    browser: Browser, marketplace: Marketplace
) -> None:
    caller = await consultant(marketplace, slug="ada")
    [slot] = await publish(marketplace, caller, [at(2, 10)])
    await marketplace.booking(await marketplace.client(), slot)
    similar = await consultant(marketplace, slug="similar")
    await publish(marketplace, similar, [at(2, 10)])
    await consultant(marketplace, slug="busy")
    page = await browser.open("/consultants/ada")
    assert mistakes_in(page) == []
    assert "Every time is taken" in picker(browser).text
    assert item(browser, slot).all("a")[1].text.startswith("Join waiting list")
    cards = [one["href"] for one in page.all("a") if "stretched-link" in one["class"]]
    assert cards == ["/consultants/similar"]


async def test_without_any_times_the_page_says_so_and_leads_on(browser: Browser, marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="ada")
    page = await browser.open("/consultants/ada")
    assert mistakes_in(page) == []
    assert "No free times published" in picker(browser).text
    assert "/consultants?specialization=Law" in [one["href"] for one in page.all("a")]


async def test_a_script_gets_the_picker_alone(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    await publish(marketplace, caller, [at(2, 10)])
    answer = await browser.client.get("/consultants/ada", headers={"HX-Request": "true"})
    assert answer.text.strip().startswith('<section id="times"')
    assert "HX-Request" in answer.headers["vary"]
    assert "Twenty years at the bar" not in answer.text


@pytest.mark.parametrize("is_free", [True, False])
async def test_statements_of_the_page(browser: Browser, marketplace: Marketplace, is_free: bool) -> None:
    caller = await consultant(marketplace, slug="ada")
    if is_free:
        await publish(marketplace, caller, [at(2, 10)])
    with recorded_statements() as sent:
        await browser.open("/consultants/ada")
    assert sent == ["SELECT"] * (5 if is_free else 6)


async def test_unpublished_and_suspended_consultants_are_not_there(
    browser: Browser, marketplace: Marketplace
) -> None:
    hidden = await consultant(marketplace, slug="hidden")
    await marketplace.product.update_profile(hidden, UpdateProfileCommand(is_published=False))
    suspended = await consultant(marketplace, slug="suspended")
    await marketplace.database.pool.execute(
        "UPDATE accounts SET status = 'suspended' WHERE id = $1", suspended.account_id
    )
    seen = set()
    for slug in ("hidden", "suspended", "nobody"):
        for part in ("", "/reviews"):
            await browser.open(f"/consultants/{slug}{part}", status=404)
            seen.add(browser.main)
            assert "/consultants" in [one["href"] for one in browser.page.all("a")]
    assert len(seen) == 1


async def test_a_zone_that_was_chosen_can_be_kept_for_the_account(
    browser: Browser, marketplace: Marketplace
) -> None:
    caller = await consultant(marketplace, slug="ada")
    await publish(marketplace, caller, [at(2, 10)])
    await browser.log_in(await marketplace.client())
    await browser.open("/consultants/ada")
    assert "for my account" not in picker(browser).text
    page = await browser.open("/consultants/ada?tz=Asia/Tokyo")
    assert mistakes_in(page) == []
    await browser.send("/zone")
    assert "All your times are in Asia/Tokyo from now on." in browser.main
    assert str(browser.answer.url).endswith("/consultants/ada?tz=Asia%2FTokyo")
    assert "for my account" not in picker(browser).text
    browser.client.cookies.delete("tz")
    await browser.open("/consultants/ada")
    assert "Asia/Tokyo" in picker(browser).text
    await browser.open("/consultants/ada?tz=Asia/Seoul")
    await browser.send("/zone", tz="Asia/Atlantis")
    assert "from now on" not in browser.main


async def test_only_people_who_are_signed_in_keep_a_zone(browser: Browser) -> None:
    answer = await browser.client.post("/zone", data={"tz": "Asia/Tokyo"}, headers=OWN_PAGE)
    assert answer.status_code == 403
