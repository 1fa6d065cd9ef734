"""All pages: their markup, their headers, who gets to see them."""

from __future__ import annotations

import io
from datetime import timedelta

import httpx
import pytest
from PIL import Image

from application.accounts.callers import Caller
from domain.accounts import Role
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

OF_CLIENT = ["/bookings", "/waiting", "/payments"]
OF_CONSULTANT = [
    "/consultant",
    "/consultant/availability",
    "/consultant/availability/tools",
    "/consultant/calendar",
    "/consultant/patterns",
    "/consultant/patterns/new",
    "/consultant/services",
    "/consultant/services/new",
    "/consultant/profile",
    "/consultant/payments",
    "/consultant/reviews",
]
OF_OPERATOR = ["/operator"]
OF_EVERYBODY_SIGNED_IN = ["/account", "/account/picture", "/account/password"]
PUBLIC = ["/", "/consultants", "/consultants?q=none&max_price=x", "/register", "/login", "/recover"]


async def see(browser: Browser, path: str, *, status: int = 200) -> None:
    """Open a page and read its markup."""
    page = await browser.open(path, status=status)
    assert mistakes_in(page) == [], path


async def test_pages_for_everybody_are_well_made(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    for days in (1, 2):
        await marketplace.completed_booking(
            client, consultant, await marketplace.slot(consultant, starts_in=timedelta(days=days))
        )
    slot = await marketplace.slot(consultant, capacity=3)
    slug = await marketplace.slug(consultant)
    for path in [*PUBLIC, f"/consultants/{slug}", f"/consultants/{slug}/reviews", f"/book/{slot.id}"]:
        await see(browser, path)


@pytest.mark.parametrize("has_data", [True, False])
async def test_a_clients_pages_are_well_made(browser: Browser, marketplace: Marketplace, has_data: bool) -> None:
    client = await marketplace.client()
    paths = OF_CLIENT + OF_EVERYBODY_SIGNED_IN
    if has_data:
        consultant = await marketplace.consultant()
        completed = await marketplace.completed_booking(client, consultant, await marketplace.slot(consultant))
        confirmed = await marketplace.confirmed_booking(
            client, await marketplace.slot(consultant, starts_in=timedelta(days=2))
        )
        pending = await marketplace.booking(
            client, await marketplace.slot(consultant, starts_in=timedelta(days=3))
        )
        paths = [
            *paths,
            f"/bookings/{completed.id}",
            f"/bookings/{completed.id}/review",
            f"/bookings/{confirmed.id}",
            f"/bookings/{pending.id}",
            f"/bookings/{pending.id}/pay",
            f"/payments/return?reference={confirmed.payments[0].reference}",
        ]
    await browser.log_in(client)
    for path in paths:
        await see(browser, path)


@pytest.mark.parametrize("has_data", [True, False])
async def test_a_consultants_pages_are_well_made(
    browser: Browser, marketplace: Marketplace, has_data: bool
) -> None:
    consultant = await marketplace.consultant()
    if has_data:
        client = await marketplace.client()
        await marketplace.completed_booking(client, consultant, await marketplace.slot(consultant))
        slot = await marketplace.slot(consultant, capacity=2)
        await marketplace.confirmed_booking(client, slot)
        await marketplace.confirmed_booking(await marketplace.client(), slot)
    await browser.log_in(consultant)
    for path in OF_CONSULTANT + OF_EVERYBODY_SIGNED_IN:
        await see(browser, path)


async def test_the_operators_list_is_well_made(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference, amount=100)
    await marketplace.product.settle_payment(payment.reference)
    await browser.log_in(await marketplace.account(Role.OPERATOR))
    await see(browser, "/operator")
    assert payment.reference in browser.main
    await browser.open(f"/bookings/{booking.id}", status=403)


FORMS_TO_SEND_EMPTY = ["/register", "/login", "/recover"]


@pytest.mark.parametrize("path", FORMS_TO_SEND_EMPTY)
async def test_a_form_sent_empty_says_what_to_do_at_each_field(browser: Browser, path: str) -> None:
    await browser.open(path)
    await browser.send(path, status=422)
    page = browser.page
    assert mistakes_in(page) == []
    assert page.all("title")[0].text.startswith("Error: ")
    targets = {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} - {"main"}
    ids = {element["id"] for element in page.all() if element["aria-invalid"] == "true"}
    assert targets == ids != set()


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.CLIENT, OF_CONSULTANT + OF_OPERATOR),
        (Role.CONSULTANT, OF_CLIENT + OF_OPERATOR),
        (Role.OPERATOR, OF_CLIENT + OF_CONSULTANT),
    ],
)
async def test_pages_of_another_role_are_closed(
    browser: Browser, marketplace: Marketplace, role: Role, paths: list[str]
) -> None:
    await browser.log_in(await marketplace.account(role))
    for path in paths:
        await see(browser, path, status=403)


async def test_pages_that_need_a_log_in_lead_there_and_back(browser: Browser) -> None:
    for path in OF_CLIENT + OF_CONSULTANT + OF_OPERATOR + OF_EVERYBODY_SIGNED_IN:
        await browser.open(path)
        assert browser.path == "/login"
        assert fields_of(browser.form("/login"))["next"] == path


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/consultants/nobody",
        "/consultants/%00",
        "/consultants/A%20B/reviews",
        "/book/01a205c1-d38f-7757-90b7-d847b7da05b6",
        "/book/x",
        "/media/x",
    ],
)
async def test_what_is_not_there_gets_a_page_that_leads_on(browser: Browser, path: str) -> None:
    await see(browser, path, status=404)
    assert [link for link in browser.page.all("a") if link["href"] == "/consultants"]


async def test_every_page_carries_the_policy_and_the_checkouts_origin(browser: Browser) -> None:
    for path, status in (("/", 200), ("/login", 200), ("/nowhere", 404)):
        await browser.open(path, status=status)
        policy = browser.answer.headers["content-security-policy"]
        assert "form-action 'self' http://paystack.test;" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path", ["/static/x/../router.py", "/static/x/%2e%2e/router.py", "/static/x/vendor/vendor.lock.json"]
)
async def test_only_files_for_browsers_are_served(browser: Browser, path: str) -> None:
    assert (await browser.client.get(path)).status_code == 404


async def _with_picture(browser: Browser, person: Caller) -> str:
    await browser.log_in(person)
    await browser.open("/account/picture")
    drawing = io.BytesIO()
    Image.new("RGB", (300, 200), (40, 120, 90)).save(drawing, "PNG")
    await browser.upload("/account/picture", drawing.getvalue())
    [picture] = [image["src"] for image in browser.page.all("img") if "avatar" in image["class"]]
    return picture


async def test_a_picture_is_stored_shown_and_removed(browser: Browser, marketplace: Marketplace) -> None:
    address = await _with_picture(browser, await marketplace.consultant())
    answer = await browser.client.get(address)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    await browser.open("/account/picture/remove")
    assert mistakes_in(browser.page) == []
    await browser.send("/account/picture/remove")
    assert "Others see your initials" in browser.main
    await marketplace.product.relay_outbox()
    assert (await browser.client.get(address)).status_code == 404


async def test_what_is_no_picture_is_refused_at_its_field(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open("/account/picture")
    await browser.upload("/account/picture", b"<svg onload=alert(1)>", status=422)
    assert mistakes_in(browser.page) == []
    await browser.open("/account/picture")
    await browser.upload("/account/picture", b"", status=422)
    assert "Choose a picture." in browser.main


async def test_ones_details_are_changed_and_a_stale_form_changes_nothing(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open("/account")
    stale = fields_of(browser.form("/account"))["version"]
    await browser.send("/account", first_name="Chidiebere", phone_number="+234 803 123 4567")
    assert "Account (Chidiebere)" in browser.page.text
    await browser.send("/account", status=409, first_name="Obi", version=stale)
    assert "changed by somebody else" in browser.main


async def test_names_with_markup_are_shown_as_they_were_typed(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open("/account")
    name = "<img src=x onerror=alert(1)>\"'&"
    await browser.send("/account", last_name=name)
    assert fields_of(browser.form("/account"))["last_name"] == name
    assert mistakes_in(browser.page) == []


async def test_the_theme_of_the_cookie_is_in_the_first_answer(new_browser: NewBrowser) -> None:
    for theme, shown in (("light", "light"), ("dark", "dark"), ("<b>", "dark")):
        answer = await new_browser().client.get("/", headers={"Cookie": f"theme={theme}"})
        assert f'data-bs-theme="{shown}"' in answer.text


async def test_error_pages_work_while_the_database_is_down(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    await marketplace.database.close()
    assert (await client.get("/nowhere")).status_code == 404
    answer = await client.get("/consultants")
    assert answer.status_code in (500, 503)
    assert "<h1>" in answer.text
