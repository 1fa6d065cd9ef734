"""Erasing an account: what stands in the way of it, and what is left of a person."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from domain.accounts import Person, Role
from domain.refusals import Refusal


class Hindrance(StrEnum):
    """Why an account cannot be erased yet; each of them comes to an end."""

    SESSIONS = "sessions"
    """Sessions that are held, booked or not yet closed, with whichever part in them."""
    PAYMENTS = "payments"
    """A payment may still arrive."""
    REFUNDS = "refunds"
    """Money is on its way back."""
    DISPUTES = "disputes"
    """A bank or a report of absence is not decided."""
    EARNINGS = "earnings"
    """Money is owed to the consultant, or by the consultant."""
    PAYOUTS = "payouts"
    """A payout is under way."""


class CannotErase(Refusal):
    """Somebody still waits for this person, or for money. `hindrances` name what it is."""

    code = "account_in_use"
    sentence = "Your account cannot be deleted yet: sessions or money are still open."

    def __init__(self, hindrances: Iterable[Hindrance]) -> None:
        super().__init__()
        self.hindrances = tuple(hindrances)


class OperatorStays(Refusal):
    """The trail of what operators did names them."""

    code = "operator_stays"
    sentence = "An operator's account is not deleted by its owner. Ask another operator to suspend it."


FORMER = {Role.CLIENT: ("A former", "client"), Role.CONSULTANT: ("A former", "consultant")}
"""First and last name of those who were erased, as others see them."""


def former_person(account_id: UUID, role: Role) -> Person:
    """Who stands in the place of somebody who was erased. Raises `OperatorStays`."""
    if role not in FORMER:
        raise OperatorStays
    first_name, last_name = FORMER[role]
    return Person(
        username=f"erased-{account_id.hex}",
        email=f"{account_id.hex}@erased.invalid",
        first_name=first_name,
        last_name=last_name,
        phone_number=None,
    )
