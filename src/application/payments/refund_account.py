"""A refund that cannot go back the way the money came: the client names a bank account for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from application.accounts.callers import Caller
from application.earnings.ports import Bank
from application.payments.ports import PaymentGateway
from application.payments.send_refund import SendRefund, lock_refund
from application.transactions import OpenUnitOfWork
from domain.money import CURRENCIES, Money
from domain.payments import NoRefundAccountNeeded, RefundNotRetried, RefundStatus
from domain.refusals import FieldCheck, Invalid
from domain.sentences import Sentence

SHORTEST_NUMBER = 6
LONGEST_NUMBER = 20
"""Digits of an account number, or of a telephone number that money can be sent to."""


class Banks(Protocol):
    """Knows where money can be sent."""

    async def banks(self, currency: str) -> list[Bank]:
        """By name. Raises `PaymentGatewayUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class ListRefundBanks:
    """The banks that a refund in some currency can be sent to, by name."""

    gateway: Banks

    async def __call__(self, currency: str) -> list[Bank]:
        """Raises `Invalid` or `PaymentGatewayUnavailable`."""
        if currency not in CURRENCIES:
            raise Invalid.field(
                "currency",
                Sentence("Use one of these currencies: {currencies}.", currencies=", ".join(sorted(CURRENCIES))),
            )
        return await self.gateway.banks(currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRefundAccountCommand:
    """Which account. The number goes to Paystack and is kept nowhere."""

    booking_id: UUID
    bank_id: str
    account_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NameRefundAccount:
    """Send the refund of one's booking that waits for a bank account there. The oldest of several comes first."""

    open_uow: OpenUnitOfWork
    gateway: PaymentGateway
    list_banks: ListRefundBanks
    send_refund: SendRefund

    async def __call__(self, caller: Caller, command: NameRefundAccountCommand) -> Money:
        """What goes there.

        Raises `NotFound`, `NoRefundAccountNeeded`, `Invalid`, `RefundNotRetried` when Paystack does not take the
        account, or `PaymentGatewayUnavailable`.
        """
        refund_id, paystack_id, amount = await self._waiting(caller, command.booking_id)
        number = _digits(command.account_number)
        await self._check(command.bank_id, number, amount.currency)
        try:
            known = await self.gateway.retry_refund(
                paystack_refund_id=paystack_id,
                currency=amount.currency,
                account_number=number,
                bank_id=command.bank_id,
            )
        except RefundNotRetried:
            # It may be on its way by an earlier try, whose answer was lost.
            if await self.send_refund(refund_id) is RefundStatus.NEEDS_ATTENTION:
                raise
        else:
            await self.send_refund.take_over(refund_id, known)
        return amount

    async def _waiting(self, caller: Caller, booking_id: UUID) -> tuple[UUID, int, Money]:
        async with self.open_uow() as uow:
            await uow.bookings.get(booking_id, client_id=caller.account_id)
            refund_id = await uow.refunds.waiting_for_account(booking_id, client_id=caller.account_id)
            if refund_id is None:
                raise NoRefundAccountNeeded
            _, refund, _ = await lock_refund(uow, refund_id)
        if refund.status is not RefundStatus.NEEDS_ATTENTION or refund.paystack_id is None:
            raise NoRefundAccountNeeded
        return refund_id, refund.paystack_id, refund.amount

    async def _check(self, bank_id: str, number: str, currency: str) -> None:
        check = FieldCheck()
        check.require(
            number.isascii() and number.isdigit() and SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER,
            "account_number",
            Sentence(
                "Enter the number of the account: from {shortest} to {longest} digits.",
                shortest=SHORTEST_NUMBER,
                longest=LONGEST_NUMBER,
            ),
        )
        banks = {bank.id for bank in await self.list_banks(currency)}
        check.require(bank_id in banks, "bank_id", "Choose a bank from the list.")
        check.done()


def _digits(typed: str) -> str:
    """Without the blanks and hyphens that people group digits with."""
    return typed.replace(" ", "").replace("-", "")
