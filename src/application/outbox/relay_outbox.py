"""Do what the outbox says."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from application.fault_points import FaultPoint, reached
from application.outbox.ports import Errand, Errands, Topic

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 20
LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RelayOutbox:
    """Carry out waiting errands: each at least once, the failed ones again with growing pauses.

    An errand whose process dies comes back when its lease ends; one that fails twenty times goes on the
    operators' list. Its handler may run twice and has to bear that.
    """

    errands: Errands
    handlers: Mapping[Topic, Callable[[str], Awaitable[object]]]

    async def __call__(self) -> int:
        """How many errands were carried out."""
        done = 0
        await reached(FaultPoint.BEFORE_OUTBOX_CLAIM)
        while claimed := await self.errands.claim(limit=BATCH, lease=LEASE):
            await reached(FaultPoint.AFTER_OUTBOX_CLAIM)
            for errand in claimed:
                done += await self._carry_out(errand)
        return done

    async def _carry_out(self, errand: Errand) -> bool:
        try:
            await self.handlers[errand.topic](errand.subject)
        except Exception as failure:  # whatever one errand does, the others go on; it is kept and tried again
            await self._put_off(errand, f"{type(failure).__name__}: {failure}")
            return False
        await reached(FaultPoint.BEFORE_HANDLER_COMMIT)
        await self.errands.finish(errand.id)
        await reached(FaultPoint.AFTER_HANDLER_COMMIT)
        return True

    async def _put_off(self, errand: Errand, error: str) -> None:
        log.warning("errand.failed topic=%s subject=%s error=%s", errand.topic, errand.subject, error)
        if errand.attempts >= MOST_ATTEMPTS:
            await self.errands.give_up(errand, error=error)
            return
        pause = min(timedelta(seconds=2**errand.attempts), LONGEST_PAUSE)
        await self.errands.postpone(errand.id, pause=pause, error=error)
