"""Suspending an account, and letting it in again."""

from __future__ import annotations

from uuid import UUID

from domain.accounts import Account, AccountStatus
from domain.refusals import Refusal


class OwnAccount(Refusal):
    """Somebody who can let others in again has to be left."""

    code = "own_account"
    sentence = "You cannot suspend yourself. Ask another operator to do it."


class AlreadySuspended(Refusal):
    """Somebody else was quicker."""

    code = "already_suspended"
    sentence = "This account is suspended already."


class NotSuspended(Refusal):
    """Only what is suspended can be reinstated, and only its coming sessions are called off as a whole."""

    code = "not_suspended"
    sentence = "This account is not suspended."


class AccountErased(Refusal):
    """Nobody is left behind the account."""

    code = "account_erased"
    sentence = "Its owner had this account deleted. Nobody can log in to it any more."


def suspend(account: Account, *, by: UUID) -> None:
    """Keep somebody out; what they booked, offered and are owed stays as it is.

    Raises `OwnAccount`, `AlreadySuspended` or `AccountErased`.
    """
    _refuse_erased(account)
    if account.id == by:
        raise OwnAccount
    if account.status is AccountStatus.SUSPENDED:
        raise AlreadySuspended
    account.status = AccountStatus.SUSPENDED


def reinstate(account: Account) -> None:
    """Let somebody in again. Raises `NotSuspended` or `AccountErased`."""
    _refuse_erased(account)
    require_suspended(account)
    account.status = AccountStatus.ACTIVE


def require_suspended(account: Account) -> None:
    """Raises `NotSuspended`."""
    if account.status is not AccountStatus.SUSPENDED:
        raise NotSuspended


def _refuse_erased(account: Account) -> None:
    if account.status is AccountStatus.ERASED:
        raise AccountErased
