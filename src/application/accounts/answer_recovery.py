"""Answer the security question of an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from application.accounts.attempts import recovery_counters
from application.accounts.ports import Limit, Recovery, SecretHasher, Secrets, Throttles
from application.transactions import OpenUnitOfWork
from domain.accounts import LONGEST_ANSWER, Account, RecoveryFailed, Role, normalise_answer

RESET_LIFE = timedelta(minutes=10)
ANSWERS_PER_ADDRESS = Limit(attempts=10, window=timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecoveryCommand:
    """The question that the person picked, by key, and the answer as typed."""

    recovery_id: UUID
    question: str
    answer: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetGranted:
    """A token for one new password, until then."""

    reset_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRecovery:
    """Give a reset token to somebody who picks the account's question and knows its answer.

    - Unknown account, wrong question, wrong answer, suspended account, operator: one refusal, one amount
      of work.
    - Five tries a day and ten in a row for one account, or unknown identifier, counted before the answer is
      looked at; after that the owner's password is the only way in.
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    secrets: Secrets
    throttles: Throttles
    limit_addresses: bool

    async def __call__(self, command: AnswerRecoveryCommand) -> ResetGranted:
        """Raises `RecoveryFailed` or `Throttled`."""
        recovery, account = await self._find(command.recovery_id)
        counters = recovery_counters(account, recovery.identifier if recovery else str(command.recovery_id))
        await self._count(counters, command.address)
        matches = await self._matches(account, command)
        if not matches or account is None:
            await self._note_failure(account, command.address)
            raise RecoveryFailed
        granted = await self._grant(command, account)
        for key in counters:
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

    async def _matches(self, account: Account | None, command: AnswerRecoveryCommand) -> bool:
        answer_hash = account.security_answer_hash if account else None
        answer = normalise_answer(command.answer[: LONGEST_ANSWER + 1])
        answer_matches = await self.hasher.verify_answer(answer_hash, answer)
        return (
            account is not None
            and answer_matches
            and command.question == account.security_question
            and account.is_active
            and account.role is not Role.OPERATOR
        )

    async def _note_failure(self, account: Account | None, address: str) -> None:
        async with self.open_uow() as uow:
            account_id = account.id if account else None
            await uow.audit.add("recovery.answer_failed", account_id=account_id, address=address)
            await uow.commit()

    async def _grant(self, command: AnswerRecoveryCommand, account: Account) -> ResetGranted:
        token = self.secrets.new_reset_token()
        async with self.open_uow() as uow:
            expires_at = await uow.now() + RESET_LIFE
            await uow.recoveries.grant(command.recovery_id, account.id, token.hashed, expires_at)
            await uow.audit.add("recovery.answered", account_id=account.id, address=command.address)
            await uow.commit()
        return ResetGranted(reset_token=token.plain, expires_at=expires_at)
