"""A consultant's public page, and all of their reviews."""

from __future__ import annotations

from datetime import timedelta

from application.accounts.callers import Caller
from application.availability.save_service import SaveServiceCommand
from application.reviews.reply_to_review import ReplyToReviewCommand
from application.reviews.write_review import WriteReviewCommand
from domain.money import Money
from tests.integration.consultants.finding import consultant, found, rate, shown
from tests.integration.web.browser import Browser
from tests.integration.web.html import Element, mistakes_in
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")


async def reviewed(marketplace: Marketplace, caller: Caller, *ratings: int) -> list[str]:
    """So many sessions that took place and were reviewed; what was said, oldest first."""
    said = []
    for number, rating in enumerate(ratings, 1):
        client = await marketplace.client()
        slot = await marketplace.slot(caller, starts_in=timedelta(hours=2 * number), price=FREE)
        booking = await marketplace.completed_booking(client, caller, slot)
        said.append(f"{rating} stars, comment {number}")
        command = WriteReviewCommand(booking_id=booking.id, rating=rating, comment=said[-1])
        review = await marketplace.product.write_review(client, command)
        if rating < 3:
            reply = ReplyToReviewCommand(review_id=review.id, reply=f"Sorry for {number}")
            await marketplace.product.reply_to_review(caller, reply)
    return said


def metas(page: Element) -> dict[str, str]:
    """What messengers and search engines read."""
    return {tag["property"] or tag["name"]: tag["content"] for tag in page.all("meta") if tag["content"]}


async def test_reviews_come_with_their_spread_and_replies(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada", name="Ada Okafor")
    said = await reviewed(marketplace, caller, 5, 2, 5, 4, 5)
    view = await shown(marketplace, "ada")
    assert view.rating_spread == [0, 1, 0, 1, 3]
    page = await browser.open("/consultants/ada")
    assert mistakes_in(page) == []
    [spread] = [part for part in page.all("ul") if "spread" in part["class"]]
    assert [line.text for line in spread.all("li")] == [
        "5 stars 3 reviews",
        "4 stars 1 review",
        "3 stars 0 reviews",
        "2 stars 1 review",
        "1 star 0 reviews",
    ]
    assert all(comment in browser.main for comment in said[1:])
    assert said[0] not in browser.main, "the page shows the latest ones"
    assert "Ada Okafor answered" in browser.main
    assert "Sorry for 2" in browser.main
    assert "See all 5 reviews" in browser.main


async def test_all_reviews_can_be_looked_at_by_stars(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    said = await reviewed(marketplace, caller, 5, 2, 5)
    page = await browser.open("/consultants/ada/reviews")
    assert mistakes_in(page) == []
    assert all(comment in browser.main for comment in said)
    links = [one["href"] for one in page.all("a") if "?stars=" in one["href"]]
    assert links == ["/consultants/ada/reviews?stars=5", "/consultants/ada/reviews?stars=2"]
    page = await browser.open(links[1])
    assert mistakes_in(page) == []
    assert "Only reviews with 2 stars." in browser.main
    assert said[1] in browser.main
    assert said[0] not in browser.main
    await browser.open("/consultants/ada/reviews?stars=1")
    assert "No reviews with so many stars." in browser.main
    await browser.open("/consultants/ada/reviews?stars=many")
    assert all(comment in browser.main for comment in said)


async def test_reviews_of_so_many_stars_follow_page_by_page(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    await reviewed(marketplace, caller, *([5] * 11), *([4, 5] * 11))
    await browser.open("/consultants/ada/reviews?stars=5")
    seen = browser.main.count("5 stars, comment")
    [following] = [one["href"] for one in browser.page.all("a") if "cursor=" in one["href"]]
    await browser.open(following)
    assert seen + browser.main.count("5 stars, comment") == 22
    assert "4 stars, comment" not in browser.main
    await browser.open(following.replace("stars=5", "stars=4"), status=400)


async def test_programs_can_ask_for_reviews_by_stars(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    await reviewed(marketplace, caller, 5, 2)
    answer = await browser.client.get("/api/consultants/ada/reviews?rating=2")
    [review] = answer.json()["items"]
    assert (review["rating"], review["reply"]["text"]) == (2, "Sorry for 2")
    assert (await browser.client.get("/api/consultants/ada/reviews?rating=6")).status_code == 422
    profile = (await browser.client.get("/api/consultants/ada")).json()
    assert profile["rating_spread"] == [0, 1, 0, 0, 1]


async def test_without_reviews_both_pages_say_where_they_come_from(
    browser: Browser, marketplace: Marketplace
) -> None:
    await consultant(marketplace, slug="ada")
    for path in ("/consultants/ada", "/consultants/ada/reviews"):
        page = await browser.open(path)
        assert mistakes_in(page) == []
        assert "come only from clients who attended" in browser.main


async def test_a_page_that_is_sent_around_says_who_it_is_about(browser: Browser, marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="ada", name='Ada "A" Okafor', headline="Leases <fast>.")
    page = await browser.open("/consultants/ada?tz=Asia/Tokyo&from=2030-01-01")
    [canonical] = [link["href"] for link in page.all("link") if link["rel"] == "canonical"]
    told = metas(page)
    assert canonical == told["og:url"] == "http://testserver/consultants/ada"
    assert told["og:title"] == 'Ada "A" Okafor'
    assert told["og:type"] == "profile"
    assert told["description"] == told["og:description"]
    assert told["description"].startswith("Leases <fast>. Book a session with")
    shown = await browser.client.get(told["og:image"].removeprefix("http://testserver"))
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert told["twitter:card"] == "summary_large_image"
    page = await browser.open("/consultants/ada/reviews")
    assert metas(page)["og:title"] == 'Reviews of Ada "A" Okafor'


async def test_the_picture_goes_along(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="ada")
    await marketplace.database.pool.execute(
        "UPDATE accounts SET picture = 'ada.webp' WHERE id = $1", caller.account_id
    )
    page = await browser.open("/consultants/ada")
    assert metas(page)["og:image"].startswith("http://testserver/media/ada")
    assert metas(page)["twitter:card"] == "summary"


async def test_the_policy_is_said_in_plain_words(browser: Browser, marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="ada", name="Ada Okafor")
    await browser.open("/consultants/ada")
    assert "get everything back" in browser.main
    assert "If Ada Okafor cancels, you get everything back." in browser.main


async def test_the_lowest_price_is_that_of_the_cheapest_service(
    browser: Browser, marketplace: Marketplace
) -> None:
    caller = await consultant(marketplace, slug="ada")
    await consultant(marketplace, slug="obi", default_price=Money(400_000, "NGN"))
    command = SaveServiceCommand(
        name="First talk", description="", length=timedelta(minutes=20), price=Money(150_000, "NGN")
    )
    service = await marketplace.product.save_service(caller, command)
    assert await found(marketplace, max_price=200_000) == ["ada"]
    assert await found(marketplace, max_price=149_999) == []
    await browser.open("/consultants?sort=price")
    cards = [part.text for part in browser.page.all("li") if "consultant-card" in part["class"]]
    assert ["From ₦1,500.00" in cards[0], "From ₦4,000.00" in cards[1]] == [True, True]
    command = SaveServiceCommand(service_id=service.id, price=FREE)
    await marketplace.product.save_service(caller, command)
    await browser.open("/consultants?sort=price")
    assert "Some sessions free" in browser.main
    await marketplace.product.save_service(caller, SaveServiceCommand(service_id=service.id, is_offered=False))
    assert (await shown(marketplace, "ada")).price_from.amount == 500_000


async def test_long_names_and_large_numbers_have_their_place(browser: Browser, marketplace: Marketplace) -> None:
    caller = await consultant(
        marketplace,
        slug="ada",
        name=f"Ada {'Wolfeschlegelsteinhausenbergerdorff' * 2}"[:80],
        default_price=Money(123_456_700, "NGN"),
    )
    await rate(marketplace, caller, 500, 2400)
    await marketplace.slot(caller, price=Money(123_456_700, "NGN"))
    for path in ("/consultants", "/consultants/ada", "/"):
        page = await browser.open(path)
        assert mistakes_in(page) == []
        assert "₦1,234,567.00" in browser.main
        assert "4.8 out of 5 (500 reviews)" in browser.main
