"""Whose an account is: names made up from the number, always the same ones."""

import hashlib
import re
from collections import Counter
from datetime import date

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.banks import TEST_BANK_CODE, Bank, find_bank
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.refusals import Refusal, RequestRefusedError, refuse
from infrastructure.paystack.sandbox.settings import SandboxSettings

REAL_RESOLVES_A_DAY = 3
UNKNOWN_ENDING = "0404"
"""Nobody has an account whose number ends like this."""

_NUBAN = re.compile(r"[0-9]{10}")
_FIRST_NAMES = ("ADAEZE", "BABATUNDE", "CHIDINMA", "EMEKA", "FOLASADE", "IBRAHIM", "NGOZI", "OLUMIDE")
_MIDDLE_NAMES = ("ADE", "CHUKWU", "EKENE", "FEMI", "GRACE", "MUSA", "PEACE", "SUNDAY")
_LAST_NAMES = ("ADEYEMI", "BALOGUN", "EZE", "IDRIS", "LAWAL", "NWOSU", "OKAFOR", "WILLIAMS")


class Accounts:
    """Resolves account numbers, and counts how often a test key asked for real ones."""

    def __init__(self, settings: SandboxSettings, behaviour: Behaviour) -> None:
        self._settings = settings
        self._behaviour = behaviour
        self._resolved: Counter[date] = Counter()

    def resolve(self, account_number: str, bank_code: str) -> tuple[Bank, str]:
        """Find the bank and the owner's name; raises RequestRefusedError as GET /bank/resolve does."""
        if not account_number.isdigit():
            raise refuse("Account number should be numeric")
        bank = find_bank(bank_code)
        if bank is None:
            raise refuse("Unknown bank code")
        self._count_real(bank)
        if not _exists(account_number, bank):
            raise RequestRefusedError(
                Refusal(
                    status_code=self._behaviour.unresolved_account_status,
                    message="Could not resolve account name. Check parameters or try again.",
                )
            )
        return bank, account_name(account_number, bank)

    def require(self, account_number: str, bank: Bank) -> str:
        """Return the owner's name; raises RequestRefusedError when nobody can be paid there."""
        if not account_number.isdigit() or not _exists(account_number, bank):
            raise refuse("Cannot resolve account")
        return account_name(account_number, bank)

    def forget(self) -> None:
        """Begin to count anew."""
        self._resolved.clear()

    def _count_real(self, bank: Bank) -> None:
        is_limited = self._behaviour.limit_resolves and self._settings.domain == "test"
        if not is_limited or bank.code == TEST_BANK_CODE:
            return
        today = self._settings.clock().date()
        if self._resolved[today] >= REAL_RESOLVES_A_DAY:
            raise RequestRefusedError(refusals.TOO_MANY_RESOLVES)
        self._resolved[today] += 1


def account_name(account_number: str, bank: Bank) -> str:
    """Make up a name from the number and the bank."""
    digest = hashlib.sha256(f"{bank.code}/{account_number}".encode()).digest()
    lists = (_FIRST_NAMES, _MIDDLE_NAMES, _LAST_NAMES)
    return " ".join(names[digest[place] % len(names)] for place, names in enumerate(lists))


def _exists(account_number: str, bank: Bank) -> bool:
    if account_number.endswith(UNKNOWN_ENDING):
        return False
    return bank.type != "nuban" or _NUBAN.fullmatch(account_number) is not None
