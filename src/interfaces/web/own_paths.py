"""Where a person may be sent on to: addresses of this site only."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 2000


def own_path(wanted: str | None, default: str) -> str:
    """`wanted` when it is a path of our own, else `default`.

    Browsers read `\\` as `/` and drop tabs and new lines, so `/\\evil` and `/<tab>/evil` would leave the site.
    """
    if not wanted or len(wanted) > LONGEST or not wanted.startswith("/") or wanted.startswith("//"):
        return default
    if "\\" in wanted or any(char <= " " or char == "\x7f" for char in wanted):
        return default
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else wanted
