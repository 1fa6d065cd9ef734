"""The circuit breaker: a Paystack that keeps failing is left alone for a while."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

FAILURES_IN_A_ROW = 5
WATCHED = 20
"""Half of so many last calls failing opens it, too."""
OPEN_FOR_S = 30.0


class CircuitOpenError(Exception):
    """Paystack is left alone for now."""


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One call; it counts when its outcome is known. A refusal that makes sense is no failure."""

    is_probe: bool
    went_well: bool | None = None

    def succeeded(self) -> None:
        """Paystack answered."""
        self.went_well = True

    def failed(self) -> None:
        """It did not, or with nonsense."""
        self.went_well = False


class CircuitBreaker:
    """Opens after five failures in a row, or when half of the last twenty calls failed; after 30 s one call at a
    time may try whether Paystack is well again, and the first that succeeds closes it. One for a process.
    """

    def __init__(self, *, open_for_s: float = OPEN_FOR_S, clock: Callable[[], float] = monotonic) -> None:
        self._open_for_s = open_for_s
        self._clock = clock
        self._open_until: float | None = None
        self._is_probed = False
        self._failures_in_a_row = 0
        self._outcomes: deque[bool] = deque(maxlen=WATCHED)

    @property
    def is_open(self) -> bool:
        """Whether no ordinary call passes."""
        return self._open_until is not None

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """Around each call. Raises `CircuitOpenError` when it may not be made."""
        attempt = Attempt(is_probe=self._begins_probe())
        try:
            yield attempt
        finally:
            self._end(attempt)

    def _begins_probe(self) -> bool:
        if self._open_until is None:
            return False
        if self._is_probed or self._clock() < self._open_until:
            raise CircuitOpenError
        self._is_probed = True
        return True

    def _end(self, attempt: Attempt) -> None:
        if attempt.is_probe:
            self._is_probed = False
            self._end_probe(attempt)
        elif attempt.went_well is not None and self._open_until is None:
            self._count(went_well=attempt.went_well)

    def _end_probe(self, probe: Attempt) -> None:
        """One that was cancelled says nothing: the next call probes."""
        if probe.went_well is True:
            self._open_until = None
        elif probe.went_well is False:
            self._open()

    def _count(self, *, went_well: bool) -> None:
        self._outcomes.append(went_well)
        self._failures_in_a_row = 0 if went_well else self._failures_in_a_row + 1
        is_full = len(self._outcomes) == WATCHED
        if self._failures_in_a_row >= FAILURES_IN_A_ROW or (
            is_full and self._outcomes.count(False) * 2 >= WATCHED
        ):
            self._open()

    def _open(self) -> None:
        self._open_until = self._clock() + self._open_for_s
        self._failures_in_a_row = 0
        self._outcomes.clear()
