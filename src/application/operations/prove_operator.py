"""Make sure that it is an operator who acts, and that they say why."""

from __future__ import annotations

from dataclasses import dataclass, field

from application.accounts.callers import Caller
from application.accounts.confirm_password import ConfirmPassword
from domain.accounts import Role
from domain.operations import checked_note
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What every operator's action comes with: why, and the operator's own password once more. `address` is where
    the request came from.
    """

    note: str
    password: str = field(repr=False)
    address: str | None = None


@dataclass(frozen=True, slots=True)
class ProveOperator:
    """Look at the proof before anything is done."""

    confirm_password: ConfirmPassword

    async def __call__(self, caller: Caller, proof: Proof) -> str:
        """The note. Raises `NotFound` for everybody else, `Invalid`, `WrongCurrentPassword` or `Throttled`."""
        if caller.role is not Role.OPERATOR:
            raise NotFound
        note = checked_note(proof.note)
        account = await self.confirm_password(caller, proof.password)
        if account.role is not Role.OPERATOR or not account.is_active:
            raise NotFound
        return note
