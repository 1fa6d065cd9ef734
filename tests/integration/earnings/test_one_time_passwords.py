"""Payouts that wait for the password that Paystack sends to the business."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.operations.prove_operator import Proof
from domain.accounts import Role, WrongCurrentPassword
from domain.operations import ItemResolved
from domain.payouts import Payout, TransferRefused
from domain.refusals import NotFound
from infrastructure.paystack.sandbox.transfers import OTP
from tests.integration.earnings.conftest import SHARE, Till
from tests.invariants import broken_invariants
from tests.marketplace import PASSWORD

PROOF = Proof(note="The phone rang.", password=PASSWORD)


@dataclass
class Waiting:
    """A payout that waits, and the operator who can help it."""

    payout: Payout
    item_id: UUID
    operator: Caller


@pytest.fixture
async def waiting(till: Till) -> Waiting:
    await till.session()
    await till.account()
    await till.behaves(transfer_otp=True, transfer_s=0)
    payout = await till.request()
    await till.send()
    assert (await till.status(payout.id), await till.items()) == ("needs_otp", ["payout_needs_otp"])
    item_id = await till.marketplace.database.pool.fetchval("SELECT id FROM operator_items")
    return Waiting(payout, item_id, await till.marketplace.account(Role.OPERATOR))


async def test_with_its_password_the_money_goes(till: Till, waiting: Waiting) -> None:
    status = await till.product.confirm_payout(waiting.operator, waiting.item_id, f" {OTP} ", PROOF)
    assert (status, await till.items()) == ("pending", [])
    await till.follow()
    assert await till.status(waiting.payout.id) == "paid"
    row = await till.marketplace.database.pool.fetchrow(
        "SELECT account_id, details::text AS details FROM audit_entries WHERE kind = 'operator.enter-otp'"
    )
    assert row is not None
    assert row["account_id"] == waiting.operator.account_id
    assert OTP not in row["details"]
    assert await broken_invariants(till.marketplace.database) == []
    with pytest.raises(ItemResolved):
        await till.product.confirm_payout(waiting.operator, waiting.item_id, OTP, PROOF)


async def test_a_wrong_password_changes_nothing(till: Till, waiting: Waiting) -> None:
    with pytest.raises(TransferRefused, match="OTP is invalid"):
        await till.product.confirm_payout(waiting.operator, waiting.item_id, "999999", PROOF)
    assert (await till.status(waiting.payout.id), await till.items()) == ("needs_otp", ["payout_needs_otp"])


async def test_only_operators_who_prove_it_enter_it(till: Till, waiting: Waiting) -> None:
    for stranger in (till.consultant, till.client):
        with pytest.raises(NotFound):
            await till.product.confirm_payout(stranger, waiting.item_id, OTP, PROOF)
    with pytest.raises(WrongCurrentPassword):
        await till.product.confirm_payout(
            waiting.operator, waiting.item_id, OTP, Proof(note="x", password="something else")
        )
    assert await till.status(waiting.payout.id) == "needs_otp"


async def test_without_it_in_time_the_money_is_owed_again(till: Till, waiting: Waiting) -> None:
    path = f"/_sandbox/transfers/{waiting.payout.reference}"
    assert (await till.marketplace.sandbox.put(path, json={"status": "abandoned"})).is_success
    await till.follow()
    assert (await till.status(waiting.payout.id), await till.owed()) == ("failed", SHARE)
    assert await till.items() == ["payout_returned"]
