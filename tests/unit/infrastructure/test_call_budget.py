"""The ceiling of one process: never more in any minute, and the important calls last to be refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.gateway import Priority
from infrastructure.paystack.budget import SHARES, WINDOW_S, OwnBudget, Unlimited
from infrastructure.paystack.rests import Rests


class Clock:
    """Time goes by when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def taken(budget: OwnBudget, priority: Priority, wanted: int) -> int:
    """How many of these calls found a place."""
    return sum([not await budget.take(priority) for _ in range(wanted)])


async def test_so_many_and_no_more() -> None:
    assert await taken(OwnBudget(10, Clock()), Priority.FOREGROUND, 25) == 10


@pytest.mark.parametrize(("priority", "places"), [(p, int(100 * SHARES[p])) for p in Priority])
async def test_each_priority_has_its_part(priority: Priority, places: int) -> None:
    assert await taken(OwnBudget(100, Clock()), priority, 200) == places


async def test_what_polling_may_not_use_is_there_for_the_others() -> None:
    budget = OwnBudget(10, Clock())
    assert await taken(budget, Priority.POLLING, 20) == 6
    assert await taken(budget, Priority.SETTLING, 20) == 3
    assert await taken(budget, Priority.FOREGROUND, 20) == 1
    assert [await budget.take(priority) > 0 for priority in Priority] == [True] * 3


async def test_a_place_is_free_again_when_it_was_said_to_be() -> None:
    clock = Clock()
    budget = OwnBudget(2, clock)
    await budget.take(Priority.FOREGROUND)
    clock.now += 10
    await budget.take(Priority.FOREGROUND)
    assert await budget.take(Priority.FOREGROUND) == WINDOW_S - 10
    clock.now += WINDOW_S - 10
    assert await budget.take(Priority.FOREGROUND) == 0
    assert await budget.take(Priority.FOREGROUND) == 10


async def test_who_polls_waits_until_its_own_part_is_free() -> None:
    clock = Clock()
    budget = OwnBudget(10, clock)
    for _ in range(10):
        await budget.take(Priority.FOREGROUND)
        clock.now += 1
    assert await budget.take(Priority.FOREGROUND) == WINDOW_S - 10
    assert await budget.take(Priority.POLLING) == WINDOW_S - 10 + 4


async def test_the_smallest_ceiling_still_lets_everybody_through() -> None:
    for priority in Priority:
        assert await taken(OwnBudget(1, Clock()), priority, 3) == 1


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from(Priority)), min_size=1, max_size=120))
async def test_no_minute_holds_more_calls_than_the_ceiling(asked: Sequence[tuple[float, Priority]]) -> None:
    clock = Clock()
    budget = OwnBudget(7, clock)
    made: list[float] = []
    for pause, priority in asked:
        clock.now += pause
        if not await budget.take(priority):
            made.append(clock.now)
    for instant in made:
        assert sum(instant - WINDOW_S < other <= instant for other in made) <= 7


async def test_without_a_ceiling_there_is_always_a_place() -> None:
    assert [await Unlimited().take(Priority.POLLING) for _ in range(1000)] == [0.0] * 1000


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"x-ratelimit-reset": "12"}, 12),
        ({"retry-after": "3", "x-ratelimit-reset": "12"}, 3),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "x-ratelimit-reset": "12"}, 12),
        ({"x-ratelimit-reset": "1790000000"}, 5),
        ({"retry-after": "86400"}, 60),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "-5"}, 5),
        ({}, 5),
    ],
)
def test_an_endpoint_rests_for_as_long_as_it_says_within_reason(headers: dict[str, str], seconds: int) -> None:
    clock = Clock()
    rests = Rests(clock)
    rests.begin("verify", headers)
    assert rests.left("verify") == seconds
    assert rests.left("initialize") == 0
    clock.now += seconds
    assert rests.left("verify") == 0
