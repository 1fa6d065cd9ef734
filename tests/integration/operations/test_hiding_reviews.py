"""Rule 9 of reviews that operators hide: the rating is that of the visible ones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.consultants.views import RatingView
from application.paging import PageRequest
from application.reviews.write_review import WriteReviewCommand
from domain.accounts import WrongCurrentPassword
from domain.money import Money
from domain.refusals import NotFound
from domain.reviews import Review, ReviewHidden, ReviewShown
from tests.integration.operations.desk import Desk
from tests.invariants import broken_invariants
from tests.marketplace import PROOF

FREE = Money(0, "NGN")


@dataclass
class Reviewed:
    """A consultant with two reviews: five stars and one star, by a client each."""

    consultant: Caller
    clients: list[Caller]
    reviews: list[Review]


@pytest.fixture
async def reviewed(desk: Desk) -> Reviewed:
    """See the class."""
    market = desk.marketplace
    consultant, clients = await market.consultant(), [await market.client(), await market.client()]
    reviews = []
    for day, (client, stars) in enumerate(zip(clients, (5, 1), strict=True), start=1):
        slot = await market.slot(consultant, price=FREE, starts_in=timedelta(days=day))
        booking = await market.completed_booking(client, consultant, slot)
        command = WriteReviewCommand(booking_id=booking.id, rating=stars, comment=f"{stars} of five")
        reviews.append(await market.product.write_review(client, command))
    return Reviewed(consultant, clients, reviews)


async def rating(desk: Desk, reviewed: Reviewed) -> RatingView:
    profile = await desk.marketplace.product.consultant_queries.own_profile(reviewed.consultant.account_id)
    assert profile is not None
    return profile.rating


async def public(desk: Desk, reviewed: Reviewed) -> tuple[list[str], list[int]]:
    queries = desk.marketplace.product.consultant_queries
    slug = await desk.marketplace.slug(reviewed.consultant)
    page, profile = await queries.reviews(slug, PageRequest()), await queries.consultant(slug)
    assert page is not None
    assert profile is not None
    own = await queries.own_reviews(reviewed.consultant.account_id, PageRequest())
    assert [review.comment for review in own.items] == [review.comment for review in page.items]
    assert await queries.own_rating_spread(reviewed.consultant.account_id) == profile.rating_spread
    return [review.comment for review in page.items], list(profile.rating_spread)


async def hide(desk: Desk, review: Review, *, by: Caller | None = None, is_hidden: bool = True) -> None:
    await desk.marketplace.product.hide_review(by or desk.operator, review.id, PROOF, is_hidden=is_hidden)


async def test_a_hidden_review_leaves_page_and_rating_and_comes_back(desk: Desk, reviewed: Reviewed) -> None:
    market = desk.marketplace
    worst = reviewed.reviews[1]
    assert await rating(desk, reviewed) == RatingView(3.0, 2)
    await hide(desk, worst)
    assert await rating(desk, reviewed) == RatingView(5.0, 1)
    assert await public(desk, reviewed) == (["5 of five"], [0, 0, 0, 0, 1])
    assert await market.product.consultant_queries.own_review(reviewed.consultant.account_id, worst.id) is None
    mine = await market.details(reviewed.clients[1], worst.booking_id)
    assert mine.review is not None
    assert mine.review.comment == "1 of five"
    assert await broken_invariants(market.database) == []
    await hide(desk, worst, is_hidden=False)
    assert await rating(desk, reviewed) == RatingView(3.0, 2)
    assert await public(desk, reviewed) == (["1 of five", "5 of five"], [1, 0, 0, 0, 1])
    assert await broken_invariants(market.database) == []
    assert await desk.actions_audited() == ["hide-review", "show-review"]


async def test_a_rating_that_counts_hidden_reviews_is_found(desk: Desk, reviewed: Reviewed) -> None:
    await hide(desk, reviewed.reviews[0])
    await desk.marketplace.database.pool.execute(
        "UPDATE consultant_profiles SET rating_count = 2, rating_sum = 6 WHERE account_id = $1",
        reviewed.consultant.account_id,
    )
    assert [name for name in await broken_invariants(desk.marketplace.database) if "rating" in str(name).lower()]


async def test_two_operators_hide_it_once(desk: Desk, reviewed: Reviewed) -> None:
    colleague = await desk.colleague()
    outcomes = await asyncio.gather(
        *(hide(desk, reviewed.reviews[0], by=one.operator) for one in (desk, colleague)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [ReviewHidden]
    assert await rating(desk, reviewed) == RatingView(1.0, 1)
    assert await desk.actions_audited() == ["hide-review"]


async def test_what_is_refused_changes_nothing(desk: Desk, reviewed: Reviewed) -> None:
    review, product = reviewed.reviews[0], desk.marketplace.product
    with pytest.raises(ReviewShown):
        await hide(desk, review, is_hidden=False)
    with pytest.raises(NotFound):
        await hide(desk, replace(review, id=review.booking_id))
    with pytest.raises(NotFound):
        await hide(desk, review, by=reviewed.consultant)
    with pytest.raises(WrongCurrentPassword):
        await product.hide_review(desk.operator, review.id, replace(PROOF, password="wrong"), is_hidden=True)
    assert await rating(desk, reviewed) == RatingView(3.0, 2)
    assert await desk.actions_audited() == []
