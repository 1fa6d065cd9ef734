"""Short words for what the tests about accounts do again and again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from application.accounts.answer_recovery import AnswerRecovery, AnswerRecoveryCommand, ResetGranted
from application.accounts.callers import Caller
from application.accounts.log_in import LogInCommand, OpenedSession
from application.accounts.register_account import RegisterAccountCommand
from domain.accounts import Role
from tests.marketplace import ANSWER, PASSWORD, QUESTION, Marketplace

_addresses = count(1)


def an_address() -> str:
    """An address that nobody has come from before, so that only identifiers are counted."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def registration(**changes: Any) -> RegisterAccountCommand:
    """A form that is filled in well."""
    fields: dict[str, Any] = {
        "username": "ada.obi",
        "email": "ada.obi@example.com",
        "password": PASSWORD,
        "role": Role.CLIENT,
        "first_name": "Ada",
        "last_name": "Obioma",
        "phone_number": None,
        "security_question": QUESTION,
        "security_answer": ANSWER,
    }
    return RegisterAccountCommand(**fields | changes)


async def log_in(
    marketplace: Marketplace,
    identifier: str,
    password: str = PASSWORD,
    *,
    address: str | None = None,
    replaces: bytes | None = None,
) -> OpenedSession:
    """A browser's session."""
    return await marketplace.product.log_in(
        LogInCommand(
            identifier=identifier,
            password=password,
            address=address or an_address(),
            user_agent="a browser",
            replaces=replaces,
        )
    )


async def session_caller(marketplace: Marketplace, key: str) -> Caller | None:
    """Who comes with this cookie."""
    return await marketplace.product.callers.by_session(marketplace.product.secrets.hash_of(key))


async def proven(marketplace: Marketplace, caller: Caller) -> Caller:
    """The same person in a browser in which they have just given the password."""
    opened = await log_in(marketplace, caller.username)
    known = await session_caller(marketplace, opened.key)
    assert known is not None
    return known


async def token_caller(marketplace: Marketplace, token: str) -> Caller | None:
    """Who comes with this bearer token."""
    return await marketplace.product.callers.by_token(marketplace.product.secrets.hash_of(token))


async def suspend(marketplace: Marketplace, account_id: UUID) -> None:
    """What an operator does."""
    await marketplace.database.pool.execute("UPDATE accounts SET status = 'suspended' WHERE id = $1", account_id)


async def answer(
    marketplace: Marketplace,
    identifier: str,
    given: str = ANSWER,
    *,
    question: str = QUESTION,
    use_case: AnswerRecovery | None = None,
) -> ResetGranted:
    """Both steps of a recovery, from an address of its own."""
    address = an_address()
    recovery = await marketplace.product.start_recovery(identifier, address=address)
    return await (use_case or marketplace.product.answer_recovery)(
        AnswerRecoveryCommand(recovery_id=recovery.id, question=question, answer=given, address=address)
    )


async def let_time_pass(marketplace: Marketplace, counter: str, time: timedelta) -> None:
    """Move the windows of some counters into the past."""
    await marketplace.database.pool.execute(
        "UPDATE throttles SET window_started_at = window_started_at - $2::interval WHERE key LIKE $1 || '%'",
        counter,
        time,
    )


class QuickHasher:
    """Compares instead of hashing, for tests that guess dozens of times; argon2 has tests of its own."""

    async def verify_answer(self, answer_hash: str | None, normalised: str) -> bool:
        """Whether it is the answer that every account here has."""
        return answer_hash is not None and normalised == ANSWER


def quick(use_case: AnswerRecovery) -> AnswerRecovery:
    """The same rules without the work of hashing."""
    return replace(use_case, hasher=QuickHasher())  # type: ignore[arg-type]  # the one method that it needs
