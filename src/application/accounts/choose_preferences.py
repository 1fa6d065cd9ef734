"""Say how pages should speak and look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried
from domain.accounts import Preferences
from domain.refusals import FieldCheck


@dataclass(frozen=True, slots=True)
class ChoosePreferences:
    """Keep one's time zone, hours of the day, theme and language with the account.

    What is nothing is left to the device.
    """

    open_uow: OpenUnitOfWork
    time_zones: Collection[str]
    languages: Collection[str]

    @retried
    async def __call__(self, caller: Caller, preferences: Preferences) -> None:
        """Raises `Invalid` for a zone or language that there is not."""
        check = FieldCheck()
        check.require(
            preferences.time_zone is None or preferences.time_zone in self.time_zones,
            "time_zone",
            "Choose a time zone such as Africa/Lagos.",
        )
        check.require(
            preferences.language is None or preferences.language in self.languages,
            "language",
            "Choose a language from the list.",
        )
        check.done()
        async with self.open_uow() as uow:
            await uow.accounts.prefer(caller.account_id, preferences)
            await uow.commit()
