"""Payments: which charge is ours, when to ask again, and what refunds change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payments import (
    DAILY_UNTIL,
    HOURLY_UNTIL,
    LONGEST_PAUSE,
    UNSETTLED,
    ChargeStatus,
    CheckPolicy,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from tests.unit.domain.examples import CHECKS, NOW, PRICE, a_charge, a_payment


def test_the_charge_that_we_asked_for_is_ours() -> None:
    assert a_payment().why_mismatched(a_charge()) is None


OURS: dict[str, dict[str, Any]] = {
    "the address in another case": {"customer_email": "ADA@EXAMPLE.COM"},
    "fees passed to the customer": {"amount": PRICE.amount + 17_500},
    "no requested amount": {"requested_amount": None},
    "no requested amount and fees passed on": {"requested_amount": None, "amount": PRICE.amount + 1},
    "no fees and no channel": {"fees": None, "channel": None, "paid_at": None, "gateway_response": None},
}

NOT_OURS: dict[str, dict[str, Any]] = {
    "another reference": {"reference": "imo-abd"},
    "the reference in another case": {"reference": "IMO-ABC"},
    "a kobo short": {"amount": PRICE.amount - 1},
    "a kobo short and no requested amount": {"amount": PRICE.amount - 1, "requested_amount": None},
    "nothing": {"amount": 0},
    "a negative amount": {"amount": -PRICE.amount},
    "asked for a kobo less": {"requested_amount": PRICE.amount - 1},
    "asked for a kobo more": {"requested_amount": PRICE.amount + 1, "amount": PRICE.amount + 1},
    "asked for nothing": {"requested_amount": 0},
    "another currency": {"currency": "USD"},
    "the currency in lower case": {"currency": "ngn"},
    "the other mode": {"domain": "live"},
    "no mode": {"domain": ""},
    "another customer": {"customer_email": "eve@example.com"},
    "no customer": {"customer_email": ""},
    "naira taken for kobo": {"amount": PRICE.amount // 100, "requested_amount": PRICE.amount // 100},
}


@pytest.mark.parametrize("difference", OURS)
def test_a_charge_may_differ_in_what_is_not_ours_to_fix(difference: str) -> None:
    assert a_payment().why_mismatched(a_charge(**OURS[difference])) is None


@pytest.mark.parametrize("difference", NOT_OURS)
def test_a_charge_with_one_field_off_is_not_ours(difference: str) -> None:
    assert a_payment().why_mismatched(a_charge(**NOT_OURS[difference]))


def test_an_attempt_asks_for_the_whole_price_and_is_checked_soon() -> None:
    payment = a_payment()
    assert (payment.expected, payment.status, payment.checks) == (PRICE, PaymentStatus.INITIALIZED, 0)
    assert payment.next_check_at == NOW + CHECKS.first_after
    assert (payment.received, payment.is_live) == (0, False)


def test_an_attempt_is_live_once_it_has_a_checkout_page_and_until_it_ends() -> None:
    payment = a_payment()
    payment.authorization_url = "https://checkout.example/abc"
    assert payment.is_live
    payment.close(PaymentStatus.FAILED)
    assert not payment.is_live


def checks_of_an_unsettled(payment: Payment, policy: CheckPolicy) -> list[datetime]:
    """The instants at which Paystack is asked when it never says anything new."""
    instants = []
    while payment.next_check_at is not None:
        instants.append(payment.next_check_at)
        payment.checked(ChargeStatus.PENDING, policy, payment.next_check_at)
    return instants


def test_an_attempt_is_called_abandoned_after_a_day_and_failed_at_once_and_still_asked_about() -> None:
    for answer, after, status in (
        (ChargeStatus.ABANDONED, timedelta(hours=23), PaymentStatus.INITIALIZED),
        (ChargeStatus.ABANDONED, timedelta(hours=24), PaymentStatus.ABANDONED),
        (ChargeStatus.FAILED, timedelta(0), PaymentStatus.FAILED),
    ):
        payment = a_payment()
        payment.checked(answer, CHECKS, NOW + after)
        assert payment.status is status
        assert payment.next_check_at is not None


def test_checks_double_up_to_an_hour_go_on_hourly_for_three_days_then_daily_to_the_seventh() -> None:
    instants = checks_of_an_unsettled(a_payment(), CHECKS)
    pauses = [later - earlier for earlier, later in zip([NOW, *instants], instants, strict=False)]
    assert [pause // timedelta(minutes=1) for pause in pauses[:8]] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert set(pauses[6:-4]) == {timedelta(hours=1)}
    assert instants[-6] - NOW < HOURLY_UNTIL <= instants[-5] - NOW
    assert set(pauses[-4:]) == {timedelta(days=1)}
    assert DAILY_UNTIL <= instants[-1] - NOW < DAILY_UNTIL + timedelta(days=1)


@given(st.timedeltas(timedelta(seconds=20), timedelta(hours=1)))
def test_pauses_never_get_shorter_and_end_after_a_week(first_after: timedelta) -> None:
    payment = a_payment()
    payment.next_check_at = NOW + first_after
    instants = checks_of_an_unsettled(payment, CheckPolicy(first_after=first_after))
    pauses = [later - earlier for earlier, later in zip([NOW, *instants], instants, strict=False)]
    assert pauses == sorted(pauses)
    assert payment.checks == len(instants)
    assert instants[-1] - NOW < DAILY_UNTIL + timedelta(days=1)


@given(
    checks=st.integers(0, 10_000),
    age=st.timedeltas(timedelta(0), HOURLY_UNTIL - timedelta(microseconds=1)),
)
def test_in_the_first_three_days_nobody_waits_longer_than_an_hour(checks: int, age: timedelta) -> None:
    next_check = CHECKS.next_check(created_at=NOW, checks=checks, now=NOW + age)
    assert next_check is not None
    assert NOW + age < next_check <= NOW + age + LONGEST_PAUSE


def test_nothing_is_asked_after_a_week() -> None:
    assert CHECKS.next_check(created_at=NOW, checks=1, now=NOW + DAILY_UNTIL) is None


@pytest.mark.parametrize("status", sorted(UNSETTLED))
def test_an_unsettled_attempt_can_be_closed_for_the_page_and_is_still_checked(status: PaymentStatus) -> None:
    payment = a_payment()
    payment.status = status
    payment.close(PaymentStatus.ABANDONED)
    assert payment.status is PaymentStatus.ABANDONED
    assert payment.next_check_at is not None


@pytest.mark.parametrize("status", sorted(set(PaymentStatus) - UNSETTLED))
def test_a_settled_attempt_is_not_closed_by_a_late_failure(status: PaymentStatus) -> None:
    payment = a_payment()
    payment.status = status
    payment.close(PaymentStatus.FAILED)
    assert payment.status is status


def test_a_success_ends_the_checks_and_keeps_the_charge() -> None:
    payment, charge = a_payment(), a_charge()
    payment.succeed(charge)
    assert (payment.status, payment.charge, payment.next_check_at) == (PaymentStatus.SUCCESS, charge, None)
    assert payment.received == charge.amount
    assert not payment.pays_for_booking


def test_a_mismatch_keeps_the_charge_and_its_reason() -> None:
    payment, charge = a_payment(), a_charge(amount=1)
    payment.mismatch(charge, "charged 1", NOW)
    assert (payment.status, payment.received) == (PaymentStatus.MISMATCHED, 1)
    assert payment.next_check_at == NOW + timedelta(days=7)
    assert payment.problem == "charged 1"
    assert not payment.pays_for_booking


FOLLOWED = {RefundStatus.PROCESSED: PaymentStatus.REFUNDED, RefundStatus.FAILED: PaymentStatus.REFUND_FAILED}


@pytest.mark.parametrize("status", RefundStatus)
def test_a_payment_follows_the_end_of_its_refund_and_nothing_before(status: RefundStatus) -> None:
    payment = a_payment()
    payment.succeed(a_charge())
    refund = payment.owe_back(PRICE, refund_id=uuid4(), reason="the session was cancelled")
    refund.status = status
    payment.follow([refund])
    assert payment.status is FOLLOWED.get(status, PaymentStatus.REFUND_PENDING)
    assert refund.is_final == (status in FOLLOWED)


def test_a_refund_can_be_recognised_by_its_note() -> None:
    one = Refund(id=uuid4(), payment_id=uuid4(), amount=PRICE, reason="x")
    other = Refund(id=uuid4(), payment_id=one.payment_id, amount=PRICE, reason="x")
    assert str(one.id) in one.note
    assert one.note != other.note
