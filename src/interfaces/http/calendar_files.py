"""Sessions as iCalendar files (RFC 5545, RFC 5546)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress, vDuration, vText
from litestar import Response

from application.calendars.views import BookingEvent, FeedEvent
from domain.accounts import Role
from domain.bookings import BookingStatus
from interfaces.http.calendar_zones import is_told_by_wall_time, zone_definition

PRODUCT = "-//Imoran//Sessions//EN"
REMIND_BEFORE = timedelta(minutes=15)
ASK_AGAIN_AFTER = timedelta(hours=1)
STATUS = {
    BookingStatus.PENDING: "TENTATIVE",
    BookingStatus.CONFIRMED: "CONFIRMED",
    BookingStatus.COMPLETED: "CONFIRMED",
    BookingStatus.NO_SHOW: "CONFIRMED",
    BookingStatus.CANCELLED: "CANCELLED",
    BookingStatus.EXPIRED: "CANCELLED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """A file to take into a calendar. `method` says whether it puts the session there or takes it away."""

    name: str
    method: str
    content: bytes

    def as_download(self) -> Response[bytes]:
        """The answer that a browser or a program saves."""
        return Response(
            self.content,
            status_code=200,
            media_type=f"text/calendar; method={self.method}",
            headers={"Content-Disposition": f'attachment; filename="{self.name}"'},
        )


def booking_file(
    event: BookingEvent, *, viewer: Role, zone: ZoneInfo, public_url: str, now: datetime
) -> CalendarFile:
    """One booking for its client or its consultant, as the viewer, in the viewer's zone.

    It holds the meeting link, so that it is for these two alone.
    """
    status = STATUS[event.status]
    method = "CANCEL" if status == "CANCELLED" else "PUBLISH"
    shown = _zone_for(event, zone)
    calendar = _calendar(method)
    if shown is not None:
        calendar.add_component(zone_definition(shown, event.starts_at.astimezone(shown).year))
    entry = _entry(event, _title_for(event, viewer), public_url, stamp=now, zone=shown)
    page = _page_of(event, viewer, public_url)
    _add_text(entry, "description", "\n".join(_description(event, page)))
    if event.open_link:
        _add_text(entry, "location", event.open_link)
    entry.add("url", event.open_link or page)
    entry.add("organizer", _organizer(event, public_url))
    if status == "CONFIRMED":
        entry.add_component(_reminder(entry))
    calendar.add_component(entry)
    return CalendarFile(
        name=f"session-{event.starts_at.astimezone(zone):%Y-%m-%d}.ics", method=method, content=_written(calendar)
    )


def feed_file(events: Iterable[FeedEvent], public_url: str) -> bytes:
    """A feed: times and titles. The same events make the same bytes, so that they can be compared."""
    calendar = _calendar("PUBLISH")
    _add_text(calendar, "x-wr-calname", "Imoran sessions")
    calendar.add("refresh-interval", vDuration(ASK_AGAIN_AFTER), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN_AFTER))
    for event in events:
        calendar.add_component(_entry(event, _feed_title(event), public_url, stamp=event.changed_at, zone=None))
    return _written(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _written(calendar: Calendar) -> bytes:
    content: bytes = calendar.to_ical()
    return content


def _entry(
    event: BookingEvent | FeedEvent, title: str, public_url: str, *, stamp: datetime, zone: ZoneInfo | None
) -> Event:
    entry = Event()
    entry.add("uid", f"{event.id}@{_host_of(public_url)}")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", event.starts_at.astimezone(zone or UTC))
    entry.add("dtend", event.ends_at.astimezone(zone or UTC))
    entry.add("status", STATUS[event.status])
    _add_text(entry, "summary", title)
    return entry


def _zone_for(event: BookingEvent, zone: ZoneInfo) -> ZoneInfo | None:
    """The zone to write in; none, which stands for UTC, where its wall times would leave a doubt."""
    is_plain = all(is_told_by_wall_time(at, zone) for at in (event.starts_at, event.ends_at))
    return zone if is_plain and zone.key != "UTC" else None


def _title_for(event: BookingEvent, viewer: Role) -> str:
    if viewer is Role.CLIENT:
        return f"Session with {event.consultant_name}"
    return f"Session with {event.client_first_name} {event.client_last_name.strip()[:1]}."


def _feed_title(event: FeedEvent) -> str:
    if event.consultant_name is not None:
        return f"Session with {event.consultant_name}"
    return event.service or ("Group session" if event.is_group else "Session")


def _page_of(event: BookingEvent, viewer: Role, public_url: str) -> str:
    room = "" if viewer is Role.CLIENT else "/consultant"
    return f"{public_url}{room}/bookings/{event.id}"


def _description(event: BookingEvent, page: str) -> Iterable[str]:
    if event.service:
        yield event.service
    yield event.reason_for_session
    if event.open_link:
        yield f"Where you meet: {event.meeting_platform}, {event.open_link}"
    yield f"Details: {page}"


def _organizer(event: BookingEvent, public_url: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:no-reply@{_host_of(public_url)}")
    organizer.params["CN"] = _one_line(event.consultant_name)
    return organizer


def _reminder(entry: Event) -> Alarm:
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("trigger", -REMIND_BEFORE)
    reminder.add("description", entry["summary"])
    return reminder


class _Text(vText):
    """Text as RFC 5545 escapes it; the library's own takes a backslash before an N for a new line."""

    def to_ical(self) -> bytes:
        """Backslash first, for the others bring theirs along."""
        text = str(self)
        for char, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
            text = text.replace(char, escaped)
        return text.encode()


def _add_text(component: Calendar | Event, name: str, text: str) -> None:
    lines = text.replace("\r\n", "\n").split("\n")
    component.add(name, _Text("\n".join(map(_one_line, lines))))


def _one_line(text: str) -> str:
    """Without anything that a reader might end a line at, or that cannot be encoded."""
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in text)


def _host_of(public_url: str) -> str:
    return urlsplit(public_url).hostname or public_url
