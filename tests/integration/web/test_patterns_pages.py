"""Weekly patterns on pages: previewed, published, changed, ended."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from application.accounts.callers import Caller
from application.availability.pattern_views import PatternView
from application.availability.save_service import SaveServiceCommand
from application.availability.views import AvailabilityView
from application.consultants.update_profile import UpdateProfileCommand
from application.paging import FIRST_PAGE, PageRequest
from domain.money import Money
from domain.services import MINUTE
from tests.integration.web.browser import Browser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

PATTERNS = "/consultant/patterns"
NEW = f"{PATTERNS}/new"
MONDAY = datetime.now(UTC).date() + timedelta(days=14 - datetime.now(UTC).weekday())
"""Of the week after next."""
TWO_MORNINGS = {
    **{f"weekday_{day}": "" for day in range(1, 8)},
    "weekday_1": "yes",
    "weekday_3": "yes",
    "start_time": "09:00",
    "end_time": "12:00",
    "session_minutes": "60",
    "break_minutes": "0",
    "first_date": str(MONDAY),
    "last_date": str(MONDAY + timedelta(days=13)),
}
"""Four days of three sessions."""


async def slots_of(marketplace: Marketplace, consultant: Caller) -> list[AvailabilityView]:
    """As stored."""
    found = await marketplace.product.availability_queries.own_slots(
        consultant.account_id, since=None, until=None, page=PageRequest(limit=100)
    )
    return found.items


async def pattern_of(marketplace: Marketplace, consultant: Caller) -> PatternView:
    """The only one."""
    [pattern] = (await marketplace.product.pattern_queries.own_patterns(consultant.account_id, FIRST_PAGE)).items
    return pattern


async def preview(browser: Browser, address: str = NEW, **typed: str) -> str:
    """Fill in the form; the heading of what comes of it."""
    await browser.open(address)
    await browser.send(address, TWO_MORNINGS | {"step": "preview"} | typed)
    assert mistakes_in(browser.page) == []
    [heading] = browser.page.all("h1")
    return heading.text


async def test_a_preview_says_what_publishing_then_does(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open(PATTERNS)
    assert mistakes_in(browser.page) == []
    await browser.open(NEW)
    assert mistakes_in(browser.page) == []
    closed, other = MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)
    heading = await preview(
        browser, closed_dates=f"{closed}\n", other_hours=f"{other} 14:00 - 16:00", max_slots="3", price="0"
    )
    assert heading == "11 sessions will be published"
    assert "Mondays and Wednesdays, 9:00 am – 12:00 pm" in browser.main
    assert "3 seats, Free" in browser.main
    assert await slots_of(marketplace, consultant) == []
    await browser.send(NEW, step="publish")
    assert "11 sessions published." in browser.main
    assert mistakes_in(browser.page) == []
    slots = await slots_of(marketplace, consultant)
    assert [slot.starts_at.hour for slot in slots if slot.starts_at.date() == other] == [13, 14]
    assert {(slot.max_slots, slot.price.amount) for slot in slots} == {(3, 0)}
    assert "Except: closed on" in browser.main


async def test_publishing_the_same_again_creates_nothing_and_says_so(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await preview(browser)
    await browser.send(NEW, step="publish")
    assert await preview(browser) == "Nothing will be created: 12 sessions skipped"
    assert "there is a session at exactly this time already" in browser.main
    await browser.send(NEW, step="publish")
    assert "Nothing was created: 12 sessions skipped." in browser.main
    assert len(await slots_of(marketplace, consultant)) == 12
    await pattern_of(marketplace, consultant)


async def test_what_is_in_the_way_is_skipped_with_the_reason(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await preview(browser)
    await browser.send(NEW, step="publish")
    assert await preview(browser, start_time="08:30", end_time="13:30") == (
        "4 sessions will be published, 16 skipped"
    )
    assert "12:30 pm" in browser.main
    assert "is in the way" in browser.main


async def test_clocks_that_go_forward_are_explained(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(time_zone="Europe/London"))
    year = datetime.now(UTC).year + 1
    forward = max(date(year, 3, day) for day in range(25, 32) if date(year, 3, day).isoweekday() == 7)
    await browser.log_in(consultant)
    heading = await preview(
        browser,
        weekday_1="",
        weekday_3="",
        weekday_7="yes",
        start_time="00:00",
        end_time="04:00",
        first_date=str(forward),
        last_date=str(forward),
    )
    assert heading == "3 sessions will be published, 1 skipped"
    assert "1:00 am" in browser.main
    assert "clocks go forward over this time" in browser.main


async def test_everything_that_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open(NEW)
    wrong = {
        "start_time": "nine",
        "end_time": "",
        "session_minutes": "an hour",
        "price": "x",
        "first_date": "soon",
        "last_date": "2026-02-30",
        "closed_dates": "Christmas",
        "other_hours": "2026-12-24 morning",
        "max_slots": "-1",
    }
    days = {f"weekday_{day}": "" for day in range(1, 8)}
    await browser.send(NEW, wrong | days, status=422)
    assert mistakes_in(browser.page) == []
    controls = browser.page.all("input", "textarea")
    assert {control["name"] for control in controls if control["aria-invalid"] == "true"} == wrong.keys()
    assert "Choose at least one day of the week." in browser.main
    targets = {link["href"][1:] for link in browser.page.all("a") if link["href"].startswith("#")} - {"main"}
    assert targets == wrong.keys() | {"weekdays"}
    assert fields_of(browser.form(NEW)).items() >= wrong.items()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"session_minutes": ""}, "session_minutes", "Enter how long a session lasts."),
        ({"session_minutes": "200"}, "end_time", "No session fits into these hours."),
        ({"last_date": str(MONDAY - timedelta(days=1))}, "last_date", "cannot be before the first one"),
        ({"closed_dates": f"{MONDAY}\n{MONDAY}"}, "closed_dates", "There is an exception for this date already."),
        ({"other_hours": f"{MONDAY} 9:00-9:30"}, "other_hours", "No session fits into these hours."),
        ({"service_id": str(uuid4())}, "service_id", "Choose one of your services."),
    ],
)
async def test_what_the_rules_refuse_stands_at_its_field(
    browser: Browser, marketplace: Marketplace, typed: dict[str, str], field: str, words: str
) -> None:
    consultant = await marketplace.consultant()
    await marketplace.product.save_service(
        consultant, SaveServiceCommand(name="Talk", length=30 * MINUTE, price=Money(0, "NGN"))
    )
    await browser.log_in(consultant)
    await browser.open(NEW)
    await browser.send(NEW, TWO_MORNINGS | {"step": "preview"} | typed, status=422)
    assert mistakes_in(browser.page) == []
    [control] = [one for one in browser.page.all("input", "textarea", "select") if one["aria-invalid"] == "true"]
    assert control["name"] == field
    assert words in browser.main


async def test_a_service_fills_in_what_is_left_empty(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await marketplace.product.save_service(
        consultant,
        SaveServiceCommand(
            name="Talk", length=30 * MINUTE, price=Money(70_000, "NGN"), capacity=4, buffer_after=15 * MINUTE
        ),
    )
    await browser.log_in(consultant)
    heading = await preview(browser, service_id=str(service.id), session_minutes="", max_slots="", price="")
    assert heading == "16 sessions will be published"
    await browser.send(NEW, step="publish")
    slot = (await slots_of(marketplace, consultant))[0]
    assert (slot.service_id, slot.max_slots, slot.price.amount) == (service.id, 4, 70_000)
    assert slot.buffer_after_minutes == 15
    assert "Talk · 4 seats · ₦700.00 · 15 min free after" in browser.main


async def test_one_goes_on_editing_with_everything_kept(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.consultant())
    await preview(browser, closed_dates=str(MONDAY))
    await browser.send(NEW, step="edit")
    assert mistakes_in(browser.page) == []
    fields = fields_of(browser.form(NEW))
    assert fields.items() >= {"closed_dates": str(MONDAY), "weekday_3": "yes", "end_time": "12:00"}.items()
    assert "weekday_2" not in fields


async def test_a_change_is_previewed_with_what_stays_goes_and_comes(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await preview(browser)
    await browser.send(NEW, step="publish")
    first = (await slots_of(marketplace, consultant))[0]
    client = await marketplace.client()
    await marketplace.database.pool.execute("UPDATE slots SET price_amount = 0 WHERE id = $1", first.id)
    await marketplace.booking(client, first)  # type: ignore[arg-type]  # only its id is looked at
    pattern = await pattern_of(marketplace, consultant)
    address = f"{PATTERNS}/{pattern.id}"
    await browser.open(address)
    assert mistakes_in(browser.page) == []
    assert fields_of(browser.form(address))["session_minutes"] == "60"
    heading = await preview(browser, address, start_time="10:00", end_time="13:00")
    said = re.findall(r"[0-9]+", heading)
    assert heading == "4 sessions will be published, 3 will be withdrawn, 9 stay"
    assert "somebody has a seat in it" in browser.main
    assert len(await slots_of(marketplace, consultant)) == 12
    await browser.send(address, step="publish")
    assert "4 sessions published, 3 withdrawn, 9 stayed." in browser.main
    assert len(await slots_of(marketplace, consultant)) == int(said[0]) + int(said[2])


async def test_a_change_from_a_stale_page_changes_nothing(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await preview(browser)
    await browser.send(NEW, step="publish")
    address = f"{PATTERNS}/{(await pattern_of(marketplace, consultant)).id}"
    await preview(browser, address, max_slots="2")
    other_tab = browser.answer
    await preview(browser, address, max_slots="2")
    await browser.send(address, step="publish")
    browser.answer = other_tab
    await browser.send(address, step="publish", status=409)
    assert mistakes_in(browser.page) == []
    assert "changed by somebody else" in browser.main


async def test_a_pattern_is_ended_after_a_look_at_what_goes(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await preview(browser)
    await browser.send(NEW, step="publish")
    address = f"{PATTERNS}/{(await pattern_of(marketplace, consultant)).id}/end"
    await browser.open(address)
    assert mistakes_in(browser.page) == []
    assert "12 sessions will be withdrawn" in browser.main
    assert len(await slots_of(marketplace, consultant)) == 12
    other_tab = browser.answer
    await browser.open(address)
    await browser.send(address)
    assert "Pattern ended: 12 sessions withdrawn." in browser.main
    assert await slots_of(marketplace, consultant) == []
    browser.answer = other_tab
    await browser.send(address)
    assert "has been ended" in browser.main
    await browser.open(address)
    assert browser.path == PATTERNS


async def test_patterns_of_others_are_not_there(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open(f"{PATTERNS}/{uuid4()}", status=404)
    await browser.open(f"{PATTERNS}/{uuid4()}/end", status=404)
