"""Choose another security question, or do without one."""

from __future__ import annotations

from dataclasses import dataclass, field

from application.accounts.callers import Caller
from application.accounts.ports import CommonSecrets, SecretHasher
from application.accounts.proof import lock_proven, refuse_after_recovery
from application.transactions import OpenUnitOfWork, retried
from domain.accounts import Account, OnlyCodesAreLeft, check_security_answer, normalise_answer
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQuestionCommand:
    """The question's key, and the answer as typed."""

    security_question: str
    security_answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeQuestion:
    """Set another security question and its answer.

    - The password has to be given, unless that was within ten minutes.
    - Not within three days after the password was reset by the question.
    - The answer is hard to guess, as at registration. It is never shown to anybody.
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    common: CommonSecrets

    async def __call__(self, caller: Caller, command: ChangeQuestionCommand) -> None:
        """Raises `ProofNeeded`, `FrozenAfterRecovery` or `Invalid`."""
        account = await self._account(caller)
        check_security_answer(
            command.security_question,
            command.security_answer,
            person=account.person,
            password="",
            common_answers=self.common.answers,
        )
        answer_hash = await self.hasher.hash_answer(normalise_answer(command.security_answer))
        await self._store(caller, command.security_question, answer_hash)

    async def _account(self, caller: Caller) -> Account:
        async with self.open_uow() as uow:
            account = await uow.accounts.get(caller.account_id)
        if account is None:
            raise NotFound
        return account

    @retried
    async def _store(self, caller: Caller, question: str, answer_hash: str) -> None:
        async with self.open_uow() as uow:
            account = await lock_proven(uow, caller)
            await refuse_after_recovery(uow, account)
            account.security_question = question
            account.security_answer_hash = answer_hash
            await uow.accounts.save(account)
            await uow.audit.add("recovery.question_changed", account_id=account.id)
            await uow.commit()


@dataclass(frozen=True, slots=True)
class SwitchQuestionRecovery:
    """Let the security question open one's account, or not.

    - The password has to be given, unless that was within ten minutes.
    - Without the question recovery codes are the only way back in, so that there have to be some.
    """

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, *, is_on: bool) -> None:
        """Raises `ProofNeeded` or `OnlyCodesAreLeft`."""
        async with self.open_uow() as uow:
            account = await lock_proven(uow, caller)
            if not is_on and not await uow.recovery_codes.left(account.id):
                raise OnlyCodesAreLeft
            account.has_question_recovery = is_on
            await uow.accounts.save(account)
            kind = "recovery.question_on" if is_on else "recovery.question_off"
            await uow.audit.add(kind, account_id=account.id)
            await uow.commit()
