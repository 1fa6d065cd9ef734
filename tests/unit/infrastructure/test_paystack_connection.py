"""How calls are made: their tries, their time, their turn, and when they are not made at all."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from application.gateway import Priority
from domain.money import Money
from domain.payments import PaymentGatewayUnavailable, RefundRefused
from infrastructure.open_work import NetworkInOpenWorkError, open_work
from infrastructure.paystack.breaker import FAILURES_IN_A_ROW, CircuitBreaker
from infrastructure.paystack.budget import OwnBudget
from infrastructure.paystack.connection import Patience
from infrastructure.paystack.gateway import PaystackGateway
from tests.unit.infrastructure.paystack_double import HASTY, Double, answer, gateway_to, refusal

TRANSACTION = {
    "id": 1,
    "status": "success",
    "reference": "imo-abc",
    "amount": 500_000,
    "currency": "NGN",
    "domain": "test",
}
REFUND = {"id": 7, "amount": 500_000, "status": "pending"}
DOWN = httpx.Response(502, html="<html>Bad gateway</html>")
OVERRUN = httpx.Response(429, headers={"x-ratelimit-reset": "30"}, json={"status": False, "message": "slow down"})
CUT = httpx.ReadError("connection reset")


async def refund(gateway: PaystackGateway) -> None:
    await gateway.refund(paystack_id=1, amount=Money(1, "NGN"), note="imoran refund 1")


@pytest.mark.parametrize("fault", [DOWN, CUT, httpx.Response(200, content=b'{"status":tr')], ids=str)
@pytest.mark.parametrize("times", [1, 2])
async def test_a_read_is_tried_three_times(fault: httpx.Response | Exception, times: int) -> None:
    double = Double(*[fault] * times, answer(TRANSACTION))
    assert await gateway_to(double).verify("imo-abc")
    assert len(double.asked) == times + 1


async def test_a_read_is_not_tried_a_fourth_time() -> None:
    double = Double(DOWN)
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(double).verify("imo-abc")
    assert len(double.asked) == 3


@pytest.mark.parametrize("fault", [DOWN, CUT], ids=str)
async def test_a_write_is_never_repeated(fault: httpx.Response | Exception) -> None:
    double = Double(fault, answer(REFUND))
    with pytest.raises(PaymentGatewayUnavailable):
        await refund(gateway_to(double))
    assert len(double.asked) == 1


async def test_a_refusal_is_an_answer_and_not_asked_for_again() -> None:
    double = Double(refusal(400))
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(double).verify("imo-abc")
    with pytest.raises(RefundRefused):
        await refund(gateway_to(double))
    assert len(double.asked) == 2


@pytest.mark.parametrize("status", [401, 403, 408, 429])
async def test_an_answer_that_says_nothing_of_the_question_refuses_no_refund(status: int) -> None:
    with pytest.raises(PaymentGatewayUnavailable):
        await refund(gateway_to(Double(refusal(status))))


async def test_all_tries_together_end_at_the_deadline() -> None:
    double = Double(answer(TRANSACTION))
    double.pause_s = 5.0
    began = time.monotonic()
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(double, patience=Patience(deadline_s=0.2, first_pause_s=0.001)).verify("imo-abc")
    assert time.monotonic() - began < 1
    assert len(double.asked) == 1


async def test_pauses_between_tries_are_within_the_deadline() -> None:
    double = Double(DOWN)
    began = time.monotonic()
    with pytest.raises(PaymentGatewayUnavailable):
        await gateway_to(double, patience=Patience(deadline_s=0.1, first_pause_s=10.0)).verify("imo-abc")
    assert time.monotonic() - began < 1
    assert len(double.asked) == 1


def test_pauses_grow_and_differ() -> None:
    patience = Patience()
    assert all(0.1 <= patience.pause_after(1) <= 0.2 for _ in range(50))
    assert all(0.2 <= patience.pause_after(2) <= 0.4 for _ in range(50))
    assert len({patience.pause_after(1) for _ in range(50)}) > 1


def test_the_times_in_production_are_those_that_pages_can_bear() -> None:
    patience = Patience()
    assert (patience.deadline_s, patience.tries) == (8.0, 3)
    assert patience.timeout == httpx.Timeout(connect=2.0, read=5.0, write=5.0, pool=2.0)


async def test_an_endpoint_that_was_called_too_often_is_left_alone_and_the_others_are_not() -> None:
    double = Double(OVERRUN, answer(REFUND))
    gateway = gateway_to(double)
    for _ in range(5):
        with pytest.raises(PaymentGatewayUnavailable):
            await gateway.verify("imo-abc")
    await refund(gateway)
    assert double.paths == ["GET /transaction/verify/imo-abc", "POST /refund"]


async def test_priorities_of_one_gateway_share_its_rests_and_its_breaker() -> None:
    double = Double(OVERRUN, DOWN)
    gateway = gateway_to(double)
    for side in (gateway, gateway.at(Priority.POLLING), gateway.at(Priority.SETTLING)):
        with pytest.raises(PaymentGatewayUnavailable):
            await side.verify("imo-abc")
    assert len(double.asked) == 1
    for side in [gateway, gateway.at(Priority.POLLING)] * 5:
        with pytest.raises(PaymentGatewayUnavailable):
            await refund(side)
    assert len(double.asked) == 1 + FAILURES_IN_A_ROW


async def test_an_open_circuit_touches_no_network_and_a_probe_closes_it() -> None:
    now = 0.0
    double = Double(*[DOWN] * FAILURES_IN_A_ROW, answer(TRANSACTION))
    gateway = gateway_to(double, breaker=CircuitBreaker(clock=lambda: now))
    for _ in range(10):
        with pytest.raises(PaymentGatewayUnavailable):
            await gateway.verify("imo-abc")
    assert len(double.asked) == FAILURES_IN_A_ROW
    now = 30.0
    assert await gateway.verify("imo-abc")
    assert await gateway.verify("imo-abc")


async def test_refusals_open_no_circuit() -> None:
    double = Double(refusal(404))
    gateway = gateway_to(double)
    for _ in range(30):
        assert await gateway.verify("imo-abc") is None
    assert len(double.asked) == 30


async def test_one_transaction_that_makes_no_sense_opens_no_circuit() -> None:
    double = Double(answer({**TRANSACTION, "amount": None}))
    gateway = gateway_to(double)
    for _ in range(30):
        with pytest.raises(PaymentGatewayUnavailable):
            await gateway.verify("imo-abc")
    assert len(double.asked) == 30


async def test_who_polls_is_refused_at_once_when_its_part_is_used_up() -> None:
    double = Double(answer(TRANSACTION))
    gateway = gateway_to(double, budget=OwnBudget(10))
    polling = gateway.at(Priority.POLLING)
    for _ in range(6):
        assert await polling.verify("imo-abc")
    began = time.monotonic()
    with pytest.raises(PaymentGatewayUnavailable):
        await polling.verify("imo-abc")
    assert time.monotonic() - began < HASTY.turn_s
    assert await gateway.verify("imo-abc")
    assert len(double.asked) == 7


class FreeSoon:
    """A budget with a place for everybody but the first who asks, who has to wait a moment."""

    def __init__(self, pause_s: float) -> None:
        self.pauses = [pause_s]

    async def take(self, _: Priority) -> float:
        return self.pauses.pop() if self.pauses else 0.0

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("priority", "pause_s", "is_made"),
    [
        (Priority.FOREGROUND, 0.04, True),
        (Priority.FOREGROUND, 0.06, False),
        (Priority.SETTLING, 0.04, True),
        (Priority.POLLING, 0.001, False),
    ],
)
async def test_who_waits_for_a_place_waits_a_moment(priority: Priority, pause_s: float, is_made: bool) -> None:
    double = Double(answer(TRANSACTION))
    gateway = gateway_to(double, budget=FreeSoon(pause_s)).at(priority)
    if is_made:
        assert await gateway.verify("imo-abc")
    else:
        with pytest.raises(PaymentGatewayUnavailable):
            await gateway.verify("imo-abc")
    assert len(double.asked) == is_made


async def test_nothing_is_asked_while_a_unit_of_work_is_open() -> None:
    double = Double(answer(TRANSACTION))
    gateway = gateway_to(double)
    with open_work(), pytest.raises(NetworkInOpenWorkError):
        await gateway.verify("imo-abc")
    assert double.asked == []
    assert await gateway.verify("imo-abc")


async def test_other_tasks_may_ask_meanwhile() -> None:
    gateway = gateway_to(Double(answer(TRANSACTION)))
    with open_work():
        assert await asyncio.create_task(gateway.verify("imo-abc"))
