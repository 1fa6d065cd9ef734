"""A consultant's pages: profile, availability, bookings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from application.availability.save_service import SaveServiceCommand
from application.paging import FIRST_PAGE
from domain.accounts import Role
from domain.money import Money
from domain.services import MINUTE
from tests.integration.web.browser import Browser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

EDITOR = "/consultant/availability"
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")


def row(number: int, starts_at: str, ends_at: str, **others: str) -> dict[str, str]:
    """What is typed into a new row, for tomorrow."""
    typed = {"starts_on": TOMORROW, "starts_at": starts_at, "ends_at": ends_at} | others
    return {f"rows.{number}.{name}": value for name, value in typed.items()}


async def test_several_rows_are_saved_at_once_and_shown_again(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open(EDITOR)
    await browser.send(
        EDITOR, row(0, "09:00", "10:00") | row(1, "10:00", "11:30", price="7,500.50", max_slots="4")
    )
    assert "2 rows changed" in browser.main
    fields = fields_of(browser.form(EDITOR))
    assert (fields["rows.0.starts_at"], fields["rows.1.price"], fields["rows.1.max_slots"]) == (
        "09:00",
        "7500.50",
        "4",
    )


async def test_a_row_is_added_without_scripts_and_nothing_typed_is_lost(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open(EDITOR)
    await browser.send(EDITOR, row(0, "09:00", "10:00"), add_row="yes")
    fields = fields_of(browser.form(EDITOR))
    assert fields["rows.0.starts_at"] == "09:00"
    assert "rows.2.starts_on" in fields
    await browser.send(EDITOR, row(2, "12:00", "13:00"))
    assert "2 rows changed" in browser.main


async def test_a_mistake_in_one_row_saves_none_and_is_said_there(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open(EDITOR)
    await browser.send(EDITOR, row(0, "09:00", "10:00") | row(1, "11:00", "12:00", price="5.005"), status=422)
    [wrong] = [control for control in browser.page.all("input") if control["aria-invalid"] == "true"]
    assert wrong["name"] == "rows.1.price"
    assert [link for link in browser.page.all("a") if link["href"] == "#rows.1.price"]
    await browser.open(EDITOR)
    assert "Published times" not in browser.main


async def test_overlapping_rows_are_refused_with_everything_kept(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open(EDITOR)
    await browser.send(EDITOR, row(0, "09:00", "10:00") | row(1, "09:30", "10:30"), status=409)
    assert mistakes_in(browser.page) == []
    assert "9:00 – 10:00 am, or the time that you keep free around it." in browser.main
    assert fields_of(browser.form(EDITOR))["rows.1.ends_at"] == "10:30"


async def test_rows_are_changed_closed_and_removed(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    for days in (1, 2, 3):
        await marketplace.slot(consultant, starts_in=timedelta(days=days))
    await browser.log_in(consultant)
    await browser.open(EDITOR)
    await browser.send(EDITOR, {"rows.0.remove": "yes", "rows.1.status": "closed", "rows.2.price": "0"})
    assert "3 rows changed" in browser.main
    found = await marketplace.product.availability_queries.own_slots(
        consultant.account_id, since=None, until=None, page=FIRST_PAGE
    )
    assert [(slot.status, slot.price.amount) for slot in found.items] == [("closed", 500_000), ("open", 0)]


async def test_a_session_with_a_seat_taken_cannot_be_removed(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    await marketplace.booking(await marketplace.client(), slot)
    await browser.log_in(consultant)
    await browser.open(EDITOR)
    assert "1 of 1 taken" in browser.main
    await browser.send(EDITOR, {"rows.0.remove": "yes"}, status=409)
    assert "neither moved nor removed" in browser.main
    ways = [link["href"] for link in browser.page.all("a") if "instead" in link.text]
    assert ways == [f"{EDITOR}/{slot.id}/cancel"]


async def test_rows_that_somebody_else_changed_are_not_overwritten(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await marketplace.slot(consultant)
    await browser.log_in(consultant)
    await browser.open(EDITOR)
    stale = fields_of(browser.form(EDITOR))["rows.0.version"]
    await browser.send(EDITOR, {"rows.0.price": "6000"})
    await browser.send(EDITOR, {"rows.0.price": "7000", "rows.0.version": stale}, status=409)
    assert "changed by somebody else" in browser.main


async def test_a_profile_is_published_only_when_clients_can_make_sense_of_it(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open("/consultant/profile")
    await browser.send("/consultant/profile", status=409, bio="")
    assert "Before you publish" in browser.main
    await browser.send(
        "/consultant/profile", bio="Short & <clear>.", headline="Leases", time_zone="America/New_York"
    )
    assert "see your page" in browser.main
    slug = await marketplace.slug(consultant)
    await browser.open(f"/consultants/{slug}")
    assert "Short & <clear>." in browser.main


async def test_a_profile_is_looked_at_before_it_is_saved(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open("/consultant/profile")
    await browser.send(
        "/consultant/profile", step="preview", bio="Leases & <b>more</b>.", specializations="Tax, Law"
    )
    assert mistakes_in(browser.page) == []
    assert "nothing is saved yet" in browser.main
    assert "Leases & <b>more</b>." in [block.text for block in browser.page.all("p")]
    assert fields_of(browser.form("/consultant/profile"))["bio"] == "Leases & <b>more</b>."
    stored = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
    assert stored is not None
    assert (stored.bio, stored.specializations) == ("Twenty years at the bar in Lagos.", ["Law"])


async def test_a_profile_says_what_it_lacks_before_it_can_be_published(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.account(Role.CONSULTANT))
    await browser.open("/consultant/profile")
    assert mistakes_in(browser.page) == []
    lacking = [link["href"] for link in browser.page.all("a") if link["href"].startswith("#")]
    assert [href for href in lacking if href != "#main"] == ["#headline", "#bio", "#specializations"]
    await browser.send("/consultant/profile", headline="Leases", bio="Twenty years.", specializations="Law")
    assert "Still missing" not in browser.main


async def test_booking_limits_are_kept_in_the_unit_they_are_whole_in(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open("/consultant/profile")
    limits = {"minimum_notice": "36", "notice_unit": "hours", "booking_window_days": "60", "sessions_per_day": "4"}
    await browser.send("/consultant/profile", limits)
    stored = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
    assert stored is not None
    assert (stored.minimum_notice_minutes, stored.booking_window_days, stored.sessions_per_day) == (2160, 60, 4)
    assert fields_of(browser.form("/consultant/profile")).items() >= limits.items()
    await browser.send("/consultant/profile", minimum_notice="2", notice_unit="days", sessions_per_day="")
    assert fields_of(browser.form("/consultant/profile"))["notice_unit"] == "days"
    stored = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
    assert stored is not None
    assert (stored.minimum_notice_minutes, stored.sessions_per_day) == (2880, None)


async def test_booking_limits_out_of_bounds_are_said_at_their_fields(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open("/consultant/profile")
    wrong = {"minimum_notice": "31", "notice_unit": "days", "booking_window_days": "733", "sessions_per_day": "97"}
    await browser.send("/consultant/profile", wrong, status=422)
    invalid = {control["name"] for control in browser.page.all("input") if control["aria-invalid"] == "true"}
    assert invalid == wrong.keys() - {"notice_unit"}
    assert mistakes_in(browser.page) == []
    await browser.send("/consultant/profile", status=422, minimum_notice="soon", notice_unit="years")
    assert fields_of(browser.form("/consultant/profile"))["minimum_notice"] == "soon"
    assert mistakes_in(browser.page) == []


async def test_a_new_row_takes_from_its_service_what_it_leaves_empty(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    service = await marketplace.product.save_service(
        consultant,
        SaveServiceCommand(
            name="Talk", length=30 * MINUTE, price=Money(70_000, "NGN"), capacity=4, buffer_after=15 * MINUTE
        ),
    )
    await browser.log_in(consultant)
    await browser.open(EDITOR)
    assert mistakes_in(browser.page) == []
    rows = row(0, "09:00", "", service_id=str(service.id)) | row(1, "12:00", "12:45", service_id=str(service.id))
    await browser.send(EDITOR, rows | {"rows.1.price": "900"})
    assert mistakes_in(browser.page) == []
    assert "2 rows changed" in browser.main
    assert "15 min free after" in browser.main
    found = await marketplace.product.availability_queries.own_slots(
        consultant.account_id, since=None, until=None, page=FIRST_PAGE
    )
    assert [(slot.ends_at - slot.starts_at, slot.price.amount, slot.max_slots) for slot in found.items] == [
        (timedelta(minutes=30), 70_000, 4),
        (timedelta(minutes=45), 90_000, 4),
    ]
    assert {slot.service_id for slot in found.items} == {service.id}
    await browser.send(EDITOR, row(2, "09:40", "10:10"), status=409)
    assert "overlaps" in browser.main


async def test_a_plain_row_is_one_seat_at_the_usual_price_unless_it_says_otherwise(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await marketplace.product.save_service(
        consultant, SaveServiceCommand(name="Talk", length=30 * MINUTE, price=Money(0, "NGN"))
    )
    await browser.log_in(consultant)
    await browser.open(EDITOR)
    assert fields_of(browser.form(EDITOR))["rows.0.price"] == ""
    await browser.send(EDITOR, row(0, "09:00", ""), status=422)
    [wrong] = [control["name"] for control in browser.page.all("input") if control["aria-invalid"] == "true"]
    assert wrong == "rows.0.ends_at"
    await browser.send(EDITOR, row(0, "09:00", "10:00"))
    fields = fields_of(browser.form(EDITOR))
    assert (fields["rows.0.price"], fields["rows.0.max_slots"]) == ("5000", "1")


async def test_a_service_that_is_gone_meanwhile_is_refused_at_its_row(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    service = await marketplace.product.save_service(
        consultant, SaveServiceCommand(name="Talk", length=30 * MINUTE, price=Money(0, "NGN"))
    )
    await browser.log_in(consultant)
    await browser.open(EDITOR)
    await marketplace.product.save_service(consultant, SaveServiceCommand(service_id=service.id, is_offered=False))
    await browser.send(EDITOR, row(0, "09:00", "", service_id=str(service.id)), status=409)
    assert mistakes_in(browser.page) == []
    assert "not offered any more" in browser.main


async def test_a_row_with_a_seat_taken_leads_to_cancelling_the_session(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    await marketplace.booking(await marketplace.client(), slot)
    await browser.log_in(consultant)
    await browser.open(EDITOR)
    assert [link for link in browser.page.all("a") if link["href"] == f"{EDITOR}/{slot.id}/cancel"]
