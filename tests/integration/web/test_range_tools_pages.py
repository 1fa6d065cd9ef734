"""Tools for whole days and weeks: what the preview says is what is done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.availability.views import AvailabilityView
from application.paging import PageRequest
from domain.availability import Slot
from domain.money import Money
from tests.integration.web.browser import Browser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

TOOLS = "/consultant/availability/tools"
DAYS = f"{TOOLS}/days"
WEEK = f"{TOOLS}/week"
MONDAY = datetime.now(UTC).date() + timedelta(days=14 - datetime.now(UTC).weekday())
"""Of the week after next."""


async def publish(marketplace: Marketplace, consultant: Caller, *starts: tuple[date, int]) -> list[Slot]:
    """Free sessions of an hour, by the day and the hour in Lagos."""
    rows = []
    for on, hour in starts:
        starts_at = datetime(on.year, on.month, on.day, hour - 1, tzinfo=UTC)
        ends_at = starts_at + timedelta(hours=1)
        rows.append(SlotRow(starts_at=starts_at, ends_at=ends_at, capacity=2, price=Money(0, "NGN")))
    return await marketplace.product.save_availability(consultant, rows)


async def slots_of(marketplace: Marketplace, consultant: Caller) -> list[AvailabilityView]:
    """As stored."""
    found = await marketplace.product.availability_queries.own_slots(
        consultant.account_id, since=None, until=None, page=PageRequest(limit=100)
    )
    return found.items


async def preview(browser: Browser, action: str, **typed: str) -> str:
    """Send the form; the heading of what comes of it."""
    await browser.open(TOOLS)
    assert mistakes_in(browser.page) == []
    await browser.send(action, typed)
    assert mistakes_in(browser.page) == []
    [heading] = browser.page.all("h1")
    return heading.text


async def test_days_are_closed_and_opened_again(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    tuesday = MONDAY + timedelta(days=1)
    slots = await publish(marketplace, consultant, (MONDAY, 9), (tuesday, 9), (MONDAY + timedelta(days=2), 9))
    await marketplace.booking(await marketplace.client(), slots[0])
    await browser.log_in(consultant)
    heading = await preview(browser, DAYS, tool="close", first_date=str(MONDAY), last_date=str(tuesday))
    assert heading == "2 sessions will be closed"
    assert "bookings of it stay" in browser.main
    assert {slot.status for slot in await slots_of(marketplace, consultant)} == {"open"}
    await browser.send(DAYS, step="apply")
    assert "2 sessions closed." in browser.main
    assert [slot.status for slot in await slots_of(marketplace, consultant)] == ["closed", "closed", "open"]
    heading = await preview(
        browser, DAYS, tool="reopen", first_date=str(tuesday), last_date=str(tuesday + timedelta(days=1))
    )
    assert heading == "1 session will be opened again, 1 stays as it is"
    assert "it is open already" in browser.main
    await browser.send(DAYS, step="apply")
    assert [slot.status for slot in await slots_of(marketplace, consultant)] == ["closed", "open", "open"]


async def test_free_sessions_of_a_day_are_deleted_and_the_others_are_not(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slots = await publish(marketplace, consultant, (MONDAY, 9), (MONDAY, 11), (MONDAY + timedelta(days=1), 9))
    await marketplace.booking(await marketplace.client(), slots[1])
    await browser.log_in(consultant)
    heading = await preview(browser, DAYS, tool="delete", first_date=str(MONDAY))
    assert heading == "1 session will be deleted, 1 stays as it is"
    assert "somebody has a seat in it" in browser.main
    await browser.send(DAYS, step="apply")
    assert "1 session deleted, 1 stayed as it was." in browser.main
    assert [slot.id for slot in await slots_of(marketplace, consultant)] == [slots[1].id, slots[2].id]


async def test_closing_days_says_on_which_dates_patterns_stop(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open("/consultant/patterns/new")
    pattern = {"session_minutes": "60", "first_date": str(MONDAY), "last_date": str(MONDAY + timedelta(days=6))}
    await browser.send("/consultant/patterns/new", pattern | {"step": "publish"})
    friday = MONDAY + timedelta(days=4)
    heading = await preview(
        browser, DAYS, tool="close", first_date=str(friday), last_date=str(friday + timedelta(days=2))
    )
    assert heading == "8 sessions will be closed"
    assert "do not apply any more on this date" in browser.main
    await browser.send(DAYS, step="apply")
    await browser.open("/consultant/patterns")
    assert "Except: closed on Fri" in browser.main


async def test_a_week_is_copied_into_weeks_in_a_row(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    later = MONDAY + timedelta(days=7)
    await publish(marketplace, consultant, (MONDAY, 9), (MONDAY + timedelta(days=3), 15), (later, 9))
    await browser.log_in(consultant)
    heading = await preview(
        browser,
        WEEK,
        source_week=str(MONDAY + timedelta(days=2)),
        first_week=str(later + timedelta(days=6)),
        weeks="2",
    )
    assert heading == "3 sessions will be published, 1 skipped"
    assert "is in the way" in browser.main
    await browser.send(WEEK, step="apply")
    assert "3 sessions published, 1 skipped." in browser.main
    found = await slots_of(marketplace, consultant)
    assert [(slot.starts_at.date() - MONDAY).days for slot in found] == [0, 3, 7, 10, 14, 17]


async def test_everything_that_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.consultant())
    cases: list[tuple[str, dict[str, str], set[str]]] = [
        (DAYS, {"tool": "close", "first_date": "", "last_date": "x"}, {"first_date", "last_date"}),
        (DAYS, {"first_date": str(MONDAY), "last_date": str(MONDAY - timedelta(days=1))}, {"last_date"}),
        (DAYS, {"first_date": str(MONDAY), "last_date": str(MONDAY + timedelta(days=366))}, {"last_date"}),
        (WEEK, {"source_week": "x", "first_week": "", "weeks": "0"}, {"source_week", "first_week", "weeks"}),
        (WEEK, {"source_week": str(MONDAY), "first_week": str(MONDAY)}, {"first_week"}),
        (WEEK, {"source_week": str(MONDAY), "weeks": "53"}, {"weeks"}),
    ]
    for action, typed, wrong in cases:
        await browser.open(TOOLS)
        await browser.send(action, typed, status=422)
        assert mistakes_in(browser.page) == []
        found = {field["name"] for field in browser.page.all("input") if field["aria-invalid"] == "true"}
        assert found == wrong, typed
        targets = {link["href"][1:] for link in browser.page.all("a") if link["href"].startswith("#")} - {"main"}
        assert targets == wrong
        assert fields_of(browser.form(action)).items() >= typed.items()
    await browser.open(TOOLS)
    await browser.send(DAYS, status=422, tool="burn", first_date=str(MONDAY))
    assert "Choose what to do." in browser.main


async def test_days_and_weeks_without_sessions_say_so(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.consultant())
    assert await preview(browser, DAYS, tool="close", first_date=str(MONDAY)) == (
        "There are no sessions on these days"
    )
    assert "Close these days" not in browser.main
    await browser.send(DAYS, step="edit")
    assert mistakes_in(browser.page) == []
    assert fields_of(browser.form(DAYS))["first_date"] == str(MONDAY)
    assert await preview(browser, WEEK) == "There is nothing to copy in that week"
    await browser.open(WEEK)
    assert browser.path == TOOLS
