"""The search page: filters in the address, shown in force, taken off one by one."""

from __future__ import annotations

from datetime import timedelta

from domain.consultants import BookingLimits
from tests.integration.consultants.finding import consultant
from tests.integration.web.browser import Browser
from tests.marketplace import Marketplace
from tests.statements import recorded_statements


def names(browser: Browser) -> list[str]:
    """The public addresses of the cards in the page, in order."""
    links = [link["href"] for link in browser.page.all("a") if "stretched-link" in link["class"]]
    return [link.removeprefix("/consultants/") for link in links]


async def test_only_with_a_free_time_is_a_filter_like_the_others(
    browser: Browser, marketplace: Marketplace
) -> None:
    free = await consultant(marketplace, slug="free")
    late = await consultant(marketplace, slug="late", limits=BookingLimits(minimum_notice=timedelta(days=2)))
    for caller in (free, late):
        await marketplace.slot(caller)
    await browser.open("/consultants")
    assert sorted(names(browser)) == ["free", "late"]
    assert "2 consultants" in browser.main
    [box] = [field for field in browser.page.all("input") if field["name"] == "bookable"]
    assert "checked" not in box.attributes

    await browser.open("/consultants?q=contracts&bookable=yes")
    assert names(browser) == ["free"]
    assert "1 consultant" in browser.main
    [box] = [field for field in browser.page.all("input") if field["name"] == "bookable"]
    assert "checked" in box.attributes
    chips = {link.text.strip(): link["href"] for link in browser.page.all("a") if "tag-link" in link["class"]}
    assert chips == {
        "Remove Words: contracts": "/consultants?bookable=yes",
        "Remove Only with a free time": "/consultants?q=contracts",
    }


async def test_a_wrong_value_of_the_filter_is_left_out_and_said_so(
    browser: Browser, marketplace: Marketplace
) -> None:
    await consultant(marketplace, slug="busy")
    await browser.open("/consultants?bookable=perhaps")
    assert "Only with a free time “perhaps”" in browser.main
    assert names(browser) == ["busy"]


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
    assert "The first 12 consultants" in browser.main
    [following] = [link["href"] for link in browser.page.all("a") if "cursor=" in link["href"]]
    await browser.open(following)
    assert sorted(first + names(browser)) == everybody
    await browser.open(following.replace("sort=price", "sort=next_free"), status=400)


async def test_a_search_page_is_two_statements_whatever_is_asked(
    browser: Browser, marketplace: Marketplace
) -> None:
    await marketplace.slot(await consultant(marketplace, slug="busy"))
    with recorded_statements() as sent:
        for search in ("", "?q=contarct&bookable=yes", "?language=yoruba&min_rating=4&sort=rating"):
            sent.clear()
            await browser.open(f"/consultants{search}")
            assert sent == ["SELECT", "SELECT"]
