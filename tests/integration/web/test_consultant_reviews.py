"""A consultant's own reviews on a page, and the one reply to each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.reviews.reply_to_review import ReplyToReviewCommand
from application.reviews.write_review import WriteReviewCommand
from domain.money import Money
from domain.reviews import Review
from tests.integration.web.browser import Browser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")
REVIEWS = "/consultant/reviews"


@pytest.fixture
async def consultant(browser: Browser, marketplace: Marketplace) -> Caller:
    """Logged in."""
    caller = await marketplace.consultant()
    await browser.log_in(caller)
    return caller


async def reviewed(marketplace: Marketplace, consultant: Caller, *, rating: int, days: int = 1) -> Review:
    """A session that took place, and what its client said."""
    client = await marketplace.client()
    slot = await marketplace.slot(consultant, price=FREE, starts_in=timedelta(days=days))
    booking = await marketplace.completed_booking(client, consultant, slot)
    return await marketplace.product.write_review(
        client, WriteReviewCommand(booking_id=booking.id, rating=rating, comment=f"{rating} & <b>")
    )


async def test_reviews_stand_under_their_summary_and_spread(
    browser: Browser, marketplace: Marketplace, consultant: Caller
) -> None:
    await browser.open(REVIEWS)
    assert mistakes_in(browser.page) == []
    assert "No reviews yet" in browser.main
    for days, rating in enumerate((5, 5, 2), start=1):
        await reviewed(marketplace, consultant, rating=rating, days=days)
    await browser.open(REVIEWS)
    assert mistakes_in(browser.page) == []
    assert "4.0 out of 5 (3 reviews)" in browser.main
    [spread] = [block for block in browser.page.all("ul") if "spread" in block["class"]]
    assert [line.text.split()[2] for line in spread.all("li")] == ["2", "0", "0", "1", "0"]
    await browser.open(f"{REVIEWS}?stars=2")
    assert len([item for item in browser.page.all("li") if item["id"].startswith("review-")]) == 1
    assert "2 & <b>" in browser.main


async def test_a_review_is_answered_once_and_everybody_reads_it(
    browser: Browser, marketplace: Marketplace, consultant: Caller
) -> None:
    review = await reviewed(marketplace, consultant, rating=5)
    action = f"{REVIEWS}/{review.id}/reply"
    await browser.open(REVIEWS)
    assert [link for link in browser.page.all("a") if link["href"] == action]
    await browser.open(action)
    assert mistakes_in(browser.page) == []
    await browser.send(action, status=422, reply="  ")
    assert mistakes_in(browser.page) == []
    assert "Write a reply." in browser.main
    await browser.send(action, status=422, reply="x" * 2001)
    assert fields_of(browser.form(action))["reply"] == "x" * 2001
    await browser.send(action, reply="Thank you & <good luck>.")
    assert "Thank you & <good luck>." in browser.main
    assert not [link for link in browser.page.all("a") if link["href"] == action]
    await browser.open(f"/consultants/{await marketplace.slug(consultant)}/reviews")
    assert "Thank you & <good luck>." in browser.main


async def test_a_second_reply_says_that_there_is_one(
    browser: Browser, marketplace: Marketplace, consultant: Caller
) -> None:
    review = await reviewed(marketplace, consultant, rating=5)
    action = f"{REVIEWS}/{review.id}/reply"
    await browser.open(action)
    await marketplace.product.reply_to_review(
        consultant, ReplyToReviewCommand(review_id=review.id, reply="From my phone.")
    )
    await browser.send(action, status=409, reply="From my desk.")
    assert mistakes_in(browser.page) == []
    assert "already replied" in browser.main
    assert "From my phone." in browser.main
    other = await reviewed(marketplace, await marketplace.consultant(), rating=1, days=3)
    await browser.open(f"{REVIEWS}/{other.id}/reply", status=404)


async def test_a_client_reads_the_answer_at_their_booking_and_whether_their_review_is_hidden(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.completed_booking(
        client, consultant, await marketplace.slot(consultant, price=FREE)
    )
    command = WriteReviewCommand(booking_id=booking.id, rating=4, comment="Good & short.")
    review = await marketplace.product.write_review(client, command)
    await browser.log_in(client)
    await browser.open(f"/bookings/{booking.id}")
    assert "Good & short." in browser.main
    assert "answered" not in browser.main
    await marketplace.product.reply_to_review(
        consultant, ReplyToReviewCommand(review_id=review.id, reply="So was <it>.")
    )
    await browser.open(f"/bookings/{booking.id}")
    assert mistakes_in(browser.page) == []
    assert "So was <it>." in browser.main
    assert "have hidden it" not in browser.main
    await marketplace.database.pool.execute("UPDATE reviews SET hidden_at = now() WHERE id = $1", review.id)
    await browser.open(f"/bookings/{booking.id}")
    assert "have hidden it: only you and they can read it" in browser.main
    details = await marketplace.details(client, booking.id)
    assert details.review is not None
    assert details.review.is_hidden
    assert details.review.reply is not None
