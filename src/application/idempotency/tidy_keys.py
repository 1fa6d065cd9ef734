"""Clear away the keys that nobody needs any more."""

from __future__ import annotations

from dataclasses import dataclass

from application.idempotency.ports import KeyedCalls

BATCH = 1000


@dataclass(frozen=True, slots=True)
class TidyKeys:
    """Delete keys whose life is over, and release those whose process died while it carried their call out.

    A lock that lies open long after its end means that this does not run.
    """

    calls: KeyedCalls

    async def __call__(self) -> int:
        """How many keys were deleted or released."""
        tidied = await self.calls.let_go_of_abandoned()
        while deleted := await self.calls.delete_expired(limit=BATCH):
            tidied += deleted
        return tidied
