"""Money that goes out: banks, accounts, transfers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from application.earnings.ports import GatewayTransfer, TransferStatus
from domain.money import Money
from domain.payments import BalanceTooLow, PaymentGatewayUnavailable, RefundNotRetried, RefundRefused
from domain.payouts import AccountNotResolved, TransferRefused
from infrastructure.paystack.gateway import PaystackGateway
from tests.unit.infrastructure.paystack_double import Double, answer, gateway_to, refusal

BANK = {"id": 9, "name": "Guaranty Trust Bank", "code": "058", "currency": "NGN", "type": "nuban", "active": True}
TRANSFER = {
    "status": "pending",
    "reference": "payout-0123456789",
    "transfer_code": "TRF_abc",
    "amount": 300_000,
    "currency": "NGN",
    "domain": "test",
}
UNKNOWN = refusal(404, message="Transfer not found")


async def send(gateway: PaystackGateway) -> GatewayTransfer:
    return await gateway.transfer(
        reference="payout-0123456789",
        amount=Money(300_000, "NGN"),
        recipient_code="RCP_abc",
        reason="Imoran earnings",
    )


async def retry(gateway: PaystackGateway) -> None:
    await gateway.retry_refund(paystack_refund_id=7, currency="NGN", account_number="0123456789", bank_id="9")


async def recipient(gateway: PaystackGateway) -> str:
    return await gateway.create_recipient(
        kind="nuban", name="Ada", account_number="0123456789", bank_code="058", currency="NGN"
    )


async def test_a_transfer_says_all_that_makes_it_harmless_to_repeat() -> None:
    double = Double(answer(TRANSFER))
    sent = await send(gateway_to(double))
    assert (sent.status, sent.transfer_code, sent.amount) == (TransferStatus.PENDING, "TRF_abc", 300_000)
    assert double.paths == ["POST /transfer"]
    assert double.bodies == [
        {
            "source": "balance",
            "amount": 300_000,
            "currency": "NGN",
            "recipient": "RCP_abc",
            "reference": "payout-0123456789",
            "reason": "Imoran earnings",
        }
    ]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", TransferStatus.PENDING),
        ("received", TransferStatus.PENDING),
        ("a-new-word", TransferStatus.PENDING),
        ("otp", TransferStatus.NEEDS_OTP),
        ("success", TransferStatus.PAID),
        ("failed", TransferStatus.FAILED),
        ("abandoned", TransferStatus.FAILED),
        ("blocked", TransferStatus.FAILED),
        ("rejected", TransferStatus.FAILED),
        ("reversed", TransferStatus.REVERSED),
    ],
)
async def test_each_word_for_a_transfer_has_its_meaning(word: str, status: TransferStatus) -> None:
    row = {**TRANSFER, "status": word, "fee_charged": 1_000, "gateway_response": "Declined by the bank"}
    found = await gateway_to(Double(answer(row))).transfer_by("payout-0123456789")
    assert found is not None
    assert (found.status, found.fee) == (status, 1_000)
    came_to_nothing = status in (TransferStatus.FAILED, TransferStatus.REVERSED)
    assert found.problem == ("Declined by the bank" if came_to_nothing else None)


async def test_what_a_transfer_costs_is_asked_for_when_it_went_at_once() -> None:
    paid = {**TRANSFER, "status": "success"}
    double = Double(answer(paid), answer({**paid, "fee_charged": 2_500}))
    assert (await send(gateway_to(double))).fee == 2_500
    assert double.paths == ["POST /transfer", "GET /transfer/verify/payout-0123456789"]


async def test_a_refusal_counts_when_nothing_is_known_under_the_reference() -> None:
    double = Double(refusal(400, message="Recipient specified is invalid"), UNKNOWN)
    with pytest.raises(TransferRefused) as refused:
        await send(gateway_to(double))
    assert refused.value.reason == "Recipient specified is invalid"


@pytest.mark.parametrize(
    "message",
    [
        "Please provide a unique reference. Reference already exists on a transfer",
        "Your balance is not enough to fulfill this request",
    ],
)
async def test_a_refusal_of_what_was_sent_before_is_none(message: str) -> None:
    double = Double(refusal(400, message=message), answer({**TRANSFER, "status": "success", "fee_charged": 1_000}))
    assert (await send(gateway_to(double))).status is TransferStatus.PAID


async def test_when_nobody_can_say_what_became_of_it_nothing_is_said() -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await send(gateway_to(Double(refusal(400, message="Invalid entries found"), httpx.Response(502))))


async def test_a_low_balance_is_told_apart() -> None:
    low = refusal(400, message="Your balance is not enough to fulfill this request")
    with pytest.raises(BalanceTooLow):
        await send(gateway_to(Double(low, UNKNOWN)))
    low = refusal(400, message="Insufficient balance to fulfill this refund. Please top up.")
    with pytest.raises(BalanceTooLow):
        await gateway_to(Double(low)).refund(paystack_id=1, amount=Money(1, "NGN"), note="x")
    with pytest.raises(RefundRefused) as refused:
        await gateway_to(Double(refusal(400))).refund(paystack_id=1, amount=Money(1, "NGN"), note="x")
    assert not isinstance(refused.value, BalanceTooLow)


@pytest.mark.parametrize(
    "fields",
    [
        {"reference": "payout-of-another"},
        {"domain": "live"},
        {"amount": "300000"},
        {"amount": 10**30},
        {"transfer_code": None},
        {"status": None},
        {"currency": "₦"},
    ],
    ids=str,
)
async def test_a_transfer_that_makes_no_sense_is_no_answer(fields: dict[str, Any]) -> None:
    for call in (send, lambda gateway: gateway.transfer_by("payout-0123456789")):
        with pytest.raises(PaymentGatewayUnavailable):
            await call(gateway_to(Double(answer(TRANSFER | fields))))


async def test_an_unknown_transfer_is_none() -> None:
    assert await gateway_to(Double(UNKNOWN)).transfer_by("payout-0123456789") is None


async def test_a_one_time_password_finishes_a_transfer() -> None:
    double = Double(answer(TRANSFER))
    gateway = gateway_to(double)
    assert (await gateway.confirm_transfer(transfer_code="TRF_abc", otp="123456")).status is TransferStatus.PENDING
    assert double.bodies == [{"transfer_code": "TRF_abc", "otp": "123456"}]
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway.confirm_transfer(transfer_code="TRF_other", otp="123456")
    with pytest.raises(TransferRefused, match="OTP is invalid"):
        await gateway_to(Double(refusal(400, message="OTP is invalid"))).confirm_transfer(
            transfer_code="TRF_abc", otp="1"
        )


async def test_banks_are_listed_to_the_last_cursor_by_name() -> None:
    double = Double(
        answer([BANK], next="abc"), answer([{**BANK, "id": 3, "name": "Access Bank", "code": "044"}], next="null")
    )
    banks = await gateway_to(double).banks("NGN")
    assert [(bank.id, bank.code, bank.name, bank.kind) for bank in banks] == [
        ("3", "044", "Access Bank", "nuban"),
        ("9", "058", "Guaranty Trust Bank", "nuban"),
    ]
    assert [query.get("next") for query in double.queries] == [None, "abc"]


@pytest.mark.parametrize(
    "fields",
    [
        {"active": False},
        {"is_deleted": True},
        {"supports_transfer": False},
        {"currency": "GHS"},
        {"type": None},
    ],
    ids=str,
)
async def test_banks_that_take_no_money_are_left_out(fields: dict[str, object]) -> None:
    double = Double(answer([BANK, {**BANK, "id": 3} | fields]))
    assert [bank.id for bank in await gateway_to(double).banks("NGN")] == ["9"]


@pytest.mark.parametrize("code", [58, None, ""])
async def test_a_code_that_lost_its_zeros_is_no_code(code: object) -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(Double(answer([{**BANK, "code": code}]))).banks("NGN")


async def test_a_list_of_banks_that_never_ends_is_no_list() -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(Double(answer([BANK], next="again"))).banks("NGN")


async def test_the_name_of_an_account_is_asked_for_with_all_its_zeros() -> None:
    double = Double(answer({"account_number": "0001234567", "account_name": "ADA OBI"}))
    assert await gateway_to(double).account_name(account_number="0001234567", bank_code="058") == "ADA OBI"
    assert double.queries == [{"account_number": "0001234567", "bank_code": "058"}]


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_an_account_that_the_bank_does_not_know_is_told(status: int) -> None:
    no = refusal(status, message="Could not resolve account name. Check parameters or try again.")
    with pytest.raises(AccountNotResolved):
        await gateway_to(Double(no)).account_name(account_number="0001234567", bank_code="058")
    with pytest.raises(AccountNotResolved):
        await recipient(gateway_to(Double(no)))


@pytest.mark.parametrize("status", [400, 429])
async def test_a_test_key_that_has_asked_too_often_says_nothing_of_the_account(status: int) -> None:
    words = (
        "Test mode daily limit of 3 live bank resolves exceeded. Use test bank codes 001 or upgrade to live mode."
    )
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(Double(refusal(status, message=words))).account_name(
            account_number="0001234567", bank_code="058"
        )


@pytest.mark.parametrize(
    "data",
    [
        {"account_number": "9991234567", "account_name": "MALLORY"},
        {"account_number": "0001234567", "account_name": ""},
        {"account_number": 1234567, "account_name": "ADA"},
        {},
    ],
    ids=str,
)
async def test_the_name_of_another_account_is_no_answer(data: dict[str, object]) -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(Double(answer(data))).account_name(account_number="0001234567", bank_code="058")


async def test_a_recipient_is_made_with_all_that_names_the_account() -> None:
    double = Double(answer({"recipient_code": "RCP_abc", "domain": "test"}, 201))
    assert await recipient(gateway_to(double)) == "RCP_abc"
    assert double.bodies == [
        {"type": "nuban", "name": "Ada", "account_number": "0123456789", "bank_code": "058", "currency": "NGN"}
    ]
    with pytest.raises(PaymentGatewayUnavailable):
        await recipient(gateway_to(Double(answer({"recipient_code": "RCP_abc", "domain": "live"}, 201))))


async def test_a_refund_that_waits_goes_to_a_bank_account() -> None:
    double = Double(answer({"id": 7, "amount": 100, "status": "processing"}))
    await retry(gateway_to(double))
    assert double.paths == ["POST /refund/retry_with_customer_details/7"]
    assert double.bodies == [
        {"refund_account_details": {"currency": "NGN", "account_number": "0123456789", "bank_id": "9"}}
    ]


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_an_account_that_no_refund_can_go_to_is_told(status: int) -> None:
    with pytest.raises(RefundNotRetried):
        await retry(gateway_to(Double(refusal(status))))


WRITES: dict[str, Callable[[PaystackGateway], Awaitable[object]]] = {
    "transfer": send,
    "retry_refund": retry,
    "create_recipient": recipient,
    "confirm_transfer": lambda gateway: gateway.confirm_transfer(transfer_code="TRF_abc", otp="123456"),
}


@pytest.mark.parametrize("call", WRITES)
@pytest.mark.parametrize(
    "fault",
    [httpx.Response(502), httpx.ReadTimeout("slow"), httpx.Response(200), answer(None), answer([]), answer({})],
    ids=["502", "slow", "empty", "null", "list", "object"],
)
async def test_no_write_is_repeated_or_believed(call: str, fault: httpx.Response | Exception) -> None:
    double = Double(fault)
    with pytest.raises(PaymentGatewayUnavailable):
        await WRITES[call](gateway_to(double))
    assert len(double.asked) == 1
