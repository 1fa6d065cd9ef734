"""The form that narrows a consultant's list of bookings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from application.bookings.views import BookingFilter
from application.paging import PageRequest
from domain.bookings import BookingStatus
from domain.refusals import Invalid
from interfaces.web import consultant_words, time_words
from interfaces.web.forms.form import Form
from interfaces.web.language import gettext, translated

LONGEST_SEARCH = 200
DAY = timedelta(days=1)
COMING = "coming"


@dataclass(frozen=True, slots=True)
class _Narrowing:
    status: BookingStatus | None = None
    is_ahead: bool | None = None
    lacks_link: bool = False
    soonest_first: bool = False


_NARROWING = {
    COMING: _Narrowing(is_ahead=True, soonest_first=True),
    "no-link": _Narrowing(lacks_link=True, soonest_first=True),
    "over": _Narrowing(status=BookingStatus.CONFIRMED, is_ahead=False, soonest_first=True),
    "all": _Narrowing(),
} | {status.value: _Narrowing(status=status) for status in BookingStatus if status is not BookingStatus.CONFIRMED}


class BookingsFilterForm(Form):
    """What is asked for in the address. What cannot be read is left out, and said."""

    FIELDS = ("state", "q", "from", "to")

    def __init__(self, typed: Mapping[str, str], zone: ZoneInfo) -> None:
        super().__init__(typed)
        self._zone = zone
        self.misread: list[str] = []
        if self["state"] and self["state"] not in _NARROWING:
            self.misread.append(gettext("There is no such state, so bookings of all that is to come are shown."))
            del self.typed["state"]
        self._since = self._day("from")
        self._until = self._day("to")

    @property
    def state(self) -> str:
        """By which the list is narrowed first."""
        return self["state"] or COMING

    @property
    def words(self) -> str:
        """What is looked for."""
        return self["q"].strip()[:LONGEST_SEARCH]

    def wanted(self, page: PageRequest) -> BookingFilter:
        """Days are the consultant's; the last one is included."""
        narrowing = _NARROWING[self.state]
        return BookingFilter(
            status=narrowing.status,
            is_ahead=narrowing.is_ahead,
            lacks_link=narrowing.lacks_link,
            soonest_first=narrowing.soonest_first,
            words=self.words or None,
            since=self._since,
            until=self._until and self._until + DAY,
            page=page,
        )

    def query(self, *, without: str = "") -> str:
        """The filters in force, for an address: `?state=over`, or nothing."""
        kept = {name: self[name].strip() for name in self.FIELDS if name != without and self[name].strip()}
        return f"?{urlencode(kept)}" if kept else ""

    def chips(self, address: str) -> list[tuple[str, str]]:
        """Each filter in force: where it is gone, and what it says."""
        said = {
            "state": consultant_words.states()[self.state],
            "q": gettext("“{words}”").format(words=self.words),
            "from": gettext("from {date}").format(date=self["from"]),
            "to": gettext("until {date}").format(date=self["to"]),
        }
        return [(address + self.query(without=name), said[name]) for name in self.FIELDS if self[name].strip()]

    def _day(self, name: str) -> datetime | None:
        if not self[name].strip():
            return None
        try:
            return time_words.start_of_day(time_words.read_date(self[name], field=name), self._zone)
        except Invalid as refusal:
            self.misread += [translated(error.message) for error in refusal.errors]
            del self.typed[name]
            return None
