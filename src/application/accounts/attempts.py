"""Under which names attempts to get into an account are counted."""

from __future__ import annotations

from datetime import timedelta

from application.accounts.ports import Limit
from domain.accounts import Account

RECOVERIES_A_DAY = Limit(attempts=5, window=timedelta(hours=24))
CODES_TRIED = Limit(attempts=10, window=timedelta(minutes=15))
RECOVERIES_IN_A_ROW = Limit(attempts=10, window=timedelta(days=100 * 365))


def counted_as(account: Account | None, identifier: str) -> str:
    """One budget for each account, by whichever of its names it is tried; unknown names have one each."""
    if account is not None:
        return str(account.id)
    return "".join(char for char in identifier.strip().casefold()[:254] if char.isprintable())


def recovery_counters(account: Account | None, identifier: str) -> dict[str, Limit]:
    """What a wrong answer to a security question counts against."""
    counted = counted_as(account, identifier)
    return {f"recovery-day:{counted}": RECOVERIES_A_DAY, f"recovery-row:{counted}": RECOVERIES_IN_A_ROW}


def code_counters(account: Account | None, identifier: str) -> dict[str, Limit]:
    """What a wrong recovery code counts against: nobody guesses one, and strangers' tries soon count no more."""
    return {f"recovery-code:{counted_as(account, identifier)}": CODES_TRIED}
