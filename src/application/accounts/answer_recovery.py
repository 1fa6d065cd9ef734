"""Prove that a forgotten account is one's own: by a recovery code, or by the answer to its security question."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from application.accounts.attempts import code_counters, recovery_counters
from application.accounts.ports import Limit, Recovery, SecretHasher, Secrets, Throttles
from application.transactions import OpenUnitOfWork, UnitOfWork
from domain.accounts import LONGEST_ANSWER, Account, RecoveryFailed, normalise_answer
from domain.recovery_codes import read

RESET_LIFE = timedelta(minutes=10)
ANSWERS_PER_ADDRESS = Limit(attempts=10, window=timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecoveryCommand:
    """The question that the person picked, by key, and the answer as typed; or a recovery code as typed."""

    recovery_id: UUID
    question: str = ""
    answer: str = field(default="", repr=False)
    recovery_code: str | None = field(default=None, repr=False)
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetGranted:
    """A token for one new password, until then."""

    reset_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRecovery:
    """Give a reset token to somebody with an unused recovery code of the account, or with its question and answer.

    - A code works once, and does away with the wrong answers counted so far.
    - Unknown account, wrong or used code, wrong question, wrong answer, suspended account, an account that takes
      no answers (as operators' never do): one refusal, one amount of work.
    - Five answers a day and ten in a row for one account, or unknown identifier, counted before they are looked
      at; after that a code or the owner's password is the only way in.
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    secrets: Secrets
    throttles: Throttles
    limit_addresses: bool

    async def __call__(self, command: AnswerRecoveryCommand) -> ResetGranted:
        """Raises `RecoveryFailed` or `Throttled`."""
        recovery, account = await self._find(command.recovery_id)
        identifier = recovery.identifier if recovery else str(command.recovery_id)
        answers, codes = recovery_counters(account, identifier), code_counters(account, identifier)
        if command.recovery_code is None:
            await self._count(answers, command.address)
            granted = await self._by_answer(command, account)
        else:
            await self._count(codes, command.address)
            granted = await self._by_code(command, account, read(command.recovery_code))
        for key in answers | codes:
            await self.throttles.clear(key)
        return granted

    async def _find(self, recovery_id: UUID) -> tuple[Recovery | None, Account | None]:
        async with self.open_uow() as uow:
            recovery = await uow.recoveries.get(recovery_id)
            account = await uow.accounts.find(recovery.identifier if recovery else "")
            is_over = recovery is None or recovery.expires_at <= await uow.now()
        return recovery, None if is_over else account

    async def _count(self, counters: dict[str, Limit], address: str) -> None:
        if self.limit_addresses:
            await self.throttles.hit(f"recovery-answer-from:{address}", ANSWERS_PER_ADDRESS)
        for key, limit in counters.items():
            await self.throttles.hit(key, limit)

    async def _by_answer(self, command: AnswerRecoveryCommand, account: Account | None) -> ResetGranted:
        answer_hash = account.security_answer_hash if account else None
        answer = normalise_answer(command.answer[: LONGEST_ANSWER + 1])
        is_right = await self.hasher.verify_answer(answer_hash, answer)
        is_picked = account is not None and command.question == account.security_question and account.takes_answers
        if account is None or not is_right or not is_picked:
            await self._note_failure(account, command.address)
            raise RecoveryFailed
        async with self.open_uow() as uow:
            granted = await self._grant(uow, command, account)
            await uow.commit()
        return granted

    async def _by_code(self, command: AnswerRecoveryCommand, account: Account | None, code: str) -> ResetGranted:
        """Using the code and granting the token are one transaction, so that a code never goes for nothing."""
        async with self.open_uow() as uow:
            # Looked up for a stranger too: whoever waits for the answer learns nothing from how long it takes.
            owner = account.id if account else command.recovery_id
            is_good = await uow.recovery_codes.use(owner, self.secrets.hash_of(code), await uow.now())
            if account is not None and is_good and account.is_active:
                await uow.audit.add("recovery.code_used", account_id=account.id, address=command.address)
                granted = await self._grant(uow, command, account)
                await uow.commit()
                return granted
        await self._note_failure(account, command.address)
        raise RecoveryFailed

    async def _note_failure(self, account: Account | None, address: str) -> None:
        async with self.open_uow() as uow:
            account_id = account.id if account else None
            await uow.audit.add("recovery.answer_failed", account_id=account_id, address=address)
            await uow.commit()

    async def _grant(self, uow: UnitOfWork, command: AnswerRecoveryCommand, account: Account) -> ResetGranted:
        token = self.secrets.new_reset_token()
        expires_at = await uow.now() + RESET_LIFE
        by_code = command.recovery_code is not None
        await uow.recoveries.grant(command.recovery_id, account.id, token.hashed, expires_at, by_code=by_code)
        await uow.audit.add("recovery.answered", account_id=account.id, address=command.address)
        return ResetGranted(reset_token=token.plain, expires_at=expires_at)
