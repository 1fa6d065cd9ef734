"""Rule 9, through the use case and past it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.bookings.views import BookingDetails
from application.consultants.views import RatingView
from application.paging import PageRequest
from application.reviews.reply_to_review import ReplyToReviewCommand
from application.reviews.write_review import WriteReviewCommand
from domain.money import Money
from domain.refusals import Invalid, NotFound
from domain.reviews import AlreadyReplied, AlreadyReviewed, BookingNotCompleted, Review
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")


@dataclass(frozen=True)
class Attended:
    """A session that took place."""

    consultant: Caller
    client: Caller
    booking: BookingDetails


async def attend(marketplace: Marketplace, consultant: Caller | None = None, *, days: int = 1) -> Attended:
    consultant, client = consultant or await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, price=FREE, starts_in=timedelta(days=days))
    return Attended(consultant, client, await marketplace.completed_booking(client, consultant, slot))


async def review(marketplace: Marketplace, caller: Caller, booking_id: UUID, rating: int = 5) -> Review:
    return await marketplace.product.write_review(
        caller, WriteReviewCommand(booking_id=booking_id, rating=rating, comment=" Clear and kind. ")
    )


async def rating(marketplace: Marketplace, consultant: Caller) -> RatingView:
    profile = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
    assert profile is not None
    return profile.rating


async def test_a_review_is_shown_with_the_first_name_alone(marketplace: Marketplace) -> None:
    attended = await attend(marketplace)
    await review(marketplace, attended.client, attended.booking.id)
    page = await marketplace.product.consultant_queries.reviews(
        await marketplace.slug(attended.consultant), PageRequest()
    )
    assert page is not None
    [shown] = page.items
    assert (shown.rating, shown.comment, shown.client_name) == (5, "Clear and kind.", "Chidi")
    details = await marketplace.details(attended.client, attended.booking.id)
    assert details.review is not None
    assert details.review.rating == 5


async def test_a_session_that_is_not_completed_cannot_be_reviewed(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    pending = await marketplace.booking(client, await marketplace.slot(consultant))
    free = await marketplace.slot(consultant, price=FREE, starts_in=timedelta(days=2))
    confirmed = await marketplace.booking(client, free)
    for booking in (pending, confirmed):
        with pytest.raises(BookingNotCompleted):
            await review(marketplace, client, booking.id)


async def test_only_the_client_of_a_booking_reviews_it(marketplace: Marketplace) -> None:
    attended, stranger = await attend(marketplace), await marketplace.client()
    for caller in (stranger, attended.consultant):
        with pytest.raises(NotFound):
            await review(marketplace, caller, attended.booking.id)
    with pytest.raises(NotFound):
        await review(marketplace, attended.client, uuid4())
    assert (await rating(marketplace, attended.consultant)).count == 0


async def test_a_booking_is_reviewed_once_however_often_one_tries_at_once(marketplace: Marketplace) -> None:
    attended = await attend(marketplace)
    outcomes = await asyncio.gather(
        *(review(marketplace, attended.client, attended.booking.id) for _ in range(6)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyReviewed"] * 5 + ["Review"]
    with pytest.raises(AlreadyReviewed):
        await review(marketplace, attended.client, attended.booking.id, 1)
    assert await rating(marketplace, attended.consultant) == RatingView(5.0, 1)


@pytest.mark.parametrize("stars", [0, 6])
async def test_other_numbers_of_stars_are_refused(marketplace: Marketplace, stars: int) -> None:
    attended = await attend(marketplace)
    with pytest.raises(Invalid):
        await review(marketplace, attended.client, attended.booking.id, stars)


async def test_the_summary_is_that_of_all_reviews_and_of_no_one_elses(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    assert await rating(marketplace, consultant) == RatingView(None, 0)
    for day, stars in enumerate((5, 4, 4), start=1):
        attended = await attend(marketplace, consultant, days=day)
        await review(marketplace, attended.client, attended.booking.id, stars)
    other = await attend(marketplace)
    await review(marketplace, other.client, other.booking.id, 1)
    assert await rating(marketplace, consultant) == RatingView(4.3, 3)
    assert await rating(marketplace, other.consultant) == RatingView(1.0, 1)


async def test_reviews_that_are_written_at_once_are_all_counted(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    sessions = [await attend(marketplace, consultant, days=day) for day in range(1, 6)]
    await asyncio.gather(
        *(review(marketplace, each.client, each.booking.id, stars) for stars, each in enumerate(sessions, start=1))
    )
    assert await rating(marketplace, consultant) == RatingView(3.0, 5)


SUMMARY = """
SELECT rating_count = count(r.id) AND rating_sum = coalesce(sum(r.rating), 0)
FROM consultant_profiles p LEFT JOIN reviews r ON r.consultant_id = p.account_id
GROUP BY p.account_id
"""


@pytest.mark.parametrize(
    "change", ["UPDATE reviews SET rating = 2", "DELETE FROM reviews", "UPDATE reviews SET comment = ''"]
)
async def test_the_summary_follows_its_reviews_by_any_path(marketplace: Marketplace, change: str) -> None:
    attended = await attend(marketplace)
    await review(marketplace, attended.client, attended.booking.id)
    await marketplace.database.pool.execute(change)
    assert [row[0] for row in await marketplace.database.pool.fetch(SUMMARY)] == [True]


INSERT = "INSERT INTO reviews VALUES ($1, $2, $3, $4, $5, '', now())"


async def test_the_database_takes_no_review_that_rule_9_forbids(marketplace: Marketplace) -> None:
    attended, other = await attend(marketplace), await attend(marketplace)
    booking, client, consultant = attended.booking.id, attended.client.account_id, attended.consultant.account_id
    pool = marketplace.database.pool
    confirmed = await marketplace.booking(
        attended.client, await marketplace.slot(other.consultant, price=FREE, starts_in=timedelta(days=2))
    )
    for attack, constraint in (
        ((uuid4(), booking, other.client.account_id, consultant, 5), "tg_reviews_completed"),
        ((uuid4(), booking, client, other.consultant.account_id, 5), "tg_reviews_completed"),
        ((uuid4(), confirmed.id, client, other.consultant.account_id, 5), "tg_reviews_completed"),
        ((uuid4(), booking, client, consultant, 6), "ck_reviews_rating"),
        ((uuid4(), booking, client, consultant, 0), "ck_reviews_rating"),
    ):
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await pool.execute(INSERT, *attack)
        assert refusal.value.constraint_name == constraint
    await pool.execute(INSERT, uuid4(), booking, client, consultant, 5)
    with pytest.raises(asyncpg.UniqueViolationError) as twice:
        await pool.execute(INSERT, uuid4(), booking, client, consultant, 5)
    assert twice.value.constraint_name == "uq_reviews_booking"


async def test_reviews_are_paged_newest_first_without_loss_or_repetition(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    written = []
    for day in range(1, 6):
        attended = await attend(marketplace, consultant, days=day)
        written.append((await review(marketplace, attended.client, attended.booking.id)).id)
    seen, after = [], None
    while True:
        page = await marketplace.product.consultant_queries.reviews(
            await marketplace.slug(consultant), PageRequest(limit=2, after=after)
        )
        assert page is not None
        seen += [shown.id for shown in page.items]
        after = page.next_key
        if after is None:
            break
    assert seen == written[::-1]


async def test_reviews_and_changes_of_the_same_session_do_not_deadlock(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    for number in range(1, 6):
        client = await marketplace.client()
        slot = await marketplace.slot(consultant, starts_in=timedelta(days=number))
        booking = await marketplace.completed_booking(client, consultant, slot)
        review = WriteReviewCommand(booking_id=booking.id, rating=5, comment="")
        row = SlotRow(slot_id=slot.id, capacity=2)
        await asyncio.gather(
            marketplace.product.write_review(client, review),
            marketplace.product.save_availability(consultant, [row]),
        )
    deadlocks = await marketplace.database.pool.fetchval(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    assert deadlocks == 0


async def test_a_consultant_replies_once_and_everybody_reads_it(marketplace: Marketplace) -> None:
    attended = await attend(marketplace)
    written = await review(marketplace, attended.client, attended.booking.id)
    command = ReplyToReviewCommand(review_id=written.id, reply=" Thank you, Chidi. ")
    replied = await marketplace.product.reply_to_review(attended.consultant, command)
    assert replied.reply is not None
    page = await marketplace.product.consultant_queries.reviews(
        await marketplace.slug(attended.consultant), PageRequest()
    )
    assert page is not None
    [shown] = page.items
    assert shown.reply is not None
    assert (shown.reply.text, shown.reply.created_at) == ("Thank you, Chidi.", replied.reply.at)
    with pytest.raises(AlreadyReplied):
        await marketplace.product.reply_to_review(attended.consultant, command)


async def test_only_the_consultant_of_the_session_replies_and_in_measure(marketplace: Marketplace) -> None:
    attended, other = await attend(marketplace), await marketplace.consultant()
    written = await review(marketplace, attended.client, attended.booking.id)
    for caller in (other, attended.client):
        with pytest.raises(NotFound):
            await marketplace.product.reply_to_review(
                caller, ReplyToReviewCommand(review_id=written.id, reply="Thanks")
            )
    for reply in ("  ", "x" * 2001, "\x00"):
        with pytest.raises(Invalid):
            await marketplace.product.reply_to_review(
                attended.consultant, ReplyToReviewCommand(review_id=written.id, reply=reply)
            )


async def test_of_replies_at_the_same_time_one_stays(marketplace: Marketplace) -> None:
    attended = await attend(marketplace)
    written = await review(marketplace, attended.client, attended.booking.id)
    outcomes = await asyncio.gather(
        *(
            marketplace.product.reply_to_review(
                attended.consultant, ReplyToReviewCommand(review_id=written.id, reply=f"Reply {number}")
            )
            for number in range(4)
        ),
        return_exceptions=True,
    )
    [stored] = [outcome for outcome in outcomes if isinstance(outcome, Review)]
    assert [type(outcome) for outcome in outcomes if outcome is not stored] == [AlreadyReplied] * 3
    shown = await marketplace.product.consultant_queries.own_review(attended.consultant.account_id, written.id)
    assert shown is not None
    assert shown.reply is not None
    assert stored.reply is not None
    assert shown.reply.text == stored.reply.text


async def test_past_the_use_case_a_reply_is_not_replaced_either(marketplace: Marketplace) -> None:
    attended = await attend(marketplace)
    written = await review(marketplace, attended.client, attended.booking.id)
    await marketplace.product.reply_to_review(
        attended.consultant, ReplyToReviewCommand(review_id=written.id, reply="Thank you.")
    )
    with pytest.raises(asyncpg.CheckViolationError, match="once"):
        await marketplace.database.pool.execute("UPDATE reviews SET reply = 'No.' WHERE id = $1", written.id)
