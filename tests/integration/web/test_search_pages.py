"""The search page: filters in the address, shown in force, taken off one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from domain.consultants import BookingLimits
from domain.money import Money
from tests.integration.consultants.finding import consultant, rate
from tests.integration.web.browser import Browser
from tests.integration.web.html import Element, mistakes_in
from tests.marketplace import Marketplace
from tests.statements import recorded_statements


def names(browser: Browser) -> list[str]:
    """The public addresses of the cards in the page, in order."""
    links = [link["href"] for link in browser.page.all("a") if "stretched-link" in link["class"]]
    return [link.removeprefix("/consultants/") for link in links]


def count(browser: Browser) -> str:
    """What the page says about how many there are."""
    [status] = [line for line in browser.page.all("p") if line["id"] == "count"]
    assert status["role"] == "status"
    return status.text


def chips(browser: Browser) -> dict[str, str]:
    """The filters in force, and where each of them is taken off."""
    links = [link for link in browser.page.all("a") if link.text.startswith("Remove ") and link.all("svg")]
    return {link.text.removeprefix("Remove ").strip(): link["href"] for link in links}


def box(page: Element, name: str) -> Element:
    """That field."""
    [field] = [field for field in page.all("input") if field["name"] == name and field["type"] != "hidden"]
    return field


async def test_only_with_a_free_time_is_a_filter_like_the_others(
    browser: Browser, marketplace: Marketplace
) -> None:
    free = await consultant(marketplace, slug="free")
    late = await consultant(marketplace, slug="late", limits=BookingLimits(minimum_notice=timedelta(days=2)))
    for caller in (free, late):
        await marketplace.slot(caller)
    await browser.open("/consultants")
    assert sorted(names(browser)) == ["free", "late"]
    assert count(browser) == "2 consultants"
    assert "checked" not in box(browser.page, "bookable").attributes

    await browser.open("/consultants?q=contracts&bookable=yes")
    assert names(browser) == ["free"]
    assert count(browser) == "1 consultant"
    assert "checked" in box(browser.page, "bookable").attributes
    assert chips(browser) == {
        "“contracts”": "/consultants?bookable=yes",
        "Only with a free time": "/consultants?q=contracts",
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("bookable=perhaps", "Only with a free time “perhaps”"),
        ("max_price=cheap", "Highest price “cheap”"),
        ("min_rating=6", "Lowest rating “6”"),
        ("available_from=soon", "Free from “soon”"),
        ("sort=best", "Order “best”"),
    ],
)
async def test_a_wrong_value_in_the_address_is_left_out_and_said_so(
    browser: Browser, marketplace: Marketplace, wrong: str, said: str
) -> None:
    await consultant(marketplace, slug="busy")
    page = await browser.open(f"/consultants?{wrong}")
    assert mistakes_in(page) == []
    assert f"Left out, because it makes no sense here: {said}." in browser.main
    assert names(browser) == ["busy"]


async def test_an_end_before_its_beginning_is_left_out(browser: Browser, marketplace: Marketplace) -> None:
    await marketplace.slot(await consultant(marketplace, slug="busy"), starts_in=timedelta(days=3))
    today = datetime.now(UTC).date()
    await browser.open(f"/consultants?available_from={today + timedelta(days=1)}&available_to={today}")
    assert f"Left out, because it makes no sense here: Free until “{today}”." in browser.main
    assert names(browser) == ["busy"]


async def test_every_filter_and_order_does_what_it_says(browser: Browser, marketplace: Marketplace) -> None:
    cheap = await consultant(
        marketplace, slug="cheap", name="Zoe Ada", default_price=Money(100_000, "NGN"), languages=("Hausa",)
    )
    dear = await consultant(marketplace, slug="dear", name="Abe Obi", specializations=("Tax",))
    await rate(marketplace, dear, 10, 47)
    await rate(marketplace, cheap, 10, 32)
    await marketplace.slot(cheap, starts_in=timedelta(days=5))
    await marketplace.slot(dear, starts_in=timedelta(days=9))
    today = datetime.now(UTC).date()
    week = {"available_from": today.isoformat(), "available_to": (today + timedelta(days=6)).isoformat()}
    for filters, found in (
        ({"q": "zoe"}, ["cheap"]),
        ({"specialization": "tax"}, ["dear"]),
        ({"language": "hausa"}, ["cheap"]),
        ({"max_price": "₦1,000.00"}, ["cheap"]),
        ({"min_rating": "4.5"}, ["dear"]),
        (week, ["cheap"]),
        ({"sort": "next_free"}, ["cheap", "dear"]),
        ({"sort": "rating"}, ["dear", "cheap"]),
        ({"sort": "price"}, ["cheap", "dear"]),
        ({"sort": "name"}, ["dear", "cheap"]),
    ):
        await browser.open(f"/consultants?{urlencode(filters)}")
        assert names(browser) == found, filters


async def test_who_fits_nothing_is_told_which_filters_to_drop_and_who_comes_nearest(
    browser: Browser, marketplace: Marketplace
) -> None:
    await consultant(marketplace, slug="lawyer")
    await consultant(marketplace, slug="baker", specializations=("Bread",))
    page = await browser.open("/consultants?specialization=Law&max_price=10&min_rating=4")
    assert mistakes_in(page) == []
    assert count(browser) == "Nobody fits all of that"
    assert chips(browser) == {
        "Specialisation: Law": "/consultants?max_price=10&min_rating=4",
        "4 stars or more": "/consultants?specialization=Law&max_price=10",
        "Up to ₦10.00": "/consultants?specialization=Law&min_rating=4",
    }
    assert "These come nearest" in browser.main
    assert names(browser) == ["lawyer"]
    await browser.open("/consultants?q=astronaut")
    assert sorted(names(browser)) == ["baker", "lawyer"]


async def test_without_consultants_the_page_invites_to_become_one(browser: Browser) -> None:
    for path in ("/consultants", "/"):
        page = await browser.open(path)
        assert mistakes_in(page) == []
        assert "Nobody has published a profile yet" in browser.main
        assert "/register?role=consultant" in [link["href"] for link in page.all("main")[0].all("a")]


async def test_words_are_answered_by_relevance_until_another_order_is_chosen(
    browser: Browser, marketplace: Marketplace
) -> None:
    await consultant(marketplace, slug="named", name="Zoe Grace")
    await consultant(marketplace, slug="mentioned", name="Abe Obi", bio="Grace helps me.")
    await browser.open("/consultants?q=grace&sort=")
    assert names(browser) == ["named", "mentioned"]
    await browser.open("/consultants?q=grace&sort=name")
    assert names(browser) == ["mentioned", "named"]


async def test_pages_of_a_search_follow_each_other_and_their_addresses_fit_no_other_search(
    browser: Browser, marketplace: Marketplace
) -> None:
    everybody = [f"grace-{number:02}" for number in range(14)]
    for slug in everybody:
        await consultant(marketplace, slug=slug, name="Zoe Grace")
    await browser.open("/consultants?q=grace&sort=price&max_price=nonsense")
    first = names(browser)
    assert (len(first), count(browser)) == (12, "14 consultants")
    [following] = [link["href"] for link in browser.page.all("a") if "cursor=" in link["href"]]
    await browser.open(following)
    assert sorted(first + names(browser)) == everybody
    assert count(browser) == "14 consultants"
    await browser.open(following.replace("sort=price", "sort=next_free"))
    assert "This is where the search begins." in browser.main
    assert len(names(browser)) == 12


async def test_free_times_are_in_the_viewers_zone_and_days_are_days_there(
    browser: Browser, marketplace: Marketplace
) -> None:
    caller = await consultant(marketplace, slug="ada")
    midnight = datetime.combine(datetime.now(UTC).date() + timedelta(days=3), datetime.min.time(), UTC)
    await marketplace.slot(caller, starts_in=midnight - timedelta(minutes=90) - datetime.now(UTC))
    for zone, day in (("Africa/Cairo", 3), ("America/New_York", 2)):
        on = (datetime.now(UTC).date() + timedelta(days=day)).isoformat()
        await browser.open(f"/consultants?available_from={on}&available_to={on}&tz={zone}")
        assert names(browser) == ["ada"]
        assert zone in browser.main
    await browser.open("/consultants?tz=Africa/Atlantis")
    assert "There is no time zone called “Africa/Atlantis”." in browser.main


async def test_a_script_gets_the_search_alone_and_a_clean_address(
    browser: Browser, marketplace: Marketplace
) -> None:
    await consultant(marketplace, slug="ada")
    answer = await browser.client.get("/consultants?q=ada&sort=&language=", headers={"HX-Request": "true"})
    assert answer.headers["hx-push-url"] == "/consultants?q=ada"
    assert "HX-Request" in answer.headers["vary"]
    assert "<html" not in answer.text
    assert 'id="results"' in answer.text
    page = await browser.client.get("/consultants?q=ada")
    assert "<html" in page.text
    assert "hx-push-url" not in page.headers


async def test_the_page_tells_messengers_what_it_is(browser: Browser, marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="ada")
    page = await browser.open("/consultants?q=ada&cursor=&tz=Africa/Lagos")
    [canonical] = [link["href"] for link in page.all("link") if link["rel"] == "canonical"]
    assert canonical == "http://testserver/consultants?q=ada"


async def test_a_search_page_is_two_statements_and_three_when_there_are_more_pages(
    browser: Browser, marketplace: Marketplace
) -> None:
    await marketplace.slot(await consultant(marketplace, slug="busy"))
    with recorded_statements() as sent:
        for search in ("", "?q=contarct&bookable=yes", "?language=yoruba&sort=rating"):
            sent.clear()
            await browser.open(f"/consultants{search}")
            assert sent == ["SELECT", "SELECT"]
        for number in range(12):
            await consultant(marketplace, slug=f"more-{number:02}")
        sent.clear()
        await browser.open("/consultants")
        assert sent == ["SELECT", "SELECT", "SELECT"]


async def test_the_front_door_searches_even_while_the_lists_fail(
    browser: Browser, marketplace: Marketplace
) -> None:
    await marketplace.slot(await consultant(marketplace, slug="ada"))
    page = await browser.open("/")
    assert mistakes_in(page) == []
    assert names(browser) == ["ada"]
    assert "Law 1 consultant" in browser.main
    await marketplace.database.pool.close()
    page = await browser.open("/", status=503)
    assert mistakes_in(page) == []
    [search] = [form for form in page.all("form") if form["role"] == "search"]
    assert {field["name"] for field in search.all("input")} == {"q", "available_from"}
    assert "try again in a minute" in browser.main


async def test_the_front_door_says_when_nobody_is_free(browser: Browser, marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="ada")
    await browser.open("/")
    assert names(browser) == []
    assert "Nobody has a free time at the moment" in browser.main
