"""Say where one's earnings go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from application.accounts.callers import Caller
from application.accounts.confirm_password import ConfirmPassword
from application.accounts.ports import Limit, Throttles
from application.earnings.ports import Bank, PayoutGateway
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried
from domain.accounts import Account, Role, WrongCurrentPassword
from domain.money import CURRENCIES
from domain.payouts import (
    NEW_ACCOUNT_WAITS,
    PayoutAccount,
    PayoutAccountKind,
    checked_number,
    refuse_while_frozen,
)
from domain.refusals import Invalid, NotFound
from domain.sentences import Sentence

LOOKS_A_DAY = Limit(attempts=20, window=timedelta(days=1))
"""Enough for slips of the finger, and too few to find out whose accounts are whose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAccountCommand:
    """Which account. The number goes to Paystack; only its last four digits are kept."""

    currency: str
    bank_code: str
    account_number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAccount:
    """An account as its bank knows it."""

    bank: Bank
    account_name: str
    account_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FindPayoutAccount:
    """Ask the bank in whose name an account is, so that its owner can see a slip of the finger.

    - Only for consultants, and only so often a day: the name tells something of whoever has the account.
    """

    gateway: PayoutGateway
    throttles: Throttles

    async def banks(self, currency: str) -> list[Bank]:
        """Where money in that currency can be sent. Raises `Invalid` or `PaymentGatewayUnavailable`."""
        if currency not in CURRENCIES:
            raise Invalid.field(
                "currency",
                Sentence("Use one of these currencies: {currencies}.", currencies=", ".join(sorted(CURRENCIES))),
            )
        kinds = {kind.value for kind in PayoutAccountKind}
        return [bank for bank in await self.gateway.banks(currency) if bank.kind in kinds]

    async def __call__(self, caller: Caller, command: PayoutAccountCommand) -> FoundAccount:
        """Raises `NotFound` for others than consultants, `Invalid`, `Throttled`, `AccountNotResolved` or
        `PaymentGatewayUnavailable`.
        """
        if caller.role is not Role.CONSULTANT:
            raise NotFound
        number = checked_number(command.account_number)
        bank = next((one for one in await self.banks(command.currency) if one.code == command.bank_code), None)
        if bank is None:
            raise Invalid.field("bank_code", "Choose a bank from the list.")
        await self.throttles.hit(f"payout-account:{caller.account_id}", LOOKS_A_DAY)
        name = await self.gateway.account_name(account_number=number, bank_code=bank.code)
        return FoundAccount(bank=bank, account_name=name, account_number=number)


@dataclass(frozen=True, slots=True)
class SetPayoutAccount:
    """Put an account in the place of the earlier one.

    - The password has to be given once more: the account outlives the session.
    - Nothing is sent to it for a day; a payout that is under way still goes to the earlier one.
    - After the password was reset by the security question, the account stays as it is for three days.
    """

    confirm_password: ConfirmPassword
    find_account: FindPayoutAccount
    gateway: PayoutGateway
    open_uow: OpenUnitOfWork
    new_id: NewId

    async def __call__(self, caller: Caller, command: PayoutAccountCommand, *, password: str) -> PayoutAccount:
        """The account. Raises `NotFound` for others than consultants, `WrongCurrentPassword`, `Throttled`,
        `PayoutsFrozen`, `Invalid`, `AccountNotResolved` or `PaymentGatewayUnavailable`.
        """
        if caller.role is not Role.CONSULTANT:
            raise NotFound
        proven = await self.confirm_password(caller, password)
        await self._refuse_while_frozen(caller)
        found = await self.find_account(caller, command)
        recipient_code = await self.gateway.create_recipient(
            kind=found.bank.kind,
            name=found.account_name,
            account_number=found.account_number,
            bank_code=found.bank.code,
            currency=command.currency,
        )
        return await self._store(proven, found, command.currency, recipient_code)

    async def _refuse_while_frozen(self, caller: Caller) -> None:
        async with self.open_uow() as uow:
            refuse_while_frozen(await uow.payouts.recovered_at(caller.account_id), await uow.now())

    @retried
    async def _store(
        self, proven: Account, found: FoundAccount, currency: str, recipient_code: str
    ) -> PayoutAccount:
        async with self.open_uow() as uow:
            owner = await uow.accounts.lock(proven.id)
            if owner.password_hash != proven.password_hash:
                # It was reset in the meantime: whoever typed the old one gets nothing that outlives it.
                raise WrongCurrentPassword
            now = await uow.now()
            account = PayoutAccount(
                id=self.new_id(),
                consultant_id=owner.id,
                kind=PayoutAccountKind(found.bank.kind),
                currency=currency,
                bank_code=found.bank.code,
                bank_name=found.bank.name,
                last_four=found.account_number[-4:],
                account_name=found.account_name,
                recipient_code=recipient_code,
                created_at=now,
                usable_from=now + NEW_ACCOUNT_WAITS,
            )
            await uow.payouts.set_account(account)
            await uow.audit.add("payout_account.set", account_id=owner.id, last_four=account.last_four)
            await uow.commit()
        return account
