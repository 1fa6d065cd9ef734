"""Endpoints that were called too often rest for as long as Paystack says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

SHORTEST_S = 1.0
LONGEST_S = 60.0
"""Paystack counts calls by the minute, so that a longer rest is a misunderstanding."""
USUAL_S = 5.0
HEADERS = ("retry-after", "x-ratelimit-reset")
"""Seconds, either of them."""


class Rests:
    """Which endpoints rest, in one process. Paystack's limits are per endpoint."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def begin(self, endpoint: str, headers: Mapping[str, str]) -> float:
        """After a 429 with these headers, in small letters; how many seconds it rests."""
        seconds = min(max(_wanted(headers), SHORTEST_S), LONGEST_S)
        self._until[endpoint] = self._clock() + seconds
        return seconds

    def left(self, endpoint: str) -> float:
        """How many seconds an endpoint still rests; 0 when it may be called."""
        return max(0.0, self._until.get(endpoint, 0.0) - self._clock())


def _wanted(headers: Mapping[str, str]) -> float:
    for name in HEADERS:
        text = headers.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) < 10:
            return float(text)
    return USUAL_S
