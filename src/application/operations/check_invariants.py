"""Look whether what must always hold does hold."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from application.transactions import OpenUnitOfWork, retried

log = logging.getLogger(__name__)

INVARIANT_BROKEN = "invariant_broken"
"""On the operators' list: the subject names what does not hold."""
LATELY = timedelta(days=2)
"""What changed, or took place, since then is looked at every few minutes; all of it once a day."""
FULLY_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether one thing that must always hold does: not, when there are examples of the contrary.

    `sentence` says what is so then. Examples are ids; there may be more of them.
    """

    name: str
    sentence: str
    examples: Sequence[str]
    took: timedelta

    @property
    def is_broken(self) -> bool:
        """Whether it does not hold."""
        return bool(self.examples)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastChecks:
    """What the last check found broken, and when everything was looked at last."""

    broken: frozenset[str]
    fully_at: datetime | None


class Invariants(Protocol):
    """Everything that must always hold."""

    async def last_checks(self) -> LastChecks:
        """How the last checks went."""
        ...

    async def check(self, *, since: datetime | None = None, entirely: Collection[str] = ()) -> list[Verdict]:
        """All of it in one snapshot. With `since`, only what changed or took place since then, where the whole
        would take long; what is named in `entirely` is looked at as a whole all the same.
        """
        ...

    async def keep(self, verdicts: Sequence[Verdict], *, is_full: bool) -> None:
        """Write down how a check went."""
        ...


@dataclass(frozen=True, slots=True)
class CheckInvariants:
    """Check everything, and tell operators what is broken for as long as it is.

    Nothing is mended: each thing is kept by the domain and by the database already, so that something broken
    is a fault in the product that a person has to see.
    """

    open_uow: OpenUnitOfWork
    invariants: Invariants

    async def __call__(self) -> list[Verdict]:
        """What is broken. Once a day all is looked at, in between what changed lately and what was broken."""
        last = await self.invariants.last_checks()
        async with self.open_uow() as uow:
            now = await uow.now()
        is_full = last.fully_at is None or now - last.fully_at >= FULLY_EVERY
        verdicts = await self.invariants.check(since=None if is_full else now - LATELY, entirely=last.broken)
        broken = [verdict for verdict in verdicts if verdict.is_broken]
        await self._list(broken, healed=last.broken - {verdict.name for verdict in broken})
        await self.invariants.keep(verdicts, is_full=is_full)
        for verdict in broken:
            log.error("invariant.broken name=%s examples=%s", verdict.name, ",".join(verdict.examples))
        return broken

    @retried
    async def _list(self, broken: Sequence[Verdict], *, healed: Collection[str]) -> None:
        async with self.open_uow() as uow:
            for verdict in broken:
                reason = f"{verdict.sentence}: {', '.join(verdict.examples)}"
                await uow.operator_items.add(INVARIANT_BROKEN, subject=verdict.name, reason=reason)
            for name in healed:
                await uow.operator_items.resolve(INVARIANT_BROKEN, subject=name)
            await uow.commit()
