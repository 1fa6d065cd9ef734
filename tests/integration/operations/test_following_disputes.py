"""Disputes as Paystack has them: asked about by number, again and again, and found without any webhook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from application.operations.item_kinds import Action
from domain.operations import UnknownToPaystack
from domain.refusals import NotFound
from tests.integration.operations.desk import Desk


async def opened(desk: Desk, reference: str, **complaint: Any) -> str:
    """The payer complains to their bank; the dispute's number."""
    answer = await desk.marketplace.sandbox.post("/_sandbox/disputes", json={"reference": reference, **complaint})
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def decided(desk: Desk, number: str, resolution: str) -> None:
    answer = await desk.marketplace.sandbox.put(f"/_sandbox/disputes/{number}", json={"resolution": resolution})
    assert answer.is_success, answer.text


async def an_hour_goes_by(desk: Desk) -> None:
    await desk.marketplace.database.pool.execute(
        "UPDATE disputes SET next_check_at = next_check_at - interval '1 hour'"
    )


async def standing(desk: Desk) -> tuple[bool, bool, int]:
    row = await desk.marketplace.database.pool.fetchrow("SELECT is_open, is_lost, charged_back FROM disputes")
    assert row is not None
    return row["is_open"], row["is_lost"], row["charged_back"]


async def test_a_dispute_is_followed_to_its_loss(desk: Desk) -> None:
    _, _, reference = await desk.paid()
    number = await opened(desk, reference)
    await desk.marketplace.product.follow_dispute(number)
    assert await standing(desk) == (True, False, 0)
    assert await desk.listed() == [("dispute_open", number)]
    assert await desk.marketplace.product.follow_disputes() == 0
    await decided(desk, number, "auto-accepted")
    await an_hour_goes_by(desk)
    assert await desk.marketplace.product.follow_disputes() == 1
    assert await standing(desk) == (False, True, 500_000)
    await an_hour_goes_by(desk)
    assert await desk.marketplace.product.follow_disputes() == 0
    await desk.require_right_books()


async def test_a_dispute_that_we_win_is_over(desk: Desk) -> None:
    _, _, reference = await desk.paid()
    number = await opened(desk, reference)
    await desk.marketplace.product.follow_dispute(number)
    await decided(desk, number, "declined")
    await desk.do(Action.ASK_AGAIN, await desk.item())
    assert await standing(desk) == (False, False, 0)
    assert await desk.listed() == []
    await desk.require_right_books()


async def test_a_dispute_that_no_webhook_told_about_is_found(desk: Desk) -> None:
    _, _, reference = await desk.paid()
    number = await opened(desk, reference, amount=200_000)
    assert await desk.marketplace.product.find_disputes.lately() == 1
    assert await desk.marketplace.product.find_disputes(since=datetime.now(UTC) - timedelta(days=1)) == 1
    assert await desk.listed() == [("dispute_open", number)]
    await desk.require_right_books()


async def test_what_paystack_does_not_know_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.marketplace.product.follow_dispute("999999")
    await desk.disputed()
    with pytest.raises(UnknownToPaystack):
        await desk.do(Action.ASK_AGAIN, await desk.item())


async def test_while_paystack_is_away_nothing_changes_and_the_next_round_asks_again(desk: Desk) -> None:
    _, _, reference = await desk.paid()
    number = await opened(desk, reference)
    await desk.marketplace.product.follow_dispute(number)
    await an_hour_goes_by(desk)
    await paystack_is_away(desk)
    assert await desk.marketplace.product.follow_disputes() == 0
    assert await standing(desk) == (True, False, 0)
    assert await desk.marketplace.product.follow_disputes() == 1


async def test_while_paystack_is_away_none_is_found_and_nobody_is_told_otherwise(desk: Desk) -> None:
    _, _, reference = await desk.paid()
    number = await opened(desk, reference)
    await paystack_is_away(desk)
    assert await desk.marketplace.product.find_disputes.lately() == 0
    assert await desk.marketplace.product.find_disputes.lately() == 1
    assert await desk.listed() == [("dispute_open", number)]


async def paystack_is_away(desk: Desk) -> None:
    """For one call with its repetitions: not for so long that nobody asks any more."""
    await desk.marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": "*", "count": 3, "status": 502})
