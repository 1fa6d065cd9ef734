"""What stands around every page: theme, language, static files, weight, and pages for what went wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import brotli
import httpx
import pytest

from interfaces.http.settings import HttpSettings
from interfaces.web.errors import fault_of
from interfaces.web.router import build_pages
from interfaces.web.static_files import all_files
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import Element, fields_of, mistakes_in
from tests.marketplace import Marketplace

ON_THE_WIRE = {"Accept-Encoding": "br"}


def root(page: Element) -> Element:
    """The page's outermost element."""
    [html] = page.all("html")
    return html


async def choose(browser: Browser, **chosen: str) -> None:
    """Press a button in the frame of the page that is open."""
    form = next(form for form in browser.page.all("form") if form["action"] == "/appearance")
    browser.answer = await browser.client.post(
        "/appearance", data=fields_of(form) | chosen, headers=OWN_PAGE, follow_redirects=True
    )
    assert browser.answer.status_code == 200


async def test_pages_are_dark_until_somebody_chooses(browser: Browser) -> None:
    assert root(await browser.open("/help"))["data-bs-theme"] == "dark"
    await choose(browser, theme="light")
    assert browser.path == "/help"
    assert root(browser.page)["data-bs-theme"] == "light"
    assert root(await browser.open("/terms"))["data-bs-theme"] == "light"
    assert [meta["content"] for meta in browser.page.all("meta") if meta["name"] == "theme-color"] == ["#f8f7f9"]


async def test_the_device_is_asked_by_a_script_of_ours_and_only_when_it_decides(browser: Browser) -> None:
    page = await browser.open("/help")
    assert not any("system-theme" in script["src"] for script in page.all("script"))
    await choose(browser, theme="system")
    page = browser.page
    assert root(page)["data-theme"] == "system"
    assert any("system-theme" in script["src"] for script in page.all("script"))
    colours = {meta["media"]: meta["content"] for meta in page.all("meta") if meta["name"] == "theme-color"}
    assert colours == {"(prefers-color-scheme: dark)": "#17161b", "(prefers-color-scheme: light)": "#f8f7f9"}


async def test_what_is_not_on_offer_changes_nothing(browser: Browser) -> None:
    await browser.open("/help")
    await choose(browser, theme="neon", language="tlh", next="https://evil.example/")
    assert browser.path == "/"
    assert root(browser.page)["data-bs-theme"] == "dark"
    assert root(browser.page)["lang"] == "en"


async def test_a_choice_comes_from_our_own_pages_only(browser: Browser) -> None:
    await browser.open("/help")
    form = next(form for form in browser.page.all("form") if form["action"] == "/appearance")
    for headers, fields in (
        ({"Sec-Fetch-Site": "cross-site"}, fields_of(form)),
        (OWN_PAGE, fields_of(form) | {"csrf_token": "x" * 86}),
    ):
        answer = await browser.client.post("/appearance", data=fields | {"theme": "light"}, headers=headers)
        assert answer.status_code == 403
        assert "theme" not in answer.cookies


async def test_a_page_sets_no_cookie_for_the_forms_in_its_frame(browser: Browser) -> None:
    answer = await browser.client.get("/help")
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_a_signed_in_persons_choice_is_there_on_every_device(
    new_browser: NewBrowser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    one, other = new_browser(), new_browser()
    await one.log_in(client)
    await one.open("/bookings")
    await choose(one, theme="light")
    assert one.path == "/bookings"
    assert root(one.page)["data-bs-theme"] == "light"
    await other.open("/help")
    await choose(other, theme="dark")
    await other.log_in(client)
    assert root(other.page)["data-bs-theme"] == "light"


async def test_languages_on_offer_are_chosen_at_the_foot(browser: Browser) -> None:
    page = await browser.open("/help")
    [french] = [button for button in page.all("button") if button["value"] == "fr"]
    assert (french.text, french["lang"], french["aria-pressed"]) == ("Français", "fr", "false")
    await choose(browser, language="fr")
    assert root(browser.page)["lang"] == "fr"
    assert browser.page.all("h1")[0].text == "Aide"


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("yo,en;q=0.5", "en"), ("yo", "en"), ("", "en"), ("en-GB,fr", "en")],
)
async def test_a_page_speaks_as_the_browser_likes_best(browser: Browser, accepted: str, spoken: str) -> None:
    answer = await browser.client.get("/help", headers={"Accept-Language": accepted})
    assert f'<html lang="{spoken}"' in answer.text
    assert "Accept-Language" in answer.headers["vary"]


async def test_mistakes_sums_and_refusals_are_said_in_french(browser: Browser, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    await browser.open("/login")
    await choose(browser, language="fr")
    await browser.send("/login", status=422, identifier="", password="")
    assert "Saisissez votre mot de passe." in browser.main
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    assert "5 000,00" in browser.main
    page = await browser.open("/nothing-here", status=404)
    assert root(page)["lang"] == "fr"
    assert page.all("h1")[0].text == "Il n’y a rien ici"


@pytest.mark.parametrize(
    "path", ["/help", "/terms", "/privacy", "/design", "/design?fields=wrong", "/design/question"]
)
async def test_pages_that_read_nothing_are_well_made(browser: Browser, path: str) -> None:
    page = await browser.open(path)
    assert mistakes_in(page) == []
    links = [link["href"] for link in page.all("footer")[0].all("a")]
    assert {"/help", "/terms", "/privacy"} <= set(links)


@pytest.mark.parametrize("path", ["/", "/help", "/consultants"])
async def test_every_file_of_a_page_is_there_packed_and_kept_for_a_year(browser: Browser, path: str) -> None:
    page = await browser.open(path)
    addresses = {link["href"] for link in page.all("link") if link["href"].startswith("/static/")}
    addresses |= {script["src"] for script in page.all("script")}
    addresses |= {use["href"].partition("#")[0] for use in page.all("use")}
    for address in addresses:
        answer = await browser.client.get(address, headers=ON_THE_WIRE)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "Accept-Encoding" in answer.headers["vary"]
        is_picture = answer.headers["content-type"] == "image/png"
        assert answer.headers.get("content-encoding") == (None if is_picture else "br"), address
        assert "set-cookie" not in answer.headers


async def test_a_file_goes_out_as_the_other_end_reads_it(browser: Browser) -> None:
    file = all_files()["app.js"]
    address = f"/static/{file.digest}/app.js"
    for accepted, encoding in (("br, gzip", "br"), ("gzip", "gzip"), ("identity", None)):
        answer = await browser.client.get(address, headers={"Accept-Encoding": accepted})
        assert answer.headers.get("content-encoding") == encoding
        assert answer.content == file.content
    again = await browser.client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_file_under_an_older_address_is_not_kept(browser: Browser) -> None:
    answer = await browser.client.get("/static/0123456789abcdef/app.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert (await browser.client.get("/static/0123456789abcdef/nothing.js")).status_code == 404


@pytest.mark.parametrize(("path", "kind"), [("/robots.txt", "text/plain"), ("/favicon.ico", "image/x-icon")])
async def test_what_is_asked_for_by_name_is_there(browser: Browser, path: str, kind: str) -> None:
    answer = await browser.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert "set-cookie" not in answer.headers


async def test_the_first_visit_is_light(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    for hours in range(24, 24 + 40):
        await marketplace.slot(consultant, starts_in=timedelta(hours=hours))
    for path in ("/consultants", f"/consultants/{await marketplace.slug(consultant)}"):
        answer, page_bytes = await _wire(browser.client, path)
        assert page_bytes <= 15_000
        page = Browser(browser.client)
        page.answer = answer
        needed = {link["href"] for link in page.page.all("link") if link["rel"] in ("stylesheet", "icon")}
        needed |= {script["src"] for script in page.page.all("script")}
        needed |= {use["href"].partition("#")[0] for use in page.page.all("use")}
        weights = [(await _wire(browser.client, address))[1] for address in needed]
        assert len(needed) + 1 <= 10
        assert page_bytes + sum(weights) <= 100_000


async def _wire(client: httpx.AsyncClient, path: str) -> tuple[httpx.Response, int]:
    """The answer, and its size as it goes over the wire."""
    answer = await client.get(path, headers=ON_THE_WIRE)
    assert answer.status_code == 200, path
    return answer, int(answer.headers["content-length"])


async def test_pages_go_out_packed(browser: Browser) -> None:
    async with browser.client.stream("GET", "/help", headers=ON_THE_WIRE) as answer:
        packed = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["vary"] == "Accept-Language, Cookie, Accept-Encoding"
    assert b"<h1>" in brotli.decompress(packed)
    assert len(packed) == int(answer.headers["content-length"])


async def test_an_unknown_address_offers_a_search(browser: Browser) -> None:
    page = await browser.open("/nowhere", status=404)
    assert mistakes_in(page) == []
    [form] = [form for form in page.all("main")[0].all("form") if form["role"] == "search"]
    assert (form["action"], form["method"]) == ("/consultants", "get")
    assert "noindex" in [meta["content"] for meta in page.all("meta") if meta["name"] == "robots"]


async def test_error_pages_look_and_speak_as_was_chosen(browser: Browser) -> None:
    browser.client.cookies.set("theme", "light")
    assert root(await browser.open("/nowhere", status=404))["data-bs-theme"] == "light"


async def test_a_page_that_is_sent_to_says_that_it_is_not_for_that(browser: Browser) -> None:
    answer = await browser.client.post("/help", headers=OWN_PAGE | {"Referer": "http://testserver/help?x=1"})
    assert answer.status_code == 405
    assert "That does not work here" in answer.text
    assert 'href="/help?x=1"' in answer.text


@pytest.mark.parametrize(
    ("content", "kind", "status", "title"),
    [
        (b"a=" + b"b" * 300_000, "application/x-www-form-urlencoded", 413, "That is too large"),
        (b"a=%ff", "application/x-www-form-urlencoded", 400, "That request makes no sense to us"),
    ],
    ids=["too_large", "malformed"],
)
async def test_what_cannot_be_read_is_told_apart(
    browser: Browser, content: bytes, kind: str, status: int, title: str
) -> None:
    await browser.open("/login")
    answer = await browser.client.post("/login", content=content, headers=OWN_PAGE | {"Content-Type": kind})
    assert answer.status_code == status
    browser.answer = answer
    assert browser.page.all("h1")[0].text == title
    assert mistakes_in(browser.page) == []


def test_every_status_has_its_own_words() -> None:
    statuses = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
    faults = [fault_of(status) for status in statuses]
    assert len({fault.title for fault in faults}) == len({fault.detail for fault in faults}) == len(statuses)


async def test_without_the_database_pages_say_when_to_come_again(
    browser: Browser, marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.log_in(await marketplace.client())

    async def away(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(type(marketplace.product.callers), "by_session", away)
    page = await browser.open("/bookings", status=503)
    assert mistakes_in(page) == []
    assert "Nothing was lost" in page.text
    assert browser.answer.headers["retry-after"] == "5"
    again = [link["href"] for link in page.all("main")[0].all("a")]
    assert again[0] == "/bookings"


async def test_a_fault_of_ours_has_a_number_and_tells_nothing_else(
    browser: Browser, marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.log_in(await marketplace.client())

    async def broken(*_: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr(type(marketplace.product.callers), "by_session", broken)
    page = await browser.open("/bookings", status=500)
    assert mistakes_in(page) == []
    assert browser.answer.headers["x-request-id"] in page.text
    assert not re.search("canary|RuntimeError|Traceback|litestar", browser.answer.text, re.IGNORECASE)


async def test_a_script_that_asks_for_a_part_gets_errors_as_a_part(browser: Browser) -> None:
    answer = await browser.client.get("/consultants/nobody", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert "There is nothing here" in answer.text
    assert "HX-Request" in answer.headers["vary"]
    whole = await browser.client.get(
        "/consultants/nobody", headers={"HX-Request": "true", "HX-Request-Type": "full"}
    )
    assert "<html" in whole.text


async def test_a_script_leads_the_whole_page_to_the_log_in(browser: Browser) -> None:
    answer = await browser.client.get("/bookings?page=2", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/login?next=/bookings%3Fpage%3D2")


async def test_only_developers_see_the_components(marketplace: Marketplace) -> None:
    def paths(*, is_production: bool) -> list[str]:
        settings = HttpSettings(
            public_url="https://imoran.example",
            checkout_origin="https://checkout.paystack.com",
            csrf_key=b"k",
            cursor_key=b"k",
            currency="NGN",
            is_production=is_production,
        )
        return [route.path for route in build_pages(marketplace.product, settings).routes]

    assert "/design" in paths(is_production=False)
    assert not [path for path in paths(is_production=True) if path.startswith("/design")]
