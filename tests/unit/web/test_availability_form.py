"""Many rows in one form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from application.availability.save_availability import RowRefused
from application.availability.views import AvailabilityView
from application.money_view import MoneyView
from domain.availability import CapacityBelowSeatsTaken, SlotHasSeatsTaken, SlotOverlap
from domain.money import Money
from domain.refusals import Invalid, NotFound
from interfaces.web.forms.availability import AvailabilityForm

LAGOS = ZoneInfo("Africa/Lagos")
NEW_YORK = ZoneInfo("America/New_York")
PRICE = MoneyView(500_000, "NGN")


def slot(starts_at: datetime = datetime(2026, 11, 23, 8, tzinfo=UTC)) -> AvailabilityView:
    """A stored session of one hour."""
    return AvailabilityView(
        id=uuid4(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        max_slots=2,
        seats_taken=0,
        price=PRICE,
        status="open",
        service_id=None,
        pattern_id=None,
        buffer_before_minutes=0,
        buffer_after_minutes=0,
        people_waiting=0,
        version=7,
    )


def sent(
    form: AvailabilityForm, zone: ZoneInfo = LAGOS, slots: list[AvailabilityView] | None = None, **typed: str
) -> AvailabilityForm:
    """What comes back when somebody types into the form as shown. `row__field` names a field."""
    changes = {f"rows.{name.lstrip('_').replace('__', '.')}": value for name, value in typed.items()}
    return AvailabilityForm(form.typed | changes, slots or [], zone, PRICE)


def blank(zone: ZoneInfo = LAGOS, rows: int = 2) -> AvailabilityForm:
    """A form with blank rows only."""
    return AvailabilityForm.of([], zone, PRICE, blank_rows=rows)


def test_blank_rows_are_nothing_to_save() -> None:
    assert sent(blank()).command() == []


def test_a_new_row_is_read_in_the_consultants_zone() -> None:
    form = sent(blank(), _0__starts_on="2026-11-23", _0__starts_at="09:00", _0__ends_at="10:30", _0__max_slots="5")
    [row] = form.command()
    assert row.slot_id is None
    assert row.starts_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert row.ends_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert (row.capacity, row.price) == (5, Money(500_000, "NGN"))


def test_an_end_before_the_start_is_on_the_next_day() -> None:
    form = sent(blank(), _0__starts_on="2026-11-23", _0__starts_at="23:00", _0__ends_at="00:30")
    [row] = form.command()
    assert row.starts_at is not None
    assert row.ends_at is not None
    assert row.ends_at - row.starts_at == timedelta(minutes=90)


def test_unchanged_rows_are_left_alone() -> None:
    slots = [slot(), slot(datetime(2026, 11, 24, 8, tzinfo=UTC))]
    form = AvailabilityForm.of(slots, LAGOS, PRICE, blank_rows=2)
    assert sent(form, slots=slots).command() == []
    [row] = sent(form, slots=slots, _1__price="6,000").command()
    assert row.slot_id == slots[1].id
    assert row.price == Money(600_000, "NGN")
    assert row.expected_version == 7


def test_a_session_in_the_second_of_two_equal_hours_stays_there_when_its_price_changes() -> None:
    second = slot(datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    form = AvailabilityForm.of([second], NEW_YORK, PRICE, blank_rows=0)
    [row] = sent(form, NEW_YORK, [second], _0__price="1").command()
    assert row.starts_at == second.starts_at
    assert row.ends_at == second.ends_at


def test_a_removed_row_needs_no_valid_fields() -> None:
    slots = [slot()]
    form = AvailabilityForm.of(slots, LAGOS, PRICE, blank_rows=0)
    [row] = sent(form, slots=slots, _0__remove="yes", _0__price="").command()
    assert row.remove
    assert row.slot_id == slots[0].id


def test_every_wrong_field_of_every_row_is_named_and_everything_typed_is_kept() -> None:
    form = sent(
        blank(),
        _0__starts_on="2026-11-23",
        _0__starts_at="9 am",
        _0__ends_at="",
        _0__price="much",
        _1__starts_on="tomorrow",
        _1__starts_at="09:00",
        _1__ends_at="10:00",
        _1__max_slots="two",
    )
    with pytest.raises(Invalid) as refused:
        form.command()
    form.take(refused.value)
    assert list(form.errors) == [
        "rows.0.starts_at",
        "rows.0.ends_at",
        "rows.0.price",
        "rows.1.starts_on",
        "rows.1.max_slots",
    ]
    assert form["rows.0.starts_at"] == "9 am"


def test_a_time_that_clocks_skip_is_refused_at_its_row() -> None:
    form = sent(blank(NEW_YORK), NEW_YORK, _1__starts_on="2027-03-14", _1__starts_at="02:30", _1__ends_at="04:00")
    with pytest.raises(Invalid) as refused:
        form.command()
    assert [error.field for error in refused.value.errors] == ["rows.1.starts_at"]


def test_a_refused_row_is_found_again_behind_rows_that_were_not_sent() -> None:
    slots = [slot(), slot(datetime(2026, 11, 24, 8, tzinfo=UTC))]
    shown = AvailabilityForm.of(slots, LAGOS, PRICE, blank_rows=1)
    form = sent(shown, slots=slots, _1__max_slots="1")
    assert len(form.command()) == 1
    form.take(RowRefused(0, CapacityBelowSeatsTaken(2)))
    assert list(form.errors) == ["rows.1.max_slots"]
    assert form.status == 409


@pytest.mark.parametrize("refusal", [SlotOverlap(), SlotHasSeatsTaken(), NotFound()])
def test_a_refused_row_says_why_at_its_start(refusal: SlotOverlap | SlotHasSeatsTaken | NotFound) -> None:
    form = sent(blank(), _1__starts_on="2026-11-23", _1__starts_at="09:00", _1__ends_at="10:00")
    form.command()
    form.take(RowRefused(0, refusal))
    assert list(form.errors) == ["rows.1.starts_at"]


def test_a_row_out_of_bounds_says_so_at_its_fields() -> None:
    form = sent(blank(), _1__starts_on="2020-11-23", _1__starts_at="09:00", _1__ends_at="09:00")
    form.command()
    form.take(RowRefused(0, Invalid.field("ends_at", "The end has to be after the start.")))
    assert form.errors == {"rows.1.ends_at": "The end has to be after the start."}
    assert form.status == 422


def test_another_row_comes_at_the_end_with_the_usual_price() -> None:
    form = blank(rows=1)
    form.add_rows(1)
    assert [row.number for row in form.rows] == [0, 1]
    assert form["rows.1.price"] == "5000"


@pytest.mark.parametrize("name", ["rows.0.is_admin", "rows.x.price", "rows.-1.price", "rows.999.price", "price"])
def test_other_fields_are_ignored(name: str) -> None:
    assert AvailabilityForm({name: "1"}, [], LAGOS, PRICE).typed == {}
