"""The circuit breaker: when it opens, whom it lets through, what closes it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from infrastructure.paystack.breaker import (
    FAILURES_IN_A_ROW,
    OPEN_FOR_S,
    WATCHED,
    CircuitBreaker,
    CircuitOpenError,
)


class Failure(Exception):
    """No answer."""


class Refusal(Exception):
    """Nothing that the breaker counts."""


class Clock:
    """Time goes by when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Line:
    """Calls through one breaker."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.breaker = CircuitBreaker(clock=self.clock)

    def call(self, outcome: str) -> None:
        """`+` goes well, `-` fails, `r` is refused. Raises `CircuitOpenError` when it is not made."""
        with suppress(Failure, Refusal), self.breaker.watching(Failure):
            if outcome == "-":
                raise Failure
            if outcome == "r":
                raise Refusal

    def calls(self, outcomes: str) -> None:
        for outcome in outcomes:
            self.call(outcome)

    @property
    def is_open(self) -> bool:
        """Whether the next call would not be made; it says nothing of Paystack."""
        try:
            self.call("r")
        except CircuitOpenError:
            return True
        return False


@pytest.fixture
def line() -> Line:
    return Line()


def test_five_failures_in_a_row_open_it(line: Line) -> None:
    line.calls("-" * (FAILURES_IN_A_ROW - 1))
    assert not line.is_open
    line.call("-")
    assert line.is_open


@pytest.mark.parametrize("between", ["+", "+-+"])
def test_failures_that_are_not_in_a_row_do_not(line: Line, between: str) -> None:
    line.calls("----" + between + "----")
    assert not line.is_open


def test_refusals_count_for_nothing(line: Line) -> None:
    line.calls("--r--")
    assert not line.is_open
    line.calls("r" * 100)
    assert not line.is_open
    line.call("-")
    assert line.is_open


def test_half_of_the_last_twenty_open_it(line: Line) -> None:
    line.calls("+-" * (WATCHED // 2 - 1) + "+")
    assert not line.is_open
    line.call("-")
    assert line.is_open


def test_less_than_half_of_the_last_twenty_never_do(line: Line) -> None:
    line.calls("+-+-++-+-+" * 20)
    assert not line.is_open


def test_what_was_before_the_last_twenty_is_forgotten(line: Line) -> None:
    line.calls("----+" + "+" * WATCHED + "----")
    assert not line.is_open


def test_it_lets_nobody_through_for_half_a_minute(line: Line) -> None:
    line.calls("-----")
    line.clock.now += OPEN_FOR_S - 0.001
    assert line.is_open
    line.clock.now += 0.001
    assert not line.is_open


def test_one_success_closes_it_and_everything_before_is_forgotten(line: Line) -> None:
    line.calls("-----")
    line.clock.now += OPEN_FOR_S
    line.calls("+----")
    assert not line.is_open


def test_a_failing_probe_opens_it_for_another_half_minute(line: Line) -> None:
    line.calls("-----")
    line.clock.now += OPEN_FOR_S
    line.call("-")
    line.clock.now += OPEN_FOR_S - 0.001
    assert line.is_open
    line.clock.now += 0.001
    line.call("+")
    assert not line.is_open


def test_only_one_call_at_a_time_is_a_probe(line: Line) -> None:
    line.calls("-----")
    line.clock.now += OPEN_FOR_S
    with line.breaker.watching(Failure):
        assert line.is_open
    assert not line.is_open


def test_calls_that_began_before_it_opened_neither_close_it_nor_keep_it_open(line: Line) -> None:
    early_success, early_failure = line.breaker.watching(Failure), line.breaker.watching(Failure)
    early_success.__enter__()
    early_failure.__enter__()
    line.calls("-----")
    early_success.__exit__(None, None, None)
    assert line.is_open
    line.clock.now += OPEN_FOR_S - 1
    with suppress(Failure):
        early_failure.__exit__(Failure, Failure(), None)
    line.clock.now += 1
    assert not line.is_open


async def test_a_probe_that_is_cancelled_leaves_its_place_to_the_next(line: Line) -> None:
    async def hang() -> None:
        with line.breaker.watching(Failure):
            await asyncio.Event().wait()

    line.calls("-----")
    line.clock.now += OPEN_FOR_S
    probe = asyncio.create_task(hang())
    await asyncio.sleep(0)
    assert line.is_open
    probe.cancel()
    with suppress(asyncio.CancelledError):
        await probe
    line.call("+")
    line.calls("----")
    assert not line.is_open
