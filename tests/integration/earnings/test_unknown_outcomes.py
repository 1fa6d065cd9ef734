"""What Paystack leaves unclear: nothing is owed again, and nothing sent twice, while money may be on its way."""

from __future__ import annotations

from typing import Any

import pytest

from domain.payouts import PayoutUnderWay
from tests.integration.earnings.conftest import SHARE, Till
from tests.invariants import broken_invariants


async def fault(till: Till, **fault: Any) -> None:
    """The next call of an endpoint goes wrong."""
    answer = await till.marketplace.sandbox.post("/_sandbox/faults", json={"count": 1} | fault)
    assert answer.is_success, answer.text


async def test_that_it_is_not_sent_again_is_no_proof_that_it_was_not_sent(till: Till) -> None:
    await till.session()
    await till.account()
    await till.session()
    payout = await till.request()
    await fault(till, endpoint="transfer", acts=True, status=502)
    await till.send()
    # Paystack has it, and its verify does not know that yet.
    await fault(till, endpoint="verify_transfer", error="transfer_not_found", count=2)
    await till.follow()
    await till.session()
    with pytest.raises(PayoutUnderWay):
        await till.request()
    await till.follow()
    assert await till.status(payout.id) == "paid"
    assert [transfer["amount"] for transfer in await till.transfers()] == [2 * SHARE]
    assert await till.owed() == SHARE
    assert await broken_invariants(till.marketplace.database) == []
