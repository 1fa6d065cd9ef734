"""What Paystack leaves unclear: nothing is owed again, and nothing sent twice, while money may be on its way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.payouts import Payout, PayoutUnderWay
from tests.integration.earnings.conftest import SHARE, Till
from tests.invariants import broken_invariants


async def fault(till: Till, **fault: Any) -> None:
    """The next call of an endpoint goes wrong."""
    answer = await till.marketplace.sandbox.post("/_sandbox/faults", json={"count": 1} | fault)
    assert answer.is_success, answer.text


async def say(till: Till, payout: Payout, status: str) -> None:
    """Paystack changes the transfer, and its webhook tells of it."""
    path = f"/_sandbox/transfers/{payout.reference}"
    assert (await till.marketplace.sandbox.put(path, json={"status": status})).is_success
    await till.product.follow_payouts.follow_payout.by_reference(payout.reference)


async def time_goes_by(till: Till, payout_id: UUID, **span: int) -> None:
    await till.marketplace.database.pool.execute(
        "UPDATE payouts SET sent_at = sent_at - make_interval(days => $2), "
        "settled_at = settled_at - make_interval(days => $2) WHERE id = $1",
        payout_id,
        span["days"],
    )


async def requested(till: Till) -> Payout:
    """A payout of one session, not sent yet."""
    await till.session()
    await till.account()
    return await till.request()


async def paid(till: Till) -> Payout:
    """A payout that arrived."""
    payout = await requested(till)
    await till.send()
    await till.follow()
    assert await till.status(payout.id) == "paid"
    return payout


async def test_that_it_is_not_sent_again_is_no_proof_that_it_was_not_sent(till: Till) -> None:
    payout = await requested(till)
    await fault(till, endpoint="transfer", acts=True, status=502)
    await till.send()
    # Paystack has it, and its verify does not know that yet.
    await fault(till, endpoint="verify_transfer", error="transfer_not_found", count=2)
    await till.follow()
    assert await till.items() == ["payout_refused"]
    await till.session()
    with pytest.raises(PayoutUnderWay):
        await till.request()
    await till.follow()
    assert await till.status(payout.id) == "paid"
    assert [transfer["amount"] for transfer in await till.transfers()] == [SHARE]
    assert (await till.owed(), await till.items()) == (SHARE, [])
    assert await broken_invariants(till.marketplace.database) == []


async def test_an_account_that_paystack_cannot_pay_any_more_ends_a_payout_that_was_never_sent(till: Till) -> None:
    payout = await requested(till)
    await fault(till, endpoint="transfer", error="invalid_transfer_recipient")
    await till.send()
    assert await till.status(payout.id) == "failed"
    assert (await till.owed(), await till.balance("payouts"), await till.transfers()) == (SHARE, 0, [])
    assert await broken_invariants(till.marketplace.database) == []


async def test_after_an_earlier_try_it_ends_only_when_paystack_would_surely_know_of_it(till: Till) -> None:
    payout = await requested(till)
    await fault(till, endpoint="transfer", acts=False, status=502)
    await till.send()
    await fault(till, endpoint="transfer", error="invalid_transfer_recipient", count=2)
    await till.follow()
    assert (await till.status(payout.id), await till.owed()) == ("requested", 0)
    await time_goes_by(till, payout.id, days=1)
    await till.follow()
    assert (await till.status(payout.id), await till.owed()) == ("failed", SHARE)
    assert await till.items() == ["payout_returned"]


@pytest.mark.parametrize(
    ("refusal", "item"),
    [("transfer_unavailable", "payout_refused"), ("balance_too_low", "payout_waits_for_balance")],
)
async def test_what_the_business_has_to_mend_waits_and_is_listed(till: Till, refusal: str, item: str) -> None:
    payout = await requested(till)
    await fault(till, endpoint="transfer", error=refusal)
    await till.send()
    assert (await till.status(payout.id), await till.owed(), await till.items()) == ("requested", 0, [item])
    wait = await till.marketplace.database.pool.fetchval(
        "SELECT next_check_at - clock_timestamp() > interval '59 minutes' FROM payouts"
    )
    assert wait
    await till.follow()
    await till.follow()
    assert (await till.status(payout.id), await till.items()) == ("paid", [])


async def test_what_a_bank_sends_back_long_after_it_arrived_is_owed_again(till: Till) -> None:
    payout = await paid(till)
    await time_goes_by(till, payout.id, days=30)
    await till.follow()
    assert await till.marketplace.database.pool.fetchval("SELECT next_check_at FROM payouts") is None
    await say(till, payout, "reversed")
    assert (await till.status(payout.id), await till.owed()) == ("reversed", SHARE)
    assert await till.balance("payouts") == 0
    assert await broken_invariants(till.marketplace.database) == []


async def test_another_end_than_the_one_that_it_had_is_listed_and_changes_nothing(till: Till) -> None:
    payout = await requested(till)
    await till.behaves(transfer_ending="failed")
    await till.send()
    await till.follow()
    await say(till, payout, "success")
    assert (await till.status(payout.id), await till.owed()) == ("failed", SHARE)
    assert await till.items() == ["payout_contradicted", "payout_returned"]


async def test_another_sum_than_was_sent_is_listed_and_changes_nothing(till: Till) -> None:
    payout = await requested(till)
    await till.send()
    await fault(till, endpoint="verify_transfer", data={"amount": SHARE + 1, "status": "success"})
    await till.follow()
    assert (await till.status(payout.id), await till.items()) == ("pending", ["payout_contradicted"])


async def test_a_transfer_that_paystack_forgot_is_listed_and_not_sent_anew(till: Till) -> None:
    payout = await requested(till)
    await till.send()
    assert await till.status(payout.id) == "pending"
    await fault(till, endpoint="verify_transfer", error="transfer_not_found")
    await till.follow()
    assert (await till.status(payout.id), await till.items()) == ("pending", ["payout_lost"])
    await till.follow()
    assert (await till.status(payout.id), await till.items()) == ("paid", [])


async def test_nothing_is_sent_for_somebody_who_was_suspended_meanwhile(till: Till) -> None:
    payout = await requested(till)
    pool = till.marketplace.database.pool
    await pool.execute("UPDATE accounts SET status = 'suspended' WHERE id = $1", till.consultant.account_id)
    await till.send()
    await till.follow()
    assert (await till.transfers(), await till.items()) == ([], ["payout_on_hold"])
    await pool.execute("UPDATE accounts SET status = 'active' WHERE id = $1", till.consultant.account_id)
    await till.follow()
    await till.follow()
    assert (await till.status(payout.id), await till.items()) == ("paid", [])


async def test_a_payout_that_was_lost_here_is_listed_before_it_is_paid_again(till: Till) -> None:
    follow = till.product.follow_payouts.follow_payout
    await follow.by_reference("imo-payout-lostwithadatabase")
    await follow.by_reference("somebody-elses-transfer")
    assert await till.items() == ["payout_unknown"]
