"""An operator enters the one-time password that a payout waits for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.earnings.follow_payout import FollowPayout
from application.earnings.ports import PayoutGateway
from application.operations.close_item import Trace, leave_trace, offered, sign_item
from application.operations.item_kinds import Action
from application.operations.prove_operator import Proof, ProveOperator
from application.transactions import OpenUnitOfWork, retried
from domain.operations import ActionNotOffered
from domain.payouts import PayoutStatus
from domain.refusals import Invalid

LONGEST_OTP = 12


@dataclass(frozen=True, slots=True)
class ConfirmPayout:
    """Finish a transfer with the password that Paystack sent to the phone of the business.

    The item on the operators' list is resolved by what Paystack says then.
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator
    gateway: PayoutGateway
    follow_payout: FollowPayout

    async def __call__(self, caller: Caller, item_id: UUID, otp: str, proof: Proof) -> PayoutStatus:
        """The payout's state afterwards. Raises `NotFound`, `ItemResolved`, `ActionNotOffered`, `Invalid`,
        `TransferRefused` for a wrong password, `PaymentGatewayUnavailable`, or what the proof lacks.
        """
        note = await self.prove_operator(caller, proof)
        digits = _digits(otp)
        trace = Trace(caller=caller, note=note, address=proof.address)
        payout_id, transfer_code = await self._note(trace, item_id)
        known = await self.gateway.confirm_transfer(transfer_code=transfer_code, otp=digits)
        status = await self.follow_payout.take_over(payout_id, known)
        await self._sign(trace, item_id)
        return status

    @retried
    async def _note(self, trace: Trace, item_id: UUID) -> tuple[UUID, str]:
        """Written down first: with the right password the money goes."""
        async with self.open_uow() as uow:
            item = await offered(uow, item_id, Action.ENTER_OTP)
            payout = await uow.payouts.find(UUID(item.subject))
            if payout is None or payout.transfer_code is None or payout.status is not PayoutStatus.NEEDS_OTP:
                raise ActionNotOffered
            await leave_trace(uow, trace, Action.ENTER_OTP, item)
            await uow.commit()
        return payout.id, payout.transfer_code

    @retried
    async def _sign(self, trace: Trace, item_id: UUID) -> None:
        async with self.open_uow() as uow:
            await sign_item(uow, trace, item_id, resolution="confirmed")
            await uow.commit()


def _digits(otp: str) -> str:
    digits = otp.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_OTP):
        raise Invalid.field("otp", "Enter the digits that Paystack sent.")
    return digits
