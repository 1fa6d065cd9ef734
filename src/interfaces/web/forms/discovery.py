"""The search form: it lives in the address, so a value that makes no sense is left out and said so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from application.consultants.views import DiscoveryQuery, Sorting
from application.paging import PageRequest
from domain.refusals import Invalid
from domain.text import is_clean
from interfaces.web import time_words
from interfaces.web.forms.form import Form
from interfaces.web.money_words import read_money

Value = TypeVar("Value")
RATINGS = {"3": "3 stars or more", "4": "4 stars or more", "4.5": "4.5 stars or more"}
LABELS = {
    "q": "Words",
    "specialization": "Specialisation",
    "language": "Language",
    "min_rating": "Rating",
    "max_price": "Highest price",
    "available_from": "From",
    "available_to": "To",
    "bookable": "Only with a free time",
}
YES = "yes"


class DiscoveryForm(Form):
    """Filters and order of discovery."""

    FIELDS = (*LABELS, "sort")

    def __init__(self, typed: Mapping[str, str] | None = None) -> None:
        super().__init__({name: value.strip()[:200] for name, value in (typed or {}).items() if is_clean(value)})
        self.typed = {name: value for name, value in self.typed.items() if value}
        self.ignored: list[str] = []

    def query(self, zone: ZoneInfo, currency: str, page: PageRequest) -> DiscoveryQuery:
        """What was asked for. Dates are days in the zone, the last one included."""
        last = self._value("available_to", lambda typed: time_words.read_date(typed, field=""))
        return DiscoveryQuery(
            words=self.typed.get("q"),
            specialization=self.typed.get("specialization"),
            language=self.typed.get("language"),
            min_rating=self._value("min_rating", _rating),
            max_price=self._value("max_price", lambda typed: read_money(typed, currency, field="").amount),
            available_from=self._value("available_from", lambda typed: _day(typed, zone)),
            available_to=time_words.start_of_day(last + timedelta(days=1), zone) if last else None,
            is_bookable=self._value("bookable", _yes) or False,
            sorting=self._value("sort", Sorting),
            page=page,
        )

    @property
    def address(self) -> str:
        """The address of this search. `query` takes out of it what makes no sense."""
        return self.without("")

    def without(self, name: str) -> str:
        """The address of the same search without that filter."""
        return "/consultants?" + urlencode({key: value for key, value in self.typed.items() if key != name})

    def then(self, cursor: str) -> str:
        """The address of the page that follows."""
        return "/consultants?" + urlencode({**self.typed, "cursor": cursor})

    @property
    def in_force(self) -> dict[str, str]:
        """The filters that are set, by name, in words."""
        shown = {name: f"{LABELS[name]}: {value}" for name, value in self.typed.items() if name in LABELS}
        if "min_rating" in shown:
            shown["min_rating"] = RATINGS.get(self.typed["min_rating"], shown["min_rating"])
        if "bookable" in shown:
            shown["bookable"] = LABELS["bookable"]
        return shown

    @property
    def is_narrowed(self) -> bool:
        """Whether filters beside the words are set."""
        return bool(self.in_force.keys() - {"q"})

    def _value(self, name: str, read: Callable[[str], Value]) -> Value | None:
        typed = self.typed.get(name)
        if typed is None:
            return None
        try:
            return read(typed)
        except (Invalid, ValueError):
            del self.typed[name]
            self.ignored.append(f"{LABELS.get(name, 'Order')} “{typed[:40]}”")
            return None


def _rating(typed: str) -> float:
    if typed not in RATINGS and typed not in {"1", "2", "5"}:
        raise ValueError
    return float(typed)


def _yes(typed: str) -> bool:
    if typed != YES:
        raise ValueError
    return True


def _day(typed: str, zone: ZoneInfo) -> datetime:
    return time_words.start_of_day(time_words.read_date(typed, field=""), zone)
