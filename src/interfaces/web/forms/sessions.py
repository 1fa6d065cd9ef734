"""By what a client looks through their sessions: it lives in the address, so what makes no sense is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from application.bookings.views import BookingFilter
from application.paging import PageRequest
from domain.bookings import BookingStatus
from domain.refusals import Invalid
from domain.text import is_clean
from interfaces.web import booking_words, time_words
from interfaces.web.forms.form import Form
from interfaces.web.language import gettext

PATH = "/bookings"


class SessionFilterForm(Form):
    """A state, and the days between which sessions start; `ignored` are values that made no sense, in words."""

    FIELDS = ("state", "from", "until")

    def __init__(self, typed: Mapping[str, str]) -> None:
        super().__init__({name: value.strip()[:40] for name, value in typed.items() if is_clean(value)})
        self.typed = {name: value for name, value in self.typed.items() if value}
        self.ignored: list[str] = []
        self._state = self._read_state()
        self._from, self._until = self._read_day("from"), self._read_day("until")

    @property
    def is_in_force(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.typed)

    @property
    def address(self) -> str:
        """The address of this choice."""
        return f"{PATH}?{urlencode(self.typed)}" if self.typed else PATH

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What is in force in words, each with the address of the same choice without it."""
        return [(self._without(name), self._in_words(name)) for name in self.FIELDS if name in self.typed]

    def wanted(self, zone: ZoneInfo, page: PageRequest) -> BookingFilter:
        """What was asked for; days are days in the zone, the last one included."""
        return BookingFilter(
            status=self._state,
            since=time_words.start_of_day(self._from, zone) if self._from else None,
            until=time_words.start_of_day(self._until + timedelta(days=1), zone) if self._until else None,
            page=page,
        )

    def _read_state(self) -> BookingStatus | None:
        try:
            return BookingStatus(self.typed["state"]) if "state" in self.typed else None
        except ValueError:
            self._ignore("state")
            return None

    def _read_day(self, name: str) -> date | None:
        try:
            return time_words.read_date(self.typed[name], field=name) if name in self.typed else None
        except Invalid:
            self._ignore(name)
            return None

    def _ignore(self, name: str) -> None:
        value = self.typed.pop(name)
        names = {"state": gettext("State"), "from": gettext("From"), "until": gettext("Until")}
        self.ignored.append(gettext("{field} “{value}”").format(field=names[name], value=value))

    def _in_words(self, name: str) -> str:
        if name == "state":
            return booking_words.states()[self.typed[name]]
        day = time_words.calendar_date(time_words.read_date(self.typed[name], field=name))
        return gettext("From {day}").format(day=day) if name == "from" else gettext("Until {day}").format(day=day)

    def _without(self, name: str) -> str:
        rest = {key: value for key, value in self.typed.items() if key != name}
        return f"{PATH}?{urlencode(rest)}" if rest else PATH
