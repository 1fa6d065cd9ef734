"""Reviews: rule 9 and the bounds of what can be said."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.bookings import Booking, BookingStatus
from domain.refusals import Invalid
from domain.reviews import LONGEST_COMMENT, BookingNotCompleted, Review
from tests.unit.domain.examples import NOW, a_booking


def write(booking: Booking | None = None, *, rating: int = 5, comment: str = "Clear and kind.") -> Review:
    booking = booking or a_booking(BookingStatus.COMPLETED)
    return Review.write(booking, review_id=uuid4(), rating=rating, comment=comment, now=NOW)


def test_a_review_is_about_its_booking_and_by_its_client() -> None:
    booking = a_booking(BookingStatus.COMPLETED)
    review = write(booking, comment="  Clear.\nKind. ")
    assert (review.booking_id, review.client_id) == (booking.id, booking.client_id)
    assert (review.consultant_id, review.created_at) == (booking.consultant_id, NOW)
    assert review.comment == "Clear.\nKind."


@pytest.mark.parametrize("status", sorted(set(BookingStatus) - {BookingStatus.COMPLETED}))
def test_only_a_completed_booking_can_be_reviewed(status: BookingStatus) -> None:
    with pytest.raises(BookingNotCompleted):
        write(a_booking(status))


@pytest.mark.parametrize("rating", range(1, 6))
def test_one_to_five_stars_can_be_given(rating: int) -> None:
    assert write(rating=rating).rating == rating


@pytest.mark.parametrize("rating", [-1, 0, 6, 2**40])
def test_other_numbers_of_stars_are_refused(rating: int) -> None:
    with pytest.raises(Invalid) as refusal:
        write(rating=rating)
    assert [error.field for error in refusal.value.errors] == ["rating"]


def test_a_comment_may_be_empty_and_as_long_as_the_bound() -> None:
    assert write(comment="").comment == ""
    assert len(write(comment="x" * LONGEST_COMMENT).comment) == LONGEST_COMMENT


@pytest.mark.parametrize("comment", ["x" * (LONGEST_COMMENT + 1), "nul\x00", "half \ud800", "bell \x07"])
def test_a_comment_out_of_bounds_is_refused(comment: str) -> None:
    with pytest.raises(Invalid) as refusal:
        write(comment=comment)
    assert [error.field for error in refusal.value.errors] == ["comment"]


def test_both_mistakes_are_told_at_once_and_before_the_state_of_the_booking() -> None:
    with pytest.raises(Invalid) as refusal:
        write(a_booking(BookingStatus.PENDING), rating=0, comment="x" * (LONGEST_COMMENT + 1))
    assert [error.field for error in refusal.value.errors] == ["rating", "comment"]
