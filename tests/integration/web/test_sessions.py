"""Sessions of browsers: cookies, log-in, log-out, and requests from elsewhere."""

from __future__ import annotations

import re

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of
from tests.marketplace import ANSWER, PASSWORD, QUESTION, Marketplace

PUBLIC = ("/", "/consultants", "/nowhere")


@pytest.mark.parametrize("path", PUBLIC)
async def test_an_anonymous_page_without_a_form_sets_no_cookie(browser: Browser, path: str) -> None:
    answer = await browser.client.get(path)
    assert "set-cookie" not in answer.headers


async def test_logging_in_sends_a_new_key_that_scripts_cannot_read(
    browser: Browser, marketplace: Marketplace
) -> None:
    person = await marketplace.client()
    await browser.open("/login")
    await browser.send("/login", status=303, follow=False, identifier=person.username, password=PASSWORD)
    [cookie] = [line for line in browser.answer.headers.get_list("set-cookie") if line.startswith("sid=")]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_a_planted_key_is_never_adopted(browser: Browser, marketplace: Marketplace) -> None:
    planted = "planted-by-an-attacker-0123456789abcdef"
    browser.client.cookies.set("sid", planted, domain="testserver.local")
    await browser.log_in(await marketplace.client())
    answer = await browser.client.get("/bookings", headers={"Cookie": f"sid={planted}"})
    assert browser.client.cookies.get("sid") != planted
    assert answer.status_code == 303


async def test_logging_out_ends_the_session_itself(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    key = browser.client.cookies["sid"]
    await browser.send("/logout", status=303, follow=False)
    assert browser.answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "sid" not in browser.client.cookies
    replayed = await browser.client.get("/bookings", headers={"Cookie": f"sid={key}"})
    assert replayed.status_code == 303


async def test_logging_out_by_a_link_is_not_possible(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open("/logout", status=405)
    await browser.open("/bookings")


async def test_after_logging_in_one_is_where_one_was_going(browser: Browser, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    await browser.open("/payments")
    assert browser.path == "/login"
    await browser.send("/login", identifier=person.username, password=PASSWORD)
    assert browser.path == "/payments"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example"]
)
async def test_logging_in_leads_nowhere_else(browser: Browser, marketplace: Marketplace, wanted: str) -> None:
    person = await marketplace.client()
    await browser.open("/login")
    await browser.send(
        "/login", status=303, follow=False, identifier=person.username, password=PASSWORD, next=wanted
    )
    location = browser.answer.headers["location"]
    assert httpx.URL("http://testserver").join(location).host == "testserver"


async def test_wrong_passwords_and_unknown_people_look_the_same(
    browser: Browser, marketplace: Marketplace
) -> None:
    person = await marketplace.client()
    said = []
    for identifier in (person.username, "nobody-of-that-name"):
        await browser.open("/login")
        await browser.send("/login", status=422, identifier=identifier, password="not the password")
        said.append(browser.main)
    assert said[0] == said[1]
    assert "do not go together" in said[0]


async def test_a_changed_password_ends_other_browsers_and_keeps_this_one(
    new_browser: NewBrowser, marketplace: Marketplace
) -> None:
    person = await marketplace.client()
    here, there = new_browser(), new_browser()
    await here.log_in(person)
    await there.log_in(person)
    await here.open("/account/password")
    key = here.client.cookies["sid"]
    new = "another-harmattan-evening"
    await here.send("/account/password", current_password=PASSWORD, new_password=new, repeated_password=new)
    assert here.path == "/account"
    assert here.client.cookies["sid"] != key
    assert (await there.client.get("/account")).status_code == 303


async def test_a_forgotten_password_is_reset_by_the_security_question(
    browser: Browser, marketplace: Marketplace
) -> None:
    person = await marketplace.client()
    new = "another-harmattan-evening"
    await browser.open("/recover")
    await browser.send("/recover", identifier=person.username.upper())
    await browser.send("/recover/answer", status=422, question=QUESTION, answer="some other umbrellas")
    await browser.send("/recover/answer", question=QUESTION, answer=f"  {ANSWER.upper()} ")
    assert browser.path == "/recover/password"
    assert not browser.answer.url.query
    assert browser.answer.headers["referrer-policy"] == "no-referrer"
    await browser.send("/recover/password", status=422, new_password="short", repeated_password="short")
    await browser.send("/recover/password", new_password=new, repeated_password=new)
    assert browser.path == "/login"
    await browser.send("/login", identifier=person.username, password=new)
    assert browser.path == "/bookings"


async def test_a_recovery_looks_the_same_for_somebody_who_does_not_exist(browser: Browser) -> None:
    await browser.open("/recover")
    await browser.send("/recover", identifier="nobody-of-that-name")
    assert browser.path == "/recover/answer"
    await browser.send("/recover/answer", status=422, question=QUESTION, answer=ANSWER)
    assert "do not open an account" in browser.main


@pytest.mark.parametrize("path", ["/recover/answer", "/recover/password"])
async def test_later_steps_of_a_recovery_need_the_earlier_ones(browser: Browser, path: str) -> None:
    await browser.open(path)
    assert browser.path == "/recover"


async def test_an_old_session_cookie_is_taken_away(browser: Browser) -> None:
    old = "a-session-that-ended-long-ago-0123456789"
    answer = await browser.client.get("/", headers={"Cookie": f"sid={old}"})
    assert answer.status_code == 200
    assert any(line.startswith("sid=") and "Max-Age=0" in line for line in answer.headers.get_list("set-cookie"))


async def test_a_message_is_shown_once(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    assert [block for block in browser.page.all("div") if block["data-flash"] == "success"]
    await browser.open("/bookings")
    assert not [block for block in browser.page.all("div") if "data-flash" in block.attributes]


async def test_personal_pages_are_kept_by_no_cache(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    for path in ("/", "/bookings", "/account"):
        await browser.open(path)
        assert browser.answer.headers["cache-control"] == "no-store"


FOREIGN: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://testserver.evil"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_form_sent_from_elsewhere_changes_nothing(
    browser: Browser, marketplace: Marketplace, headers: dict[str, str]
) -> None:
    await browser.log_in(await marketplace.client())
    fields = fields_of(browser.form("/logout"))
    answer = await browser.client.post("/logout", data=fields, headers=headers)
    assert answer.status_code == 403
    await browser.open("/bookings")
    assert browser.path == "/bookings"


async def test_a_token_of_somebody_else_changes_nothing(new_browser: NewBrowser, marketplace: Marketplace) -> None:
    victim, attacker = new_browser(), new_browser()
    await victim.log_in(await marketplace.client())
    await attacker.log_in(await marketplace.client())
    foreign = fields_of(attacker.form("/logout"))
    answer = await victim.client.post("/logout", data=foreign, headers=OWN_PAGE)
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


async def test_a_token_from_before_logging_in_is_worth_nothing_after(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.open("/login")
    before = fields_of(browser.form("/login"))["csrf_token"]
    await browser.log_in(await marketplace.client())
    answer = await browser.client.post("/logout", data={"csrf_token": before}, headers=OWN_PAGE)
    assert answer.status_code == 403


async def test_every_form_route_asks_for_the_token(
    app: Litestar, browser: Browser, marketplace: Marketplace
) -> None:
    routes = [route for route in app.routes if isinstance(route, HTTPRoute) and "POST" in route.methods]
    pages = [route for route in routes if not route.path_format.startswith(("/api", "/webhooks"))]
    assert len(pages) >= 15
    await browser.log_in(await marketplace.client())
    for route in pages:
        path = re.sub(r"\{\w+_id\}", "01a205c1-d38f-7757-90b7-d847b7da05b6", route.path_format)
        answer = await browser.client.post(path, data={}, headers=OWN_PAGE)
        assert answer.status_code == 403, route.path_format
        assert "Nothing was changed" in answer.text


async def test_a_form_that_names_a_field_twice_is_refused(browser: Browser) -> None:
    await browser.open("/login")
    token = fields_of(browser.form("/login"))["csrf_token"]
    body = f"csrf_token={token}&identifier=a&identifier=b&password=c"
    headers = OWN_PAGE | {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await browser.client.post("/login", content=body, headers=headers)).status_code == 400


async def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    await browser.open("/login")
    fields = fields_of(browser.form("/login")) | {"identifier": "a" * 300_000}
    assert (await browser.client.post("/login", data=fields, headers=OWN_PAGE)).status_code == 413
