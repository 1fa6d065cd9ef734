"""Paystack's words in ours."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from domain.payments import ChargeStatus, RefundStatus
from infrastructure.paystack.refunds import RefundData
from infrastructure.paystack.transactions import Transaction

LEAST: dict[str, Any] = {
    "id": 4_099_260_516,
    "status": "success",
    "reference": "imo-abc",
    "amount": 500_000,
    "currency": "NGN",
    "domain": "test",
}


def transaction(**fields: object) -> Transaction:
    return msgspec.json.decode(json.dumps(LEAST | fields), type=Transaction)


WORDS = {
    "success": ChargeStatus.SUCCESS,
    "failed": ChargeStatus.FAILED,
    "abandoned": ChargeStatus.ABANDONED,
    "reversed": ChargeStatus.REVERSED,
    "reversal-pending": ChargeStatus.REVERSED,
}


@pytest.mark.parametrize("word", WORDS)
def test_a_known_word_has_its_meaning(word: str) -> None:
    assert transaction(status=word).as_charge().status is WORDS[word]


@pytest.mark.parametrize("word", ["", "pending", "ongoing", "queued", "SUCCESS", "success ", "paid", "send_otp"])
def test_an_unknown_word_is_never_a_success(word: str) -> None:
    assert transaction(status=word).as_charge().status is ChargeStatus.PENDING


@pytest.mark.parametrize("field", LEAST)
def test_what_settlement_depends_on_has_to_be_there(field: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps({**LEAST, field: None}), type=Transaction)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps({key: LEAST[key] for key in LEAST if key != field}), type=Transaction)


@pytest.mark.parametrize("amount", ["500000", 500_000.5, [500_000], True, 1e300])
def test_an_amount_is_a_whole_number_and_nothing_that_looks_like_one(amount: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        transaction(amount=amount)


def test_everything_else_may_be_missing_null_or_new() -> None:
    charge = transaction(
        customer=None, fees=None, channel=None, paid_at=None, authorization={"x": [1]}
    ).as_charge()
    assert (charge.customer_email, charge.fees, charge.requested_amount) == ("", None, None)


def test_an_instant_keeps_its_place_in_time() -> None:
    paid_at = transaction(paid_at="2026-03-02T09:00:00.000Z").as_charge().paid_at
    assert paid_at is not None
    assert paid_at.isoformat() == "2026-03-02T09:00:00+00:00"


@pytest.mark.parametrize("word", [word for word in RefundStatus if word is not RefundStatus.REQUESTED])
def test_paystacks_words_for_refunds_are_ours(word: RefundStatus) -> None:
    assert RefundData(id=1, amount=1, status=word.value).as_refund().status is word


def test_an_unknown_word_for_a_refund_is_not_the_end_of_it() -> None:
    assert RefundData(id=1, amount=1, status="sent-by-pigeon").as_refund().status is RefundStatus.PENDING
