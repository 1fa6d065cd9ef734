"""What becomes of single sessions when many are changed at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.availability import Slot, SlotStatus
from domain.calendar_changes import KeptBecause, Outcome, Rule, SlotChange, changed, close, reopen, withdraw_free
from tests.unit.domain.examples import NOW, a_slot, a_span, some_terms

OPEN, CLOSED = SlotStatus.OPEN, SlotStatus.CLOSED
BEGUN = some_terms(span=a_span(starts_in=timedelta(0)))


@pytest.mark.parametrize(
    ("rule", "before", "outcome", "after"),
    [
        (close, a_slot(), Outcome.CLOSED, CLOSED),
        (close, a_slot(seats_taken=1), Outcome.CLOSED, CLOSED),
        (reopen, a_slot(status=CLOSED), Outcome.REOPENED, OPEN),
        (withdraw_free, a_slot(), Outcome.WITHDRAWN, SlotStatus.CANCELLED),
        (withdraw_free, a_slot(status=CLOSED), Outcome.WITHDRAWN, SlotStatus.CANCELLED),
        (withdraw_free, a_slot(terms=BEGUN), Outcome.WITHDRAWN, SlotStatus.CANCELLED),
    ],
)
def test_what_happens_to_a_session(rule: Rule, before: Slot, outcome: Outcome, after: SlotStatus) -> None:
    assert rule(before, NOW) == SlotChange(outcome, replace(before, status=after))


@pytest.mark.parametrize(
    ("rule", "slot", "reason"),
    [
        (close, a_slot(status=CLOSED), KeptBecause.ALREADY_CLOSED),
        (close, a_slot(terms=BEGUN), KeptBecause.HAS_BEGUN),
        (reopen, a_slot(), KeptBecause.ALREADY_OPEN),
        (reopen, a_slot(terms=BEGUN, status=CLOSED), KeptBecause.HAS_BEGUN),
        (withdraw_free, a_slot(seats_taken=1), KeptBecause.HAS_SEATS_TAKEN),
        (withdraw_free, replace(a_slot(), people_waiting=1), KeptBecause.HAS_PEOPLE_WAITING),
    ],
)
def test_why_a_session_is_kept(rule: Rule, slot: Slot, reason: KeptBecause) -> None:
    change = rule(slot, NOW)
    assert change == SlotChange(Outcome.KEPT, slot, reason)
    assert changed([change]) == []


def test_a_session_that_is_closed_still_follows_its_pattern() -> None:
    slot = replace(a_slot(), pattern_id=uuid4())
    assert close(slot, NOW).slot.pattern_id == slot.pattern_id
