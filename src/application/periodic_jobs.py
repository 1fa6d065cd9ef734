"""Work that comes round again and again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

TIMEOUT_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicJob:
    """A use case that looks for work in the database: it may run twice, late, or on several workers at once."""

    name: str
    run: Callable[[], Awaitable[object]]
    every_s: int
    timeout_s: int = TIMEOUT_S
