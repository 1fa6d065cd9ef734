"""The secret addresses of calendar feeds."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def feed_address(public_url: str, token: str) -> str:
    """Where calendar programs read the feed with that token."""
    return f"{public_url}/calendars/{token}.ics"


def webcal_address(address: str) -> str:
    """The same for programs that subscribe by themselves when such a link is pressed."""
    return f"webcal://{address.partition('://')[2]}"


def token_in(value: str | None) -> str | None:
    """The token that a browser brought along, if it looks like one."""
    return value if value and _TOKEN.match(value) else None
