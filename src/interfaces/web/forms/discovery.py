"""The search form: it lives in the address, so a value that makes no sense is left out and said so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from application.consultants.views import DiscoveryQuery, Sorting
from application.money_view import MoneyView
from application.paging import FIRST_PAGE, PageRequest
from domain.refusals import Invalid
from domain.text import is_clean
from interfaces.web import time_words
from interfaces.web.forms.form import Form
from interfaces.web.language import gettext
from interfaces.web.money_words import money_in_words, read_money

Value = TypeVar("Value")
FILTERS = (
    "q",
    "specialization",
    "language",
    "min_rating",
    "max_price",
    "available_from",
    "available_to",
    "bookable",
)
YES = "yes"
PATH = "/consultants"


def ratings() -> dict[str, str]:
    """The lowest averages that the form offers."""
    return {
        "3": gettext("3 stars or more"),
        "4": gettext("4 stars or more"),
        "4.5": gettext("4.5 stars or more"),
    }


class DiscoveryForm(Form):
    """Filters and order of discovery; `ignored` are values that made no sense.

    Dates are days in the zone, the last one included; prices are in the currency.
    """

    FIELDS = (*FILTERS, "sort")

    def __init__(self, typed: Mapping[str, str], zone: ZoneInfo, currency: str) -> None:
        super().__init__({name: value.strip()[:200] for name, value in typed.items() if is_clean(value)})
        self.typed = {name: value for name, value in self.typed.items() if value}
        self.ignored: list[str] = []
        self._zone = zone
        self._currency = currency
        self._wanted = self._read()

    def query(self, page: PageRequest = FIRST_PAGE) -> DiscoveryQuery:
        """What was asked for."""
        return DiscoveryQuery(**self._wanted, page=page)

    def nearest_queries(self, page: PageRequest) -> list[DiscoveryQuery]:
        """What to look for when nobody fits, nearest first: the subject alone, half of it, anybody at all."""
        subject = {name: self._wanted[name] for name in ("words", "specialization") if self._wanted[name]}
        wider = [subject] if len(self.in_force) > len(subject) else []
        if len(subject) > 1:
            wider += [{name: value} for name, value in subject.items()]
        return [DiscoveryQuery(**wanted, page=page) for wanted in [*wider, {}]]

    @property
    def address(self) -> str:
        """The address of this search."""
        return self._address(self.typed)

    def without(self, name: str) -> str:
        """The address of the same search without that filter."""
        return self._address({key: value for key, value in self.typed.items() if key != name})

    def then(self, cursor: str) -> str:
        """The address of the page that follows."""
        return self._address({**self.typed, "cursor": cursor})

    @property
    def in_force(self) -> dict[str, str]:
        """The filters that are set, by name, in words."""
        return {name: self._in_words(name) for name in FILTERS if name in self.typed}

    @staticmethod
    def _address(fields: Mapping[str, str]) -> str:
        return f"{PATH}?{urlencode(fields)}" if fields else PATH

    def _read(self) -> dict[str, Any]:
        first = self._value("available_from", _date)
        last = self._value("available_to", _date)
        if first and last and last < first:
            self._ignore("available_to")
            last = None
        return {
            "words": self.typed.get("q"),
            "specialization": self.typed.get("specialization"),
            "language": self.typed.get("language"),
            "min_rating": self._value("min_rating", _rating),
            "max_price": self._value(
                "max_price", lambda typed: read_money(typed, self._currency, field="").amount
            ),
            "available_from": time_words.start_of_day(first, self._zone) if first else None,
            "available_to": time_words.start_of_day(last + timedelta(days=1), self._zone) if last else None,
            "is_bookable": self._value("bookable", _yes) or False,
            "sorting": self._value("sort", Sorting),
        }

    def _value(self, name: str, read: Callable[[str], Value]) -> Value | None:
        typed = self.typed.get(name)
        if typed is None:
            return None
        try:
            return read(typed)
        except (Invalid, ValueError):
            self._ignore(name)
            return None

    def _ignore(self, name: str) -> None:
        typed = self.typed.pop(name)
        said = gettext("{field} “{value}”").format(field=_names()[name], value=typed[:40])
        self.ignored.append(said)

    def _in_words(self, name: str) -> str:
        value = self.typed[name]
        if name == "q":
            return gettext("“{words}”").format(words=value)
        if name == "min_rating":
            return ratings().get(value) or gettext("{count} stars or more").format(count=value)
        if name == "max_price":
            most = read_money(value, self._currency, field=name).amount
            if not most:
                return gettext("Free of charge")
            return gettext("Up to {price}").format(price=money_in_words(MoneyView(most, self._currency)))
        if name in ("available_from", "available_to"):
            on = time_words.calendar_date(_date(value))
            text = gettext("Free from {date}") if name == "available_from" else gettext("Free until {date}")
            return text.format(date=on)
        if name == "bookable":
            return _names()[name]
        return gettext("{field}: {value}").format(field=_names()[name], value=value)


def _names() -> dict[str, str]:
    return {
        "specialization": gettext("Specialisation"),
        "language": gettext("Language"),
        "min_rating": gettext("Lowest rating"),
        "max_price": gettext("Highest price"),
        "available_from": gettext("Free from"),
        "available_to": gettext("Free until"),
        "bookable": gettext("Only with a free time"),
        "sort": gettext("Order"),
    }


def _rating(typed: str) -> float:
    if typed not in ("1", "2", "3", "4", "4.5", "5"):
        raise ValueError
    return float(typed)


def _yes(typed: str) -> bool:
    if typed != YES:
        raise ValueError
    return True


def _date(typed: str) -> date:
    return time_words.read_date(typed, field="")
