"""Compare what Paystack collected with what is known here, both ways."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from application.payments.adopt_lost import AdoptLost
from application.payments.comparison_ports import Comparisons, DaySums, KnownCharge, Turn
from application.payments.ports import ListedRefund, PaymentGateway
from application.payments.settle_payment import SettlePayment
from application.transactions import OpenUnitOfWork, retried
from domain.payments import (
    UNSETTLED,
    Charge,
    ChargeStatus,
    PaymentGatewayUnavailable,
    is_own_reference,
)
from domain.refusals import NotFound

log = logging.getLogger(__name__)

UNKNOWN_THERE = "charge_unknown_to_paystack"
"""On the operators' list: settled here, and Paystack neither lists it nor knows it."""
DIFFERS = "charge_differs"
"""Paystack and we say different things of a charge."""
DAY_DIFFERS = "day_differs"
"""The sums of a day are not the same: by Paystack's list, by our payments, by the ledger."""

NEW = timedelta(0)
AGES = (NEW, timedelta(days=1), timedelta(days=7))
"""How old transactions are when they are compared: at once, a day later, and a week later."""
OVERLAP = timedelta(hours=2)
"""What is new is compared again for as long: lists come late, and clocks differ."""
RARELY = timedelta(hours=1)
"""At least so much lies between two comparisons of what is old already."""
WINDOW = timedelta(hours=6)
"""The agreed point moves after each, so that a long way back is gone in steps."""
LEASE = timedelta(minutes=10)
PAGE = 100
ONE_DAY = timedelta(days=1)
DAYS_BACK = timedelta(days=8)
DAYS_AT_ONCE = timedelta(days=31)
MOST_UNLISTED = 500

Row = TypeVar("Row")


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What one run found.

    `settled` were not settled here before, `listed` is what operators were told, `failed` could not be dealt with;
    `foreign` transactions belong to other programs. `compared_until` is how far what is new was compared: nothing
    when another run was at it, or when it did not go through.
    """

    charges: int = 0
    foreign: int = 0
    settled: list[str] = field(default_factory=list)
    refunds: int = 0
    listed: list[str] = field(default_factory=list)
    days: list[DaySums] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    was_interrupted: bool = False
    compared_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CompareWithPaystack:
    """Go through Paystack's lists of charges and refunds, and look for what only one side knows.

    - A charge that is not settled here is settled; one under a reference of ours that is unknown here is kept for
      an operator, and so is one that went back already.
    - A charge that is settled here and unknown to Paystack, or known otherwise, is listed; so is a day whose sums
      differ. What is right again later leaves the list by itself.
    - A refund of ours that is unknown here is taken over.
    - References that do not begin with our prefix belong to other programs, and are only counted.

    Paystack lists transactions by the time at which they were begun. One that is paid long after that would be
    missed by a look at what is new, so that everything is looked at again a day and a week later. Until then, an
    attempt that is known here is found by the schedule on which each attempt is asked about for a week, and by the
    webhook; one that is unknown here by the webhook.

    Any number of runs at once do no harm: one at a time has the turn, everything that they do can be done twice.
    The agreed point moves only past what was compared to its end.
    """

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway
    comparisons: Comparisons
    settle_payment: SettlePayment
    adopt: AdoptLost

    async def __call__(self) -> Comparison:
        """What was found. Paystack being away ends the run; what is left is compared by the next one."""
        found = Comparison()
        for age in AGES:
            turn = await self.comparisons.claim(age, lease=LEASE) if not found.was_interrupted else None
            if turn is not None:
                await self._take_turn(turn, found)
        log.info(
            "comparison.ended charges=%d settled=%d refunds=%d listed=%d failed=%d foreign=%d",
            found.charges,
            len(found.settled),
            found.refunds,
            len(found.listed),
            len(found.failed),
            found.foreign,
        )
        return found

    async def _take_turn(self, turn: Turn, found: Comparison) -> None:
        """Window by window, until one does not go through."""
        held = turn
        try:
            for since, until in _windows(turn):
                await self._compare(since, until, turn.age, found)
                if found.failed:
                    break
                renewed = await self.comparisons.agree(held, until=until, lease=LEASE)
                if renewed is None:
                    log.warning("comparison.overtaken age=%s", turn.age)
                    break
                held = renewed
        except PaymentGatewayUnavailable as unavailable:
            log.warning("comparison.interrupted age=%s reason=%s", turn.age, unavailable)
            found.was_interrupted = True
        finally:
            await self.comparisons.let_go(held)
        if turn.age == NEW and held.agreed_until > turn.agreed_until:
            found.compared_until = held.agreed_until
            await self._compare_days(turn.agreed_until, held.agreed_until, found)

    async def _compare(self, since: datetime, until: datetime, age: timedelta, found: Comparison) -> None:
        async for charges in _pages(self.gateway.charges(since=since, until=until)):
            await self._compare_charges(charges, found)
        if age == NEW:
            async for refunds in _pages(self.gateway.refunds(since=since, until=until)):
                await self._compare_refunds(refunds, found)
            await self._compare_unlisted(until, found)

    async def _compare_refunds(self, refunds: list[ListedRefund], found: Comparison) -> None:
        for listed in await self.comparisons.meet_refunds(refunds):
            await self.adopt.refund(listed)
            found.refunds += 1

    async def _compare_charges(self, charges: list[Charge], found: Comparison) -> None:
        ours = [charge for charge in charges if self._is_ours(charge)]
        known = await self.comparisons.meet_charges(ours) if ours else {}
        found.charges += len(ours)
        found.foreign += len(charges) - len(ours)
        for charge in ours:
            try:
                await self._compare_charge(charge, known.get(charge.reference), found)
            except PaymentGatewayUnavailable:
                raise
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it is met again.
                log.exception("comparison.failed reference=%s", charge.reference)
                found.failed.append(charge.reference)

    def _is_ours(self, charge: Charge) -> bool:
        return is_own_reference(charge.reference) and charge.domain == self.gateway.mode

    async def _compare_charge(self, charge: Charge, known: KnownCharge | None, found: Comparison) -> None:
        if known is None or known.status in UNSETTLED:
            await self._settle(charge, found, is_lost=known is None)
            return
        problem = _why_different(charge, known)
        if problem is not None:
            await self._list(DIFFERS, charge.reference, problem, found)
        elif known.is_listed:
            await self._resolve(charge.reference)
        if charge.status is ChargeStatus.REVERSED and not known.owed_back:
            await self.adopt.refunds_of(charge.paystack_id)

    async def _settle(self, charge: Charge, found: Comparison, *, is_lost: bool) -> None:
        if charge.status is not ChargeStatus.SUCCESS:
            await self.adopt.charge(charge)
            found.settled.append(charge.reference)
            return
        try:
            is_settled = await self.settle_payment(charge.reference) not in UNSETTLED
        except NotFound:
            is_settled = False
        if not is_settled:
            await self._list(DIFFERS, charge.reference, "Paystack lists it, and says otherwise when asked", found)
            return
        found.settled.append(charge.reference)
        if is_lost:
            await self.adopt.refunds_of(charge.paystack_id)

    async def _compare_unlisted(self, until: datetime, found: Comparison) -> None:
        """Settled here and not met in Paystack's list: paid long after it was begun, or not at all."""
        references = await self.comparisons.unlisted(
            paid_since=_midnight(until - DAYS_BACK), paid_until=until, mode=self.gateway.mode, limit=MOST_UNLISTED
        )
        for reference in references:
            charge = await self.gateway.verify(reference)
            if charge is not None and charge.status in (ChargeStatus.SUCCESS, ChargeStatus.REVERSED):
                await self._compare_charges([charge], found)
            else:
                said = f"calls it {charge.status.value}" if charge else "does not know it"
                await self._list(UNKNOWN_THERE, reference, f"it is settled here, and Paystack {said}", found)

    async def _compare_days(self, since: datetime, until: datetime, found: Comparison) -> None:
        """Days that are over, and of which every charge was met."""
        for first, end in _spans(_midnight(since - DAYS_BACK) + ONE_DAY, _midnight(until), DAYS_AT_ONCE):
            found.days += await self.comparisons.sum_days(since=first, until=end, mode=self.gateway.mode)
        await self._list_days(found.days)
        found.listed.extend(f"{DAY_DIFFERS} {_name(day)}" for day in found.days if not day.agrees)

    @retried
    async def _list_days(self, days: list[DaySums]) -> None:
        async with self.open_uow() as uow:
            for day in days:
                if day.agrees:
                    await uow.operator_items.resolve(DAY_DIFFERS, subject=_name(day))
                else:
                    await uow.operator_items.add(DAY_DIFFERS, subject=_name(day), reason=_sums_in_words(day))
            await uow.commit()

    @retried
    async def _list(self, kind: str, reference: str, reason: str, found: Comparison) -> None:
        async with self.open_uow() as uow:
            await uow.operator_items.add(kind, subject=reference, reason=reason)
            await uow.commit()
        found.listed.append(f"{kind} {reference}")
        log.error("comparison.differs kind=%s reference=%s reason=%s", kind, reference, reason)

    @retried
    async def _resolve(self, reference: str) -> None:
        async with self.open_uow() as uow:
            await uow.operator_items.resolve(DIFFERS, UNKNOWN_THERE, subject=reference)
            await uow.commit()


def _windows(turn: Turn) -> Iterator[tuple[datetime, datetime]]:
    """What a turn has to compare, oldest first; nothing when it is too early."""
    end = turn.now - turn.age
    if turn.age == NEW:
        return _spans(turn.agreed_until - OVERLAP, end, WINDOW)
    return _spans(turn.agreed_until, end, WINDOW) if end - turn.agreed_until >= RARELY else iter(())


def _spans(since: datetime, end: datetime, longest: timedelta) -> Iterator[tuple[datetime, datetime]]:
    while since < end:
        until = min(since + longest, end)
        yield since, until
        since = until


async def _pages(rows: AsyncIterator[Row]) -> AsyncIterator[list[Row]]:
    """As many at once as are looked up by one statement."""
    page: list[Row] = []
    async for row in rows:
        page.append(row)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _why_different(charge: Charge, known: KnownCharge) -> str | None:
    """Days are summed up by when they were paid, so that the day has to be the same."""
    pairs = [
        ("amount", charge.amount, known.amount),
        ("currency", charge.currency, known.currency),
        ("fees", charge.fees or 0, known.fees),
        ("number", charge.paystack_id, known.paystack_id),
        ("day", _day(charge.paid_at), _day(known.paid_at)),
    ]
    different = [f"{name}: {theirs} at Paystack, {ours} here" for name, theirs, ours in pairs if theirs != ours]
    return "; ".join(different) or None


def _day(instant: datetime | None) -> str | None:
    return f"{instant.astimezone(UTC):%Y-%m-%d}" if instant else None


def _midnight(instant: datetime) -> datetime:
    return datetime.combine(instant.astimezone(UTC).date(), time(), UTC)


def _name(day: DaySums) -> str:
    return f"{day.day:%Y-%m-%d} {day.currency}"


def _sums_in_words(day: DaySums) -> str:
    return (
        f"Paystack lists {day.listed_count} charges of {day.listed_amount} with fees of {day.listed_fees}; "
        f"here are {day.known_count} of {day.known_amount} with {day.known_fees}; "
        f"the ledger has {day.posted_amount} with {day.posted_fees}"
    )
