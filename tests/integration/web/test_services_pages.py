"""The kinds of session that a consultant offers, on pages."""

from __future__ import annotations

from uuid import uuid4

from application.accounts.callers import Caller
from application.availability.services_views import ServiceView
from application.paging import FIRST_PAGE
from tests.integration.web.browser import Browser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

SERVICES = "/consultant/services"
NEW = f"{SERVICES}/new"


async def services_of(marketplace: Marketplace, consultant: Caller) -> list[ServiceView]:
    """As stored."""
    return (await marketplace.product.service_queries.own_services(consultant.account_id, page=FIRST_PAGE)).items


async def add(browser: Browser, name: str) -> None:
    """Fill in the form."""
    await browser.open(NEW)
    await browser.send(NEW, name=name)


async def test_a_service_is_offered_and_changed(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open(SERVICES)
    assert mistakes_in(browser.page) == []
    assert "No services yet" in browser.main
    await browser.open(NEW)
    assert mistakes_in(browser.page) == []
    assert fields_of(browser.form(NEW))["price"] == "5000"
    await browser.send(
        NEW, name="Contract review", length_minutes="45", max_slots="3", price="7,500", buffer_after_minutes="15"
    )
    assert mistakes_in(browser.page) == []
    for words in ("Contract review", "45 minutes", "3 seats", "15 min free after", "₦7,500.00"):
        assert words in browser.main
    [service] = await services_of(marketplace, consultant)
    address = f"{SERVICES}/{service.id}"
    await browser.open(address)
    assert mistakes_in(browser.page) == []
    await browser.send(address, price="0", description="Bring the contract.")
    [service] = await services_of(marketplace, consultant)
    assert (service.price.amount, service.description, service.length_minutes) == (0, "Bring the contract.", 45)


async def test_everything_that_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open(NEW)
    wrong = {"name": "", "length_minutes": "soon", "price": "1.001", "max_slots": "", "buffer_after_minutes": "-5"}
    await browser.send(NEW, wrong, status=422, description="Kept")
    assert mistakes_in(browser.page) == []
    invalid = {field["name"] for field in browser.page.all("input") if field["aria-invalid"] == "true"}
    assert invalid == wrong.keys()
    fields = fields_of(browser.form(NEW))
    assert (fields["description"], fields["length_minutes"]) == ("Kept", "soon")
    await browser.send(NEW, status=422, name="Long", length_minutes="2000", price="0", max_slots="1001",
                       buffer_after_minutes="241")  # fmt: skip
    invalid = {field["name"] for field in browser.page.all("input") if field["aria-invalid"] == "true"}
    assert invalid == {"length_minutes", "max_slots", "buffer_after_minutes"}
    assert await services_of(marketplace, consultant) == []


async def test_a_second_service_of_a_name_is_refused_at_the_name(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.consultant())
    await add(browser, "Review")
    await browser.open(NEW)
    await browser.send(NEW, status=409, name="review")
    [wrong] = [field["name"] for field in browser.page.all("input") if field["aria-invalid"] == "true"]
    assert wrong == "name"


async def test_a_stale_form_changes_nothing(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await add(browser, "Review")
    [service] = await services_of(marketplace, consultant)
    address = f"{SERVICES}/{service.id}"
    await browser.open(address)
    page = browser.answer
    await browser.send(address, max_slots="2")
    browser.answer = page
    await browser.send(address, status=409, max_slots="9")
    assert "changed by somebody else" in browser.main
    assert (await services_of(marketplace, consultant))[0].max_slots == 2


async def test_a_service_is_withdrawn_and_offered_again_unless_its_name_is_taken(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await add(browser, "Review")
    [first] = await services_of(marketplace, consultant)
    await browser.send(f"{SERVICES}/{first.id}/withdraw")
    assert "Not offered" in browser.main
    await browser.send(f"{SERVICES}/{first.id}/offer")
    assert "Stop offering" in browser.main
    await browser.send(f"{SERVICES}/{first.id}/withdraw")
    await add(browser, "Review")
    await browser.open(SERVICES)
    await browser.send(f"{SERVICES}/{first.id}/offer", status=409)
    assert mistakes_in(browser.page) == []
    assert "already offer a service of that name" in browser.main


async def test_services_of_others_are_not_there(browser: Browser, marketplace: Marketplace) -> None:
    owner = await marketplace.consultant()
    await browser.log_in(owner)
    await add(browser, "Review")
    [service] = await services_of(marketplace, owner)
    await browser.open("/account")
    await browser.send("/logout")
    await browser.log_in(await marketplace.consultant())
    await browser.open(f"{SERVICES}/{service.id}", status=404)
    await browser.open(f"{SERVICES}/{uuid4()}", status=404)
