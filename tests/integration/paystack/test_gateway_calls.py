"""The gateway and the sandbox, each call with the other: what one says the other understands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from application.earnings.ports import TransferStatus
from domain.money import Money
from domain.payments import (
    BalanceTooLow,
    ChargeStatus,
    RefundNotRetried,
    RefundStatus,
)
from domain.payouts import AccountNotResolved, TransferRefused
from infrastructure.identity import new_id
from infrastructure.open_work import NetworkInOpenWorkError
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.postgres.database import Database
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork
from tests.conftest import hasty_gateway

PRICE = Money(500_000, "NGN")
NUMBER = "0123456789"
REFERENCE = "imo-payout-0123456789"


@pytest.fixture
def gateway(sandbox: httpx.AsyncClient) -> PaystackGateway:
    return hasty_gateway(sandbox)


async def behaves(sandbox: httpx.AsyncClient, **switches: object) -> None:
    assert (await sandbox.patch("/_sandbox/behaviour", json=switches)).is_success


async def charged(gateway: PaystackGateway, sandbox: httpx.AsyncClient, reference: str = "imo-abc") -> int:
    """Somebody paid; Paystack's number of it."""
    await gateway.initialize(
        reference=reference, amount=PRICE, email="ada@example.com", callback_url="https://imoran.example/return"
    )
    outcome = {"status": "success", "is_announced": False}
    assert (await sandbox.put(f"/_sandbox/transactions/{reference}/outcome", json=outcome)).is_success
    charge = await gateway.verify(reference)
    assert charge is not None
    return charge.paystack_id


async def payee(gateway: PaystackGateway) -> str:
    """Somebody to be paid."""
    return await gateway.create_recipient(
        kind="nuban", name="Ada Obi", account_number=NUMBER, bank_code="058", currency="NGN"
    )


async def test_a_transaction_from_its_beginning_to_its_end(
    gateway: PaystackGateway, sandbox: httpx.AsyncClient
) -> None:
    assert await gateway.verify("imo-abc") is None
    checkout = await gateway.initialize(
        reference="imo-abc", amount=PRICE, email="ada@example.com", callback_url="https://imoran.example/return"
    )
    assert checkout.authorization_url.endswith(checkout.access_code)
    begun = await gateway.verify("imo-abc")
    assert begun is not None
    assert begun.status is ChargeStatus.ABANDONED
    outcome = {"status": "success", "is_announced": False}
    await sandbox.put("/_sandbox/transactions/imo-abc/outcome", json=outcome)
    paid = await gateway.verify("imo-abc")
    assert paid is not None
    assert (paid.status, paid.amount, paid.currency, paid.domain) == (ChargeStatus.SUCCESS, 500_000, "NGN", "test")
    assert (paid.customer_email, paid.requested_amount, paid.fees) == ("ada@example.com", 500_000, 17_500)
    assert paid.paid_at is not None


async def test_the_list_of_charges_is_complete_over_pages(
    gateway: PaystackGateway, sandbox: httpx.AsyncClient
) -> None:
    for number in range(103):
        body = {"email": "ada@example.com", "amount": 500_000, "currency": "NGN", "reference": f"imo-{number}"}
        assert (await sandbox.post("/transaction/initialize", json=body)).is_success
        if number != 50:
            outcome = {"status": "success", "is_announced": False}
            await sandbox.put(f"/_sandbox/transactions/imo-{number}/outcome", json=outcome)
    now = datetime.now(UTC)
    since, until = now - timedelta(hours=1), now + timedelta(hours=1)
    found = [charge.reference async for charge in gateway.charges(since=since, until=until)]
    assert sorted(found) == sorted(f"imo-{number}" for number in range(103) if number != 50)
    assert [charge async for charge in gateway.charges(since=until, until=until)] == []


async def test_a_refund_and_the_account_that_it_waits_for(
    gateway: PaystackGateway, sandbox: httpx.AsyncClient
) -> None:
    number = await charged(gateway, sandbox)
    made = await gateway.refund(paystack_id=number, amount=Money(200_000, "NGN"), note="imoran refund 1")
    assert made is not None
    with pytest.raises(RefundNotRetried):
        await gateway.retry_refund(
            paystack_refund_id=made.paystack_id, currency="NGN", account_number=NUMBER, bank_id="1"
        )
    await sandbox.put(f"/_sandbox/refunds/{made.paystack_id}", json={"status": "needs-attention"})
    [waiting] = await gateway.refunds_of(number)
    assert (waiting.status, waiting.note, waiting.amount) == (
        RefundStatus.NEEDS_ATTENTION,
        "imoran refund 1",
        200_000,
    )
    bank = next(bank for bank in await gateway.banks("NGN") if bank.code == "058")
    retried = await gateway.retry_refund(
        paystack_refund_id=made.paystack_id, currency="NGN", account_number=NUMBER, bank_id=bank.id
    )
    assert retried.status is RefundStatus.PROCESSING
    now = datetime.now(UTC)
    listed = [row async for row in gateway.refunds(since=now - timedelta(hours=1), until=now + timedelta(hours=1))]
    assert [(row.transaction, row.refund.paystack_id) for row in listed] == [(number, made.paystack_id)]


async def test_a_refund_of_what_went_back_already_is_none(
    gateway: PaystackGateway, sandbox: httpx.AsyncClient
) -> None:
    number = await charged(gateway, sandbox)
    made = await gateway.refund(paystack_id=number, amount=PRICE, note="imoran refund 1")
    assert made is not None
    await sandbox.put(f"/_sandbox/refunds/{made.paystack_id}", json={"status": "processed"})
    assert await gateway.refund(paystack_id=number, amount=PRICE, note="imoran refund 1") is None


async def test_a_refund_that_the_balance_does_not_allow_is_told_apart(
    gateway: PaystackGateway, sandbox: httpx.AsyncClient
) -> None:
    number = await charged(gateway, sandbox)
    await behaves(sandbox, refunds_need_balance=True)
    with pytest.raises(BalanceTooLow):
        await gateway.refund(paystack_id=number, amount=PRICE, note="imoran refund 1")


async def test_a_dispute_until_it_is_lost(gateway: PaystackGateway, sandbox: httpx.AsyncClient) -> None:
    await charged(gateway, sandbox)
    opened = (await sandbox.post("/_sandbox/disputes", json={"reference": "imo-abc"})).json()
    known = await gateway.dispute(opened["id"])
    assert known is not None
    assert (known.reference, known.amount, known.is_open, known.is_lost) == ("imo-abc", 500_000, True, False)
    await sandbox.put(f"/_sandbox/disputes/{known.paystack_id}", json={"resolution": "merchant-accepted"})
    [lost] = [row async for row in gateway.disputes(since=datetime.now(UTC) - timedelta(hours=1))]
    assert (lost.paystack_id, lost.is_open, lost.is_lost) == (known.paystack_id, False, True)
    assert await gateway.dispute(known.paystack_id + 1) is None


@pytest.mark.parametrize("currency", ["NGN", "GHS", "KES", "ZAR"])
async def test_banks_keep_the_zeros_of_their_codes(gateway: PaystackGateway, currency: str) -> None:
    banks = await gateway.banks(currency)
    assert banks
    assert {bank.currency for bank in banks} == {currency}
    assert [bank.name.casefold() for bank in banks] == sorted(bank.name.casefold() for bank in banks)
    if currency == "NGN":
        assert "058" in {bank.code for bank in banks}


async def test_an_account_is_resolved_or_not(gateway: PaystackGateway) -> None:
    assert await gateway.account_name(account_number=NUMBER, bank_code="058")
    with pytest.raises(AccountNotResolved):
        await gateway.account_name(account_number="12", bank_code="058")
    with pytest.raises(AccountNotResolved):
        await gateway.account_name(account_number=NUMBER, bank_code="no-bank")


async def test_the_same_account_is_the_same_recipient(gateway: PaystackGateway) -> None:
    assert await payee(gateway) == await payee(gateway)
    with pytest.raises(AccountNotResolved):
        await gateway.create_recipient(
            kind="nuban", name="Ada Obi", account_number=NUMBER, bank_code="no-bank", currency="NGN"
        )


async def transferred(gateway: PaystackGateway, recipient: str, amount: int = 100_000) -> Any:
    return await gateway.transfer(
        reference=REFERENCE, amount=Money(amount, "NGN"), recipient_code=recipient, reason="Imoran earnings"
    )


async def test_a_transfer_until_it_arrives(gateway: PaystackGateway, sandbox: httpx.AsyncClient) -> None:
    await charged(gateway, sandbox)
    await behaves(sandbox, transfer_s=0)
    assert await gateway.transfer_by(REFERENCE) is None
    sent = await transferred(gateway, await payee(gateway))
    assert sent.status is TransferStatus.PENDING
    await sandbox.post("/_sandbox/run-due")
    paid = await gateway.transfer_by(REFERENCE)
    assert paid is not None
    assert (paid.status, paid.amount, paid.transfer_code) == (TransferStatus.PAID, 100_000, sent.transfer_code)
    assert paid.fee > 0


async def test_a_transfer_that_is_repeated_goes_once(gateway: PaystackGateway, sandbox: httpx.AsyncClient) -> None:
    await charged(gateway, sandbox)
    recipient = await payee(gateway)
    codes = {(await transferred(gateway, recipient)).transfer_code for _ in range(3)}
    assert len(codes) == 1
    assert len((await sandbox.get("/transfer")).json()["data"]) == 1


async def test_a_transfer_that_is_refused_was_not_sent(
    gateway: PaystackGateway, sandbox: httpx.AsyncClient
) -> None:
    with pytest.raises(TransferRefused):
        await transferred(gateway, "RCP_nobody")
    with pytest.raises(BalanceTooLow):
        await transferred(gateway, await payee(gateway), amount=400_000_000)
    assert (await sandbox.get("/transfer")).json()["data"] == []


async def test_a_transfer_that_needs_a_one_time_password(
    gateway: PaystackGateway, sandbox: httpx.AsyncClient
) -> None:
    await charged(gateway, sandbox)
    await behaves(sandbox, transfer_otp=True)
    sent = await transferred(gateway, await payee(gateway))
    assert sent.status is TransferStatus.NEEDS_OTP
    with pytest.raises(TransferRefused):
        await gateway.confirm_transfer(transfer_code=sent.transfer_code, otp="000000")
    confirmed = await gateway.confirm_transfer(transfer_code=sent.transfer_code, otp="123456")
    assert confirmed.status is TransferStatus.PENDING


async def test_paystack_is_never_called_inside_a_unit_of_work(
    gateway: PaystackGateway, sandbox: httpx.AsyncClient, database: Database
) -> None:
    number = await charged(gateway, sandbox)
    open_uow = SqlUnitsOfWork(database, new_id)
    async with open_uow():
        with pytest.raises(NetworkInOpenWorkError):
            await gateway.verify("imo-abc")
        with pytest.raises(NetworkInOpenWorkError):
            await gateway.refunds_of(number)
    with pytest.raises(ZeroDivisionError):
        async with open_uow():
            raise ZeroDivisionError
    assert await gateway.verify("imo-abc")
