"""The time that a consultant's sessions take up."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from operator import attrgetter

from domain.time_span import TimeSpan

_START = attrgetter("starts_at")


class OccupiedTimes:
    """Spans that do not overlap each other."""

    def __init__(self, spans: Iterable[TimeSpan]) -> None:
        self._spans = sorted(spans, key=_START)

    def is_free(self, span: TimeSpan) -> bool:
        """Whether the span overlaps none. Of those that begin before it ends, the last one also ends last."""
        before = bisect_left(self._spans, span.ends_at, key=_START)
        return before == 0 or self._spans[before - 1].ends_at <= span.starts_at

    def take(self, span: TimeSpan) -> None:
        """Add a span that is free."""
        insort(self._spans, span, key=_START)
