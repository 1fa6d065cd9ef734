"""Lists: every page, each row once, and nothing made up or left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from domain.payments import ChargeStatus, PaymentGatewayUnavailable, RefundStatus
from tests.unit.infrastructure.paystack_double import Double, answer, gateway_to, refusal

SINCE = datetime(2026, 3, 1, 9, 0, 0, 123_999, tzinfo=UTC)
UNTIL = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=1)))
DISPUTED = {"reference": "imo-1", "status": "success", "currency": "NGN"}


def transaction(number: int, **fields: object) -> dict[str, Any]:
    return {
        "id": number,
        "status": "success",
        "reference": f"imo-{number}",
        "amount": 500_000,
        "currency": "NGN",
        "domain": "test",
        **fields,
    }


def refund(number: int, **fields: object) -> dict[str, Any]:
    return {"id": number, "transaction": 1, "amount": 100, "status": "processed", "domain": "test", **fields}


def dispute(number: int, **fields: object) -> dict[str, Any]:
    return {
        "id": number,
        "status": "awaiting-merchant-feedback",
        "transaction": DISPUTED,
        "createdAt": "2026-03-01T09:15:02.000Z",
        "domain": "test",
        **fields,
    }


async def references(double: Double) -> list[str]:
    return [charge.reference async for charge in gateway_to(double).charges(since=SINCE, until=UNTIL)]


async def test_every_page_is_asked_for() -> None:
    pages = [answer([transaction(number)], pageCount=3) for number in (3, 2, 1)]
    double = Double(*pages)
    assert await references(double) == ["imo-3", "imo-2", "imo-1"]
    assert [query["page"] for query in double.queries] == ["1", "2", "3"]
    first = double.queries[0]
    assert (first["from"], first["to"]) == ("2026-03-01T09:00:00.123Z", "2026-03-01T11:00:00.000Z")


@pytest.mark.parametrize("meta", [{}, {"pageCount": None}, {"pageCount": "many"}, {"next": "null"}, {"total": 2}])
async def test_without_a_number_of_pages_the_empty_one_is_the_end(meta: dict[str, object]) -> None:
    pages = [answer([transaction(number)], 200, unknown=1, **meta) for number in (2, 1)]
    double = Double(*pages, answer([], unknown=1))
    assert await references(double) == ["imo-2", "imo-1"]
    assert len(double.asked) == 3


async def test_a_number_of_pages_as_text_counts() -> None:
    double = Double(answer([transaction(1)], pageCount="1"))
    assert await references(double) == ["imo-1"]
    assert len(double.asked) == 1


async def test_an_empty_list_is_empty() -> None:
    assert await references(Double(answer([], pageCount=0))) == []


async def test_a_row_that_moves_to_the_next_page_is_met_once() -> None:
    pages = [answer([transaction(number) for number in numbers], pageCount=2) for numbers in ((3, 2), (2, 1))]
    assert await references(Double(*pages)) == ["imo-3", "imo-2", "imo-1"]


async def test_a_list_that_never_ends_is_no_list() -> None:
    double = Double(answer([transaction(1)], pageCount=10**6))
    with pytest.raises(PaymentGatewayUnavailable):
        await references(double)
    assert len(double.asked) == 2


async def test_money_that_went_back_since_was_collected_and_what_was_never_paid_was_not() -> None:
    words = ["success", "reversed", "reversal-pending", "failed", "abandoned", "ongoing", "settled-on-the-moon"]
    rows = [transaction(number, status=word) for number, word in enumerate(words, start=1)]
    found = [charge.status async for charge in gateway_to(Double(answer(rows))).charges(since=SINCE, until=UNTIL)]
    assert found == [ChargeStatus.SUCCESS, ChargeStatus.REVERSED, ChargeStatus.REVERSED]


async def test_another_programs_currency_is_passed_over() -> None:
    rows = [transaction(1, currency="EUR"), transaction(2)]
    assert await references(Double(answer(rows))) == ["imo-2"]


BROKEN = [
    {"amount": None},
    {"amount": "500000"},
    {"amount": -1},
    {"amount": 10**30},
    {"id": 0},
    {"id": 2**63},
    {"currency": "naira"},
    {"reference": "imo-\u0000"},
    {"reference": None},
    {"paid_at": "yesterday"},
    {"paid_at": "2026-03-01T09:15:02"},
]


@pytest.mark.parametrize("fields", BROKEN, ids=str)
async def test_one_row_that_makes_no_sense_is_not_left_out_in_silence(fields: dict[str, object]) -> None:
    rows = [transaction(1), transaction(2) | fields]
    with pytest.raises(PaymentGatewayUnavailable):
        await references(Double(answer(rows)))


@pytest.mark.parametrize("fields", BROKEN, ids=str)
async def test_nor_is_it_believed_when_it_is_asked_for(fields: dict[str, object]) -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(Double(answer(transaction(1) | fields))).verify("imo-1")


@pytest.mark.parametrize("word", [7, ["card"], {"x": 1}, "ca\u0000rd", "x" * 10_000])
async def test_what_is_only_shown_may_be_anything_and_can_always_be_stored(word: object) -> None:
    charge = await gateway_to(Double(answer(transaction(1, channel=word, gateway_response=word)))).verify("imo-1")
    assert charge is not None
    for text in (charge.channel, charge.gateway_response):
        assert text is None or (len(text) <= 500 and "\x00" not in text)


async def test_a_day_of_payment_is_found_in_either_spelling() -> None:
    row = transaction(1, paidAt="2026-03-01T09:15:02.000Z")
    charge = await gateway_to(Double(answer(row))).verify("imo-1")
    assert charge is not None
    assert charge.paid_at == datetime(2026, 3, 1, 9, 15, 2, tzinfo=UTC)


async def test_refunds_of_a_transaction_are_its_own_only() -> None:
    double = Double(answer([refund(1), refund(2, transaction=2), refund(3)]))
    assert [found.paystack_id for found in await gateway_to(double).refunds_of(1)] == [3, 1]
    assert double.queries[0]["transaction"] == "1"


async def test_refunds_of_a_time_name_their_transaction() -> None:
    rows = [refund(1, status="needs-attention", merchant_note="imoran refund x"), refund(2, transaction=2)]
    found = [row async for row in gateway_to(Double(answer(rows))).refunds(since=SINCE, until=UNTIL)]
    assert [(row.transaction, row.refund.paystack_id) for row in found] == [(1, 1), (2, 2)]
    assert (found[0].refund.status, found[0].refund.note) == (RefundStatus.NEEDS_ATTENTION, "imoran refund x")


@pytest.mark.parametrize("fields", [{"transaction": None}, {"amount": "100"}, {"domain": "live"}, {"status": 1}])
async def test_a_refund_that_makes_no_sense_is_no_refund(fields: dict[str, object]) -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(Double(answer([refund(1) | fields]))).refunds_of(1)


async def test_a_refusal_to_list_is_no_empty_list() -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(Double(refusal(404))).refunds_of(1)


async def test_a_dispute_is_read() -> None:
    row = dispute(4, refund_amount=300, category="chargeback", dueAt="2026-03-08T09:00:00.000Z")
    found = await gateway_to(Double(answer(row))).dispute(4)
    assert found is not None
    assert (found.reference, found.amount, found.currency, found.is_open) == ("imo-1", 300, "NGN", True)
    assert (found.due_at, found.category) == (datetime(2026, 3, 8, 9, tzinfo=UTC), "chargeback")


async def test_a_dispute_without_an_amount_is_about_all_of_it() -> None:
    found = await gateway_to(Double(answer(dispute(4, refund_amount=None)))).dispute(4)
    assert found is not None
    assert found.amount == 0


@pytest.mark.parametrize(
    ("status", "resolution", "charge", "is_open", "is_lost"),
    [
        ("awaiting-merchant-feedback", None, "success", True, False),
        ("awaiting-bank-feedback", "declined", "success", True, False),
        ("pending", None, "reversed", True, False),
        ("a-new-word", "merchant-accepted", "reversed", True, False),
        ("resolved", "merchant-accepted", "success", False, True),
        ("resolved", "auto-accepted", "reversed", False, True),
        ("resolved", "declined", "success", False, False),
        ("resolved", "declined", "reversed", False, False),
        ("resolved", None, "reversed", False, True),
        ("resolved", "a-new-word", "reversed", False, True),
        ("resolved", "a-new-word", "success", False, False),
        ("archived", None, "success", False, False),
    ],
)
async def test_how_a_dispute_stands(
    status: str, resolution: str | None, charge: str, is_open: bool, is_lost: bool
) -> None:
    row = dispute(4, status=status, resolution=resolution, transaction={**DISPUTED, "status": charge})
    found = await gateway_to(Double(answer(row))).dispute(4)
    assert found is not None
    assert (found.is_open, found.is_lost) == (is_open, is_lost)


async def test_an_unknown_dispute_is_none() -> None:
    assert await gateway_to(Double(refusal(404))).dispute(4) is None


@pytest.mark.parametrize("fields", [{"id": 5}, {"createdAt": None}, {"transaction": None}, {"domain": "live"}])
async def test_a_dispute_that_makes_no_sense_is_no_answer(fields: dict[str, object]) -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(Double(answer(dispute(4) | fields))).dispute(4)


async def test_all_disputes_since_then_are_listed() -> None:
    double = Double(answer([dispute(2)], pageCount=2), answer([dispute(1)], pageCount=2))
    found = [row.paystack_id async for row in gateway_to(double).disputes(since=SINCE)]
    assert found == [2, 1]
    assert double.queries[0]["from"] == "2026-03-01T09:00:00.123Z"
