"""The form for one's availability: many rows, one save."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from application.availability.save_availability import MOST_ROWS, RowRefused, SlotRow
from application.availability.views import AvailabilityView
from application.money_view import MoneyView
from domain.availability import SlotOverlap, SlotStatus
from domain.money import Money
from domain.refusals import FieldError, Invalid, Kind, Refusal
from interfaces.web import time_words
from interfaces.web.forms.form import STATUS, Form, Reading
from interfaces.web.language import gettext, translated
from interfaces.web.money_words import money_as_typed

ROW_FIELDS = (
    "slot_id",
    "version",
    "service_id",
    "starts_on",
    "starts_at",
    "ends_at",
    "max_slots",
    "price",
    "status",
    "remove",
)
_NAME = re.compile(r"rows\.([0-9]{1,3})\.([a-z_]+)\Z")
STATUSES = {"open": SlotStatus.OPEN, "closed": SlotStatus.CLOSED}


@dataclass(frozen=True, slots=True)
class RowPlace:
    """One row as the page shows it; `slot` is the stored one, if it is there and known."""

    number: int
    slot: AvailabilityView | None
    is_new: bool

    def name(self, field: str) -> str:
        """The field's name in this row."""
        return f"rows.{self.number}.{field}"


class AvailabilityForm(Form):
    """Rows of slots in the consultant's zone. Blank new rows are ignored, unchanged ones left alone.

    A row that ends at an earlier time than it starts ends on the next day. What a new row leaves empty is as its
    service says; without one, it is one seat at the consultant's usual price.
    """

    def __init__(
        self,
        typed: Mapping[str, str],
        slots: list[AvailabilityView],
        zone: ZoneInfo,
        default_price: MoneyView,
        *,
        has_services: bool = False,
    ) -> None:
        super().__init__(typed)
        self._slots = {str(slot.id): slot for slot in slots}
        self._zone = zone
        self._default_price = default_price
        self._has_services = has_services
        self._sent: list[int] = []

    @classmethod
    def of(
        cls,
        slots: list[AvailabilityView],
        zone: ZoneInfo,
        default_price: MoneyView,
        *,
        blank_rows: int,
        has_services: bool = False,
    ) -> AvailabilityForm:
        """Filled with what is stored, and some blank rows."""
        form = cls({}, slots, zone, default_price, has_services=has_services)
        for number, slot in enumerate(slots):
            form.typed |= {f"rows.{number}.{field}": value for field, value in _shown(slot, zone).items()}
        form.add_rows(blank_rows)
        return form

    def has_field(self, name: str) -> bool:
        """Whether it is a field of a row."""
        found = _NAME.match(name)
        return found is not None and found.group(2) in ROW_FIELDS and int(found.group(1)) < 2 * MOST_ROWS

    @property
    def rows(self) -> list[RowPlace]:
        """In page order."""
        numbers = sorted({int(found.group(1)) for name in self.typed if (found := _NAME.match(name))})
        return [
            RowPlace(number, self._slots.get(self._of(number, "slot_id")), not self._of(number, "slot_id"))
            for number in numbers
        ]

    def add_rows(self, count: int) -> None:
        """Blank ones, at the end. Where there are services, seats and price wait for the choice of one."""
        first = max((row.number for row in self.rows), default=-1) + 1
        for number in range(first, min(first + count, MOST_ROWS)):
            self.typed |= {
                f"rows.{number}.{field}": value
                for field, value in (
                    ("service_id", ""),
                    ("starts_on", ""),
                    ("starts_at", ""),
                    ("ends_at", ""),
                    ("max_slots", "" if self._has_services else "1"),
                    ("price", "" if self._has_services else money_as_typed(self._default_price)),
                )
            }

    def command(self) -> list[SlotRow]:
        """The rows that add, change or remove something. Raises `Invalid` with the mistakes of all rows."""
        found: list[SlotRow] = []
        errors: list[FieldError] = []
        self._sent = []
        for row in self.rows:
            try:
                wanted = self._read(row)
            except Invalid as refusal:
                errors += refusal.errors
                continue
            if wanted is not None:
                found.append(wanted)
                self._sent.append(row.number)
        if errors:
            raise Invalid(errors)
        return found

    def take(self, refusal: Refusal) -> None:
        """A refused row shows its reason at its fields."""
        if not isinstance(refusal, RowRefused):
            super().take(refusal)
            return
        reason, number = refusal.refusal, self._sent[refusal.row]
        if isinstance(reason, Invalid):
            super().take(
                Invalid(FieldError(f"rows.{number}.{error.field}", error.message) for error in reason.errors)
            )
            return
        sentence = self._sentence(reason)
        at = "max_slots" if reason.code == "capacity_below_seats_taken" else "starts_at"
        self.errors[f"rows.{number}.{at}"] = sentence
        self.status = STATUS.get(reason.kind, 409)

    def _sentence(self, reason: Refusal) -> str:
        """Why a row is refused; what it overlaps is named as the consultant's clocks show it."""
        if reason.kind is Kind.MISSING:
            return gettext("This session is not there any more.")
        if isinstance(reason, SlotOverlap) and reason.other:
            when = time_words.span(reason.other.starts_at, reason.other.ends_at, self._zone)
            return gettext(
                "This overlaps your session on {when}, or the time that you keep free around it."
            ).format(when=when)
        return translated(reason.said)

    def _of(self, number: int, field: str) -> str:
        return self.typed.get(f"rows.{number}.{field}", "").strip()

    def _read(self, row: RowPlace) -> SlotRow | None:
        if row.is_new and not any(self._of(row.number, field) for field in ("starts_on", "starts_at", "ends_at")):
            return None
        if not row.is_new and row.slot is not None and self._is_as_shown(row, row.slot):
            return None
        read = Reading(self.typed)
        slot_id = self._slot_id(row)
        version = read.whole_number(row.name("version"), "Load this page again.") if slot_id else None
        if self._of(row.number, "remove"):
            read.done()
            return SlotRow(slot_id=slot_id, remove=True, expected_version=version) if slot_id else None
        starts_at, ends_at = self._times(row, read)
        wanted = SlotRow(
            slot_id=slot_id,
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=self._capacity(row, read),
            price=self._price(row, read),
            service_id=self._service_id(row),
            status=STATUSES.get(self._of(row.number, "status")) if slot_id else None,
            expected_version=version,
        )
        read.done()
        return wanted

    def _service_id(self, row: RowPlace) -> UUID | None:
        """That of a new row; one that is there stays what it is."""
        typed = self._of(row.number, "service_id")
        if not row.is_new or not typed:
            return None
        try:
            return UUID(typed)
        except ValueError:
            raise Invalid.field(row.name("service_id"), "Choose one of your services.") from None

    def _slot_id(self, row: RowPlace) -> UUID | None:
        if row.is_new:
            return None
        try:
            return UUID(self._of(row.number, "slot_id"))
        except ValueError:
            raise Invalid.field(row.name("starts_at"), "Load this page again.") from None

    def _is_as_shown(self, row: RowPlace, slot: AvailabilityView) -> bool:
        shown = _shown(slot, self._zone)
        return not self._of(row.number, "remove") and all(
            self._of(row.number, field) == value for field, value in shown.items()
        )

    def _times(self, row: RowPlace, read: Reading) -> tuple[datetime | None, datetime | None]:
        shown = _shown(row.slot, self._zone) if row.slot else None
        if (
            row.slot
            and shown
            and all(self._of(row.number, field) == shown[field] for field in ("starts_on", "starts_at", "ends_at"))
        ):
            # Reading the wall time back would move a session that starts in the second of two equal hours.
            return row.slot.starts_at, row.slot.ends_at
        on = read.check.attempt(
            lambda: time_words.read_date(self._of(row.number, "starts_on"), field=row.name("starts_on"))
        )
        first = self._time(row, read, "starts_at")
        is_as_long_as_service = (
            row.is_new and self._of(row.number, "service_id") and not self._of(row.number, "ends_at")
        )
        last = None if is_as_long_as_service else self._time(row, read, "ends_at")
        if on is None or first is None:
            return None, None
        starts_at = read.check.attempt(
            lambda: time_words.wall_to_instant(on, first, self._zone, field=row.name("starts_at"))
        )
        if last is None:
            return starts_at, None
        ends_on = on + timedelta(days=1) if last < first else on
        ends_at = read.check.attempt(
            lambda: time_words.wall_to_instant(ends_on, last, self._zone, field=row.name("ends_at"))
        )
        return starts_at, ends_at

    def _time(self, row: RowPlace, read: Reading, field: str) -> time | None:
        return read.check.attempt(lambda: time_words.read_time(self._of(row.number, field), field=row.name(field)))

    def _capacity(self, row: RowPlace, read: Reading) -> int | None:
        if row.is_new and not self._of(row.number, "max_slots"):
            return None
        return read.whole_number(row.name("max_slots"), "Enter how many seats there are, such as 1.")

    def _price(self, row: RowPlace, read: Reading) -> Money | None:
        if row.is_new and not self._of(row.number, "price"):
            usual = Money(self._default_price.amount, self._default_price.currency)
            return None if self._of(row.number, "service_id") else usual
        return read.money(row.name("price"), row.slot.price.currency if row.slot else self._default_price.currency)


def _shown(slot: AvailabilityView, zone: ZoneInfo) -> dict[str, str]:
    """What the fields of a stored slot hold before anybody types."""
    first, last = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    return {
        "slot_id": str(slot.id),
        "version": str(slot.version),
        "starts_on": first.strftime("%Y-%m-%d"),
        "starts_at": first.strftime("%H:%M"),
        "ends_at": last.strftime("%H:%M"),
        "max_slots": str(slot.max_slots),
        "price": money_as_typed(slot.price),
        "status": slot.status,
    }
