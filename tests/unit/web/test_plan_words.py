"""What a preview says of sessions at times that clocks show twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from domain.availability import Slot, SlotTerms
from domain.money import Money
from domain.time_span import TimeSpan
from interfaces.web import plan_words

NEW_YORK = ZoneInfo("America/New_York")


def slot_at(starts_at: datetime) -> Slot:
    terms = SlotTerms(span=TimeSpan(starts_at, starts_at + timedelta(hours=1)), capacity=1, price=Money(0, "NGN"))
    return Slot.publish(slot_id=uuid4(), consultant_id=uuid4(), terms=terms, now=starts_at - timedelta(days=1))


@pytest.mark.parametrize(
    ("hour", "said"), [(5, "it is the first one"), (6, "it is the second one"), (7, ""), (4, "")]
)
def test_a_time_that_comes_twice_says_which_of_the_two_it_is(hour: int, said: str) -> None:
    slot = slot_at(datetime(2026, 11, 1, hour, 30, tzinfo=UTC))
    planned = plan_words.of_slot(slot, NEW_YORK, plan_words.new())
    assert planned.why.endswith(said)
    assert bool(planned.why) == bool(said)
