"""One effect and one answer for all calls under the same key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from application.fault_points import FaultPoint, reached
from application.idempotency.ports import Answer, Call, Claim, KeyedCalls
from application.identity import NewId
from domain.refusals import Kind, Refusal

LOCK = timedelta(seconds=90)
"""No call takes as long; whoever holds it for longer is dead."""
LIFE = timedelta(hours=72)
"""A weekend's fault can be mended before the retries give up."""


class KeyInFlight(Refusal):
    """The first call under this key is not answered yet."""

    code = "idempotency_in_flight"
    sentence = "A call with this key is being carried out. Ask again in a moment for its answer."
    retry_after_s: ClassVar[int] = 2


class KeyMismatch(Refusal):
    """The key was used for something else."""

    code = "idempotency_mismatch"
    kind = Kind.INVALID
    sentence = (
        "This key was sent before with another request. Nothing was done; use a key of its own for this one."
    )


@dataclass(frozen=True, slots=True)
class AnswerOnce:
    """Calls that may be made again because their answer was lost, or that were made twice by mistake.

    - The first one is carried out; the others get its answer, for 72 hours.
    - One that was interrupted is carried on with, under the same ids: at once when its process could say so, else
      when 90 seconds are over.
    - A key belongs to its account, its operation and what was asked for.
    """

    calls: KeyedCalls
    new_id: NewId

    async def begin(self, call: Call) -> Claim | Answer:
        """The right to carry the call out, or the answer that it had. Raises `KeyInFlight` or `KeyMismatch`."""
        begun = await self.calls.claim(call, resource_id=self.new_id(), lock=LOCK, life=LIFE)
        if isinstance(begun, Claim):
            await reached(FaultPoint.IDEM_AFTER_INSERT)
            return begun
        if begun is None:
            raise KeyInFlight
        if begun.fingerprint != call.fingerprint:
            raise KeyMismatch
        if begun.answer is None:
            raise KeyInFlight
        return begun.answer

    async def finish(self, claim: Claim, answer: Answer) -> bool:
        """Keep the answer for whoever asks again; false when another process has taken the call over."""
        await reached(FaultPoint.IDEM_BEFORE_STORE)
        return await self.calls.finish(claim, answer)

    async def let_go(self, claim: Claim) -> None:
        """The call was interrupted, and nobody knows how far it got: the next one carries on."""
        await self.calls.let_go(claim)

    async def forget(self, claim: Claim) -> None:
        """Nothing came of the call: the next one under this key is a new one, whatever it asks for."""
        await self.calls.forget(claim)
