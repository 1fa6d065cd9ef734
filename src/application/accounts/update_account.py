"""Change the personal side of one's account."""

from __future__ import annotations

from dataclasses import dataclass, replace

from application.accounts.callers import Caller
from application.accounts.ports import EmailChecker
from application.accounts.proof import lock_proven, refuse_after_recovery
from application.transactions import OpenUnitOfWork, retried
from domain.accounts import Account, Person
from domain.refusals import StaleVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAccountCommand:
    """What is nothing stays as it is; an empty phone number removes it."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateAccount:
    """Change one's names, e-mail address or phone number.

    - Another e-mail address or phone number needs the password, unless it was given within ten minutes; and
      three days to go by after the password was reset by the security question.
    """

    open_uow: OpenUnitOfWork
    check_email: EmailChecker

    @retried
    async def __call__(self, caller: Caller, command: UpdateAccountCommand) -> Account:
        """The changed account.

        Raises `Invalid`, `ProofNeeded`, `FrozenAfterRecovery`, `EmailTaken` or `StaleVersion`.
        """
        async with self.open_uow() as uow:
            account = await uow.accounts.lock(caller.account_id)
            if command.expected_version not in (None, account.version):
                raise StaleVersion
            changed = self._changed(account.person, command)
            if _is_reached_elsewhere(account.person, changed):
                await lock_proven(uow, caller)
                await refuse_after_recovery(uow, account)
            account.person = changed
            await uow.accounts.save(account)
            await uow.audit.add("account.updated", account_id=account.id)
            await uow.commit()
        return account

    def _changed(self, person: Person, command: UpdateAccountCommand) -> Person:
        return replace(
            person,
            email=person.email if command.email is None else self.check_email(command.email),
            first_name=person.first_name if command.first_name is None else command.first_name.strip(),
            last_name=person.last_name if command.last_name is None else command.last_name.strip(),
            phone_number=(
                person.phone_number if command.phone_number is None else command.phone_number.strip() or None
            ),
        )


def _is_reached_elsewhere(before: Person, after: Person) -> bool:
    return (before.email, before.phone_number) != (after.email, after.phone_number)
