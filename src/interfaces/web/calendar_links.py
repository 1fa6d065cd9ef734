"""Addresses at which calendars on the web take a session in.

Whoever runs them reads these addresses, so that no meeting link may stand in them.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from interfaces.web.time_words import as_datetime_attribute

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


def google_address(title: str, starts_at: datetime, ends_at: datetime, details: str) -> str:
    """A form of Google Calendar, filled in."""
    dates = f"{starts_at:%Y%m%dT%H%M%SZ}/{ends_at:%Y%m%dT%H%M%SZ}"
    return f"{GOOGLE}?{urlencode({'action': 'TEMPLATE', 'text': title, 'dates': dates, 'details': details})}"


def outlook_address(title: str, starts_at: datetime, ends_at: datetime, details: str) -> str:
    """A form of Outlook's calendar, filled in."""
    fields = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": as_datetime_attribute(starts_at),
        "enddt": as_datetime_attribute(ends_at),
        "body": details,
    }
    return f"{OUTLOOK}?{urlencode(fields)}"
