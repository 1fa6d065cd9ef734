"""Transfers: pay out of our balance at Paystack."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from application.earnings.ports import GatewayTransfer, TransferStatus
from domain.money import Money
from domain.payments import BalanceTooLow, PaymentGatewayUnavailable
from domain.payouts import RecipientRefused, TransferRefused
from infrastructure.paystack.calls import NOT_FOUND, PaystackCalls
from infrastructure.paystack.connection import RefusedError
from infrastructure.paystack.wire import Currency, Name, Subunits, shown

STATUS_WORDS = {
    "otp": TransferStatus.NEEDS_OTP,
    "success": TransferStatus.PAID,
    "failed": TransferStatus.FAILED,
    "abandoned": TransferStatus.FAILED,
    "blocked": TransferStatus.FAILED,
    "rejected": TransferStatus.FAILED,
    "reversed": TransferStatus.REVERSED,
}
"""Every other word means that it is on its way."""
INVALID_RECIPIENT = "invalid_transfer_recipient"
RECIPIENT_INVALID = "recipient specified is invalid"
BALANCE_TOO_LOW = "balance is not enough"
"""Of Paystack's sentence: the code for it is not documented."""
CAME_TO_NOTHING = frozenset({TransferStatus.FAILED, TransferStatus.REVERSED})


class TransferData(msgspec.Struct, frozen=True):
    """One transfer, as created or asked about. What it costs is not told when it is created."""

    status: Name
    reference: Name
    transfer_code: Name
    amount: Subunits
    currency: Currency
    domain: Name | None = None
    fee_charged: Subunits | None = None
    gateway_response: Any = None

    def as_transfer(self) -> GatewayTransfer:
        """In our words."""
        status = STATUS_WORDS.get(self.status, TransferStatus.PENDING)
        return GatewayTransfer(
            status=status,
            transfer_code=self.transfer_code,
            amount=self.amount,
            currency=self.currency,
            fee=self.fee_charged or 0,
            problem=(shown(self.gateway_response) or self.status) if status in CAME_TO_NOTHING else None,
        )

    @property
    def lacks_fee(self) -> bool:
        """Whether the money has gone and what that costs is not said."""
        return self.fee_charged is None and STATUS_WORDS.get(self.status) is TransferStatus.PAID


class TransferCalls(PaystackCalls):
    """Money that goes out."""

    async def transfer(
        self, *, reference: str, amount: Money, recipient_code: str, reason: str
    ) -> GatewayTransfer:
        """POST /transfer. A refusal counts only when no earlier call with the reference went through."""
        body = {
            "source": "balance",
            "amount": amount.amount,
            "currency": amount.currency,
            "recipient": recipient_code,
            "reference": reference,
            "reason": reason,
        }
        try:
            sent = await self._write("transfer", "/transfer", TransferData, body)
        except RefusedError as refused:
            known = await self.transfer_by(reference)
            if known is None:
                raise _refusal(refused) from refused
            return known
        known = await self.transfer_by(reference) if sent.lacks_fee else None
        return known or self._checked(sent, reference).as_transfer()

    async def transfer_by(self, reference: str) -> GatewayTransfer | None:
        """GET /transfer/verify."""
        try:
            found = await self._read(
                "verify_transfer", f"/transfer/verify/{quote(reference, safe='')}", TransferData
            )
        except RefusedError as refused:
            if refused.status == NOT_FOUND:
                return None
            raise PaymentGatewayUnavailable from refused
        return self._checked(found, reference).as_transfer()

    async def confirm_transfer(self, *, transfer_code: str, otp: str) -> GatewayTransfer:
        """POST /transfer/finalize_transfer."""
        body = {"transfer_code": transfer_code, "otp": otp}
        try:
            sent = await self._write("finalize_transfer", "/transfer/finalize_transfer", TransferData, body)
        except RefusedError as refused:
            raise TransferRefused(refused.message) from refused
        if sent.transfer_code != transfer_code:
            raise PaymentGatewayUnavailable
        return self._in_our_mode(sent).as_transfer()

    def _checked(self, transfer: TransferData, reference: str) -> TransferData:
        if transfer.reference != reference:
            raise PaymentGatewayUnavailable
        return self._in_our_mode(transfer)


def _refusal(refused: RefusedError) -> BalanceTooLow | TransferRefused:
    words = refused.message.casefold()
    if BALANCE_TOO_LOW in words:
        return BalanceTooLow(refused.message)
    is_recipient = refused.code == INVALID_RECIPIENT or RECIPIENT_INVALID in words
    return (RecipientRefused if is_recipient else TransferRefused)(refused.message)
