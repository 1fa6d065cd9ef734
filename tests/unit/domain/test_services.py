"""Services: their bounds, and that all faults are told at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.availability import Buffers
from domain.money import Money
from domain.refusals import Invalid
from domain.services import LONGEST_DESCRIPTION, LONGEST_NAME, Service, ServiceNotOffered
from tests.unit.domain.examples import CONSULTANT_ID, FREE, PRICE

MINUTE = timedelta(minutes=1)


def a_service(**changes: Any) -> Service:
    """Half an hour for one person, with a quarter of an hour to write it up."""
    facts: dict[str, Any] = {
        "id": uuid4(),
        "consultant_id": CONSULTANT_ID,
        "name": "Contract review",
        "description": "Send me the contract a day before.",
        "length": 30 * MINUTE,
        "price": PRICE,
        "capacity": 1,
        "buffers": Buffers(after=15 * MINUTE),
    }
    return Service(**facts | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x" * LONGEST_NAME},
        {"description": ""},
        {"description": "x" * LONGEST_DESCRIPTION},
        {"description": "First line\nsecond line"},
        {"length": 5 * MINUTE},
        {"length": timedelta(hours=24)},
        {"price": FREE},
        {"price": Money(50_00, "NGN")},
        {"capacity": 1000},
    ],
)
def test_a_service_within_its_bounds(changes: dict[str, Any]) -> None:
    assert a_service(**changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "x" * (LONGEST_NAME + 1)}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"description": "x" * (LONGEST_DESCRIPTION + 1)}, "description"),
        ({"description": "\x07"}, "description"),
        ({"length": 4 * MINUTE}, "length_minutes"),
        ({"length": timedelta(hours=24, minutes=1)}, "length_minutes"),
        ({"length": timedelta(minutes=30, seconds=1)}, "length_minutes"),
        ({"length": -30 * MINUTE}, "length_minutes"),
        ({"price": Money(49_99, "NGN")}, "price"),
        ({"capacity": 0}, "max_slots"),
        ({"capacity": 1001}, "max_slots"),
    ],
)
def test_a_service_outside_its_bounds_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_service(**changes)
    assert [error.field for error in refusal.value.errors] == [field]


def test_every_fault_of_a_service_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        a_service(name="", length=MINUTE, capacity=0)
    assert [error.field for error in refusal.value.errors] == ["name", "length_minutes", "max_slots"]


def test_only_offered_services_get_new_sessions() -> None:
    a_service().require_offered()
    with pytest.raises(ServiceNotOffered):
        a_service(is_offered=False).require_offered()
