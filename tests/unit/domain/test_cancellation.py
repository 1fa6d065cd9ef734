"""What a client gets back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bookings import Actor, BookingStatus
from domain.cancellation import next_change, refund_percent, share
from domain.consultants import CancellationPolicy
from domain.money import Money
from tests.unit.domain.examples import a_booking

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
policies = st.sampled_from(CancellationPolicy)
moments = st.datetimes(START.replace(tzinfo=None) - timedelta(days=30), START.replace(tzinfo=None)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("policy", "limits"),
    [
        (CancellationPolicy.FLEXIBLE, {timedelta(hours=24): (100, 0)}),
        (CancellationPolicy.MODERATE, {timedelta(hours=72): (100, 50), timedelta(hours=24): (50, 0)}),
        (CancellationPolicy.STRICT, {timedelta(days=7): (50, 0)}),
    ],
)
def test_a_limit_counts_to_its_very_instant(
    policy: CancellationPolicy, limits: dict[timedelta, tuple[int, int]]
) -> None:
    for notice, (until, after) in limits.items():
        assert refund_percent(policy, starts_at=START, now=START - notice) == until
        assert refund_percent(policy, starts_at=START, now=START - notice + INSTANT) == after


@given(policies, moments, moments)
def test_waiting_never_makes_a_refund_larger(policy: CancellationPolicy, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    assert refund_percent(policy, starts_at=START, now=early) >= refund_percent(policy, starts_at=START, now=late)


@given(policies, moments)
def test_a_refund_holds_until_the_moment_that_is_told_and_not_longer(
    policy: CancellationPolicy, now: datetime
) -> None:
    percent = refund_percent(policy, starts_at=START, now=now)
    change = next_change(policy, starts_at=START, now=now)
    if change is None:
        assert percent == 0
        return
    changes_at, afterwards = change
    assert refund_percent(policy, starts_at=START, now=changes_at) == percent
    assert refund_percent(policy, starts_at=START, now=changes_at + INSTANT) == afterwards < percent


def test_a_limit_that_takes_nothing_away_is_none() -> None:
    policy, now = CancellationPolicy.MODERATE, START - timedelta(days=10)
    assert next_change(policy, starts_at=START, now=now, ceiling=50) == (START - timedelta(hours=24), 0)
    assert next_change(policy, starts_at=START, now=now, ceiling=0) is None


@given(st.integers(0, 1_000_000_000), st.sampled_from([0, 50, 100]))
def test_a_share_is_exact_up_to_a_broken_subunit_in_the_clients_favour(amount: int, percent: int) -> None:
    shared = share(Money(amount, "NGN"), percent).amount
    assert 0 <= shared * 100 - amount * percent < 100
    assert shared <= amount


@given(moments, st.sampled_from([Actor.CONSULTANT, Actor.OPERATOR, Actor.SYSTEM]))
def test_whoever_did_not_cancel_gets_everything(now: datetime, actor: Actor) -> None:
    booking = a_booking(BookingStatus.CONFIRMED)
    assert booking.quote(actor, now, received=500_123).refund == Money(500_123, "NGN")


@given(moments)
def test_nothing_goes_back_of_what_was_never_paid(now: datetime) -> None:
    assert a_booking(BookingStatus.PENDING).quote(Actor.CLIENT, now, received=0).refund.is_free
