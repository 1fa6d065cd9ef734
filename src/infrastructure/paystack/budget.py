"""Our own ceiling on calls, below Paystack's: so many in any minute, for all processes together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from application.gateway import Priority

WINDOW_S = 60.0
SHARES = {Priority.FOREGROUND: 1.0, Priority.SETTLING: 0.9, Priority.POLLING: 0.6}
"""How much of the budget may be used up before calls of a priority have to wait for the others."""


class CallBudget(Protocol):
    """Hands out places for calls."""

    async def take(self, priority: Priority) -> float:
        """Take a place: 0 when there was one, else how many seconds it takes at least until there may be one."""
        ...

    async def close(self) -> None:
        """Nobody takes a place any more."""
        ...


class Unlimited:
    """`CallBudget` without a ceiling."""

    async def take(self, _: Priority) -> float:
        """There is always a place."""
        return 0.0

    async def close(self) -> None:
        """Nothing is open."""


class OwnBudget:
    """`CallBudget` of one process alone: a window that moves with the clock."""

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = monotonic, *, window_s: float = WINDOW_S
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._window_s = window_s
        self._taken: deque[float] = deque()

    async def take(self, priority: Priority) -> float:
        """Count the call, if there is a place for it."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - self._window_s:
            self._taken.popleft()
        open_places = places_for(priority, self._per_minute)
        if len(self._taken) < open_places:
            self.note()
            return 0.0
        return self._taken[len(self._taken) - open_places] + self._window_s - now

    async def close(self) -> None:
        """Nothing is open."""

    def note(self) -> None:
        """A call was made, whoever allowed it."""
        self._taken.append(self._clock())


def places_for(priority: Priority, per_minute: int) -> int:
    """How many calls in a minute may have been made when one of this priority is; at least one."""
    return max(1, int(per_minute * SHARES[priority]))
