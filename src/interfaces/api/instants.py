"""Instants that come from outside: with an offset, and in a century that a calendar can be about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar.params import QueryParameter
from msgspec import UnsetType

from domain.refusals import FieldCheck

From = Annotated[
    datetime | None,
    QueryParameter(name="from", description="An instant such as 2030-01-31T09:00:00Z: what starts then or later."),
]
To = Annotated[
    datetime | None,
    QueryParameter(name="to", description="An instant such as 2030-01-31T09:00:00Z: what starts before then."),
]
YEARS = range(2000, 2100)


def require_sensible(**instants: datetime | UnsetType | None) -> None:
    """Raises `Invalid` for instants without an offset from UTC, and for those before 2000 or after 2099.

    Names that are words of Python come with an underscore behind them.
    """
    check = FieldCheck()
    for name, instant in instants.items():
        if isinstance(instant, datetime):
            field = name.rstrip("_")
            check.require(
                instant.tzinfo is not None, field, "Add the offset from UTC: Z, or %2B01:00 in an address."
            )
            check.require(instant.year in YEARS, field, "Choose a year from 2000 to 2099.")
    check.done()
