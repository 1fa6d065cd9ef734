"""The pages about getting in and about one's account: each state of each of them."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from zipfile import ZipFile

import httpx
import pytest

from domain.accounts import SECURITY_QUESTIONS, Role
from interfaces.web.security_words import device, questions
from tests.integration.accounts.people import let_time_pass
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import ANSWER, PASSWORD, QUESTION, Marketplace

CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")
NEW = "another-harmattan-evening"
REGISTRATION = {
    "role": "client",
    "first_name": "Ada",
    "last_name": "Obioma",
    "username": "ada.obi",
    "email": "ada@example.com",
    "password": PASSWORD,
    "security_question": QUESTION,
    "security_answer": ANSWER,
}
PAGES = (
    "/account",
    "/account/password",
    "/account/security-question",
    "/account/recovery-codes",
    "/account/sessions",
    "/account/tokens",
    "/account/preferences",
    "/account/data",
    "/account/data/delete",
)


async def make_proof_old(marketplace: Marketplace) -> None:
    """What ten minutes do."""
    await marketplace.database.pool.execute("UPDATE sessions SET proven_at = proven_at - interval '11 minutes'")


async def fresh_codes(browser: Browser) -> list[str]:
    """Made on the page about them."""
    await browser.open("/account/recovery-codes")
    await browser.send("/account/recovery-codes")
    return CODE.findall(" ".join(code.text for code in browser.page.all("code")))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("page", PAGES)
async def test_every_page_is_well_made_with_a_fresh_and_an_old_proof(
    browser: Browser, marketplace: Marketplace, page: str, role: Role
) -> None:
    await browser.log_in(await marketplace.account(role))
    for _ in range(2):
        await browser.open(page)
        assert mistakes_in(browser.page) == []
        assert [link for link in browser.page.all("a") if link["aria-current"] == "page"]
        await make_proof_old(marketplace)


async def test_registering_leads_over_the_recovery_codes_to_where_one_was_going(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.open("/register?next=/payments")
    await browser.send("/register", REGISTRATION)
    assert browser.path == "/account/recovery-codes"
    assert mistakes_in(browser.page) == []
    codes = CODE.findall(" ".join(code.text for code in browser.page.all("code")))
    assert len(set(codes)) == 10
    assert browser.answer.headers["cache-control"] == "no-store"
    await browser.send("/account/recovery-codes/saved")
    assert browser.path == "/payments"
    await browser.open("/account/recovery-codes")
    assert not [code for code in codes if code in browser.answer.text]
    assert "You have 10 codes left" in browser.main


async def test_a_reload_shows_no_codes_and_says_so(browser: Browser) -> None:
    await browser.open("/register")
    await browser.send("/register", REGISTRATION)
    await browser.open("/account/recovery-codes?next=/payments")
    assert not CODE.findall(browser.main)
    assert "cannot be shown again" in browser.main


async def test_a_code_opens_the_way_back_and_only_once(new_browser: NewBrowser, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    here, there = new_browser(), new_browser()
    await here.log_in(person)
    [code, *_] = await fresh_codes(here)
    for status in (200, 422):
        await there.open("/recover")
        await there.send("/recover", identifier=person.username)
        assert mistakes_in(there.page) == []
        await there.send("/recover/code", status=422, recovery_code="")
        assert "Enter one of your recovery codes" in there.main
        await there.send("/recover/code", status=status, recovery_code=code.lower())
        assert mistakes_in(there.page) == []
        if status == 200:
            assert there.path == "/recover/password"
            await there.send("/recover/password", new_password=NEW, repeated_password=NEW)
            assert there.path == "/login"
    assert "do not open an account" in there.main


async def test_too_many_attempts_say_when_to_come_again(browser: Browser, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    for _ in range(10):
        with pytest.raises(Exception, match="do not go together"):
            await marketplace.product.log_in.prove_password(
                identifier=person.username, password="wrong", address="10.0.0.1"
            )
    await let_time_pass(marketplace, "login:", timedelta(minutes=5))
    await browser.open("/login")
    await browser.send("/login", status=429, identifier=person.username, password=PASSWORD)
    assert "Too many attempts. Try again in 10 minutes." in browser.main
    assert int(browser.answer.headers["retry-after"]) <= 600


async def test_another_address_needs_the_password_after_a_while_and_the_form_is_kept(
    browser: Browser, marketplace: Marketplace
) -> None:
    person = await marketplace.client()
    await browser.log_in(person)
    await make_proof_old(marketplace)
    await browser.open("/account")
    assert "current_password" in fields_of(browser.form("/account"))
    key = browser.client.cookies["sid"]
    wanted = {"email": "new@example.com", "last_name": "Okafor"}
    await browser.send("/account", wanted, status=422)
    assert "Enter your current password" in browser.main
    await browser.send("/account", status=422, current_password="wrong")
    assert "not your current password" in browser.main
    assert fields_of(browser.form("/account"))["email"] == "new@example.com"
    await browser.send("/account", current_password=PASSWORD)
    assert "Your details are saved" in browser.main
    assert browser.client.cookies["sid"] != key
    assert "current_password" not in fields_of(browser.form("/account"))
    email = await marketplace.database.pool.fetchval("SELECT email FROM accounts")
    assert email == "new@example.com"


async def test_another_question_is_asked_for_with_the_password(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    await make_proof_old(marketplace)
    page = "/account/security-question"
    await browser.open(page)
    await browser.send(page, status=422, security_question="lost_thing", security_answer="Chidi")
    assert mistakes_in(browser.page) == []
    assert "Chidi" not in [field["value"] for field in browser.page.all("input")]
    changed = {"security_question": "lost_thing", "security_answer": "nine purple ladders"}
    await browser.send(page, changed, status=422)
    await browser.send(page, changed, current_password=PASSWORD)
    assert "Your security question is changed" in browser.main
    assert questions()["lost_thing"] in browser.main
    assert "ladders" not in browser.answer.text


async def test_the_question_is_switched_off_and_on(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    page = "/account/security-question"
    await browser.open(page)
    assert "they would be the only way back in" in browser.main
    await fresh_codes(browser)
    await make_proof_old(marketplace)
    await browser.open(page)
    await browser.send(f"{page}/off")
    assert mistakes_in(browser.page) == []
    await browser.send(f"{page}/off", status=422, current_password="wrong")
    await browser.send(f"{page}/off", current_password=PASSWORD)
    assert "does not open your account" in browser.main
    await browser.send(f"{page}/on")
    assert "opens your account again" in browser.main
    token = fields_of(browser.form(f"{page}/off"))["csrf_token"]
    answer = await browser.client.post(f"{page}/sideways", data={"csrf_token": token}, headers=OWN_PAGE)
    assert answer.status_code == 404


async def test_a_token_is_shown_once_listed_and_revoked(
    browser: Browser, client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open("/account/tokens")
    assert "No tokens yet" in browser.main
    assert [link for link in browser.page.all("a") if link["href"] == "/api/docs/"]
    await browser.send("/account/tokens", status=422, name="")
    assert mistakes_in(browser.page) == []
    await browser.send("/account/tokens", name="Calendar at work", life="7")
    assert mistakes_in(browser.page) == []
    [token] = [field["value"] for field in browser.page.all("input") if field["id"] == "token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client.get("/api/me", headers=headers)).status_code == 200
    assert (await client.delete("/api/me/sessions", headers=headers)).status_code == 403
    await browser.open("/account/tokens?made=yes")
    assert token not in browser.answer.text
    assert "cannot be shown again" in browser.main
    assert "Calendar at work" in browser.main
    [action] = [form["action"] for form in browser.page.all("form") if form["action"].endswith("/revoke")]
    await browser.send(action)
    assert "The token is revoked" in browser.main
    assert (await client.get("/api/me", headers=headers)).status_code == 401


async def test_sessions_are_listed_and_ended(new_browser: NewBrowser, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    here, there, third = new_browser(), new_browser(), new_browser()
    there.client.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
    for browser in (here, there, third):
        await browser.log_in(person)
    await here.open("/account/sessions")
    assert mistakes_in(here.page) == []
    assert "Firefox on Linux" in here.main
    [action] = [
        form["action"]
        for form in here.page.all("form")
        if "Firefox" in form.text and form["action"].endswith("/end")
    ]
    await here.send(action)
    assert "That browser is logged out" in here.main
    assert (await there.client.get("/bookings")).status_code == 303
    await here.send("/account/sessions/end-others")
    assert "One other browser is logged out" in here.main
    assert (await third.client.get("/bookings")).status_code == 303
    [own] = [form["action"] for form in here.page.all("form") if form["action"].endswith("/end")]
    await here.send(own)
    assert here.path == "/"
    assert (await here.client.get("/bookings")).status_code == 303


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_has_the_name_that_people_give_it(user_agent: str, words: str) -> None:
    assert device(user_agent) == words


def test_pages_ask_every_question_that_there_is() -> None:
    assert questions() == SECURITY_QUESTIONS


async def test_preferences_go_before_what_the_device_remembers(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    browser.client.cookies.set("tz", "Europe/London", domain="testserver.local")
    await browser.open("/account/preferences")
    assert "you looked at times in Europe/London" in browser.main
    await browser.open("/account/preferences?tz=Europe/London")
    assert fields_of(browser.form("/account/preferences"))["time_zone"] == "Europe/London"
    await browser.send("/account/preferences", time_zone="Africa/Lagos", clock="24", theme="light")
    assert "Your preferences are saved" in browser.main
    assert browser.page.all("html")[0]["data-bs-theme"] == "light"
    await browser.open("/account/sessions")
    assert "Times are in Africa/Lagos" in browser.main
    assert not re.search(r"\d (am|pm)\b", browser.main)
    await browser.open("/account/preferences")
    await browser.send("/account/preferences", status=422, time_zone="Mars/Base")
    assert mistakes_in(browser.page) == []


async def test_data_comes_as_one_file_with_the_password(browser: Browser, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    await browser.log_in(person)
    await make_proof_old(marketplace)
    await browser.open("/account/data")
    await browser.send("/account/data/export", status=422)
    assert mistakes_in(browser.page) == []
    fields = fields_of(browser.form("/account/data/export")) | {"current_password": PASSWORD}
    answer = await browser.client.post("/account/data/export", data=fields, headers=OWN_PAGE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    records = json.loads(ZipFile(io.BytesIO(answer.content)).read("account.json"))
    assert records["account"][0]["username"] == person.username
    await browser.open("/account/data")


async def test_an_account_is_deleted_by_its_owner(browser: Browser, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    await browser.log_in(person)
    page = "/account/data/delete"
    await browser.open(page)
    await browser.send(page, status=422, current_password=PASSWORD)
    assert "Tick the box" in browser.main
    await browser.send(page, status=422, understood="yes", current_password="wrong")
    await browser.send(page, understood="yes", current_password=PASSWORD)
    assert browser.path == "/"
    assert "Your account is deleted" in browser.main
    await browser.open("/login")
    await browser.send("/login", status=422, identifier=person.username, password=PASSWORD)


async def test_who_is_still_waited_for_reads_what_is_in_the_way(
    browser: Browser, marketplace: Marketplace
) -> None:
    person, consultant = await marketplace.client(), await marketplace.consultant()
    await marketplace.confirmed_booking(person, await marketplace.slot(consultant))
    await browser.log_in(person)
    await browser.open("/account/data/delete")
    assert mistakes_in(browser.page) == []
    assert "Sessions are still to come" in browser.main
    assert not [form for form in browser.page.all("form") if form["action"] == "/account/data/delete"]


async def test_programs_can_do_the_same(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    person = await marketplace.client()
    headers = {"Authorization": f"Bearer {await marketplace.token(person)}"}
    proof = {"current_password": PASSWORD}
    refused = await client.post("/api/me/recovery-codes", json={"current_password": "wrong"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_current_password")
    made = await client.post("/api/me/recovery-codes", json=proof, headers=headers)
    assert (made.status_code, len(made.json()["codes"])) == (201, 10)
    state = await client.get("/api/me/recovery-codes", headers=headers)
    assert state.json()["left"] == 10
    question = {"security_question": "lost_thing", "security_answer": "nine purple ladders"}
    assert (
        await client.put("/api/me/security-question", json=question | proof, headers=headers)
    ).status_code == 204
    off = await client.put("/api/me/question-recovery", json={"is_on": False} | proof, headers=headers)
    assert off.status_code == 204
    assert (await client.get("/api/me", headers=headers)).json()["has_question_recovery"] is False
    started = await client.post("/api/auth/recovery", json={"identifier": person.username})
    way = f"/api/auth/recovery/{started.json()['recovery_id']}/answer"
    assert (await client.post(way, json={})).status_code == 422
    by_answer = await client.post(way, json={"question": "lost_thing", "answer": "nine purple ladders"})
    assert by_answer.json()["code"] == "recovery_failed"
    by_code = await client.post(way, json={"recovery_code": made.json()["codes"][0]})
    assert by_code.status_code == 200
    phone = {"phone_number": "0803 123 4567"}
    unproven = await client.patch("/api/me", json=phone, headers=headers)
    assert (unproven.status_code, unproven.json()["code"]) == (422, "proof_needed")
    assert (await client.patch("/api/me", json=phone | proof, headers=headers)).status_code == 200
    wanted = {"time_zone": "Africa/Lagos", "has_long_day": True, "theme": "dark", "language": "en"}
    assert (await client.put("/api/me/preferences", json=wanted, headers=headers)).json() == wanted
    assert (await client.get("/api/me/preferences", headers=headers)).json() == wanted
    assert (await client.get("/api/me/sessions", headers=headers)).json()["items"] == []
    assert (await client.delete("/api/me/sessions", headers=headers)).json() == {"ended": 0}
    export = await client.post("/api/me/export", json=proof, headers=headers)
    assert ZipFile(io.BytesIO(export.content)).namelist() == ["account.json"]
    assert (await client.post("/api/me/erase", json=proof, headers=headers)).status_code == 204
    assert (await client.get("/api/me", headers=headers)).status_code == 401
