"""The circuit breaker: a Paystack that keeps failing is left alone for a while."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

log = logging.getLogger(__name__)

FAILURES_IN_A_ROW = 5
WATCHED = 20
"""When half of so many last calls failed it opens, too."""
OPEN_FOR_S = 30.0


class CircuitOpenError(Exception):
    """Paystack is left alone for now."""


class CircuitBreaker:
    """Opens after five failures in a row, or when half of the last twenty calls failed.

    After half a minute one call at a time may try whether Paystack is well again; the first that succeeds closes
    it. There is one for a process.
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
        """Whether Paystack is left alone, or tried by one call at a time."""
        return self._open_until is not None

    @property
    def left_s(self) -> float:
        """For how long nobody tries."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - self._clock())

    @contextmanager
    def watching(self, failure: type[Exception]) -> Iterator[None]:
        """Around each call: it fails by raising `failure`, and any other exception says nothing of Paystack.

        Raises `CircuitOpenError` when the call must not be made.
        """
        is_probe = self._begins_probe()
        went_well: bool | None = None
        try:
            yield
            went_well = True
        except failure:
            went_well = False
            raise
        finally:
            if is_probe:
                self._end_probe(went_well)
            elif went_well is not None and self._open_until is None:
                self._count(went_well)

    def _begins_probe(self) -> bool:
        if self._open_until is None:
            return False
        if self._is_probed or self._clock() < self._open_until:
            raise CircuitOpenError
        self._is_probed = True
        return True

    def _end_probe(self, went_well: bool | None) -> None:
        """A probe that was cancelled says nothing: the next call is one."""
        self._is_probed = False
        if went_well:
            self._open_until = None
            log.warning("paystack.circuit_closed")
        elif went_well is False:
            self._open()

    def _count(self, went_well: bool) -> None:
        self._outcomes.append(went_well)
        self._failures_in_a_row = 0 if went_well else self._failures_in_a_row + 1
        half_failed = len(self._outcomes) == WATCHED and self._outcomes.count(False) * 2 >= WATCHED
        if self._failures_in_a_row >= FAILURES_IN_A_ROW or half_failed:
            self._open()

    def _open(self) -> None:
        self._open_until = self._clock() + self._open_for_s
        self._failures_in_a_row = 0
        self._outcomes.clear()
        log.warning("paystack.circuit_opened for_s=%.0f", self._open_for_s)
