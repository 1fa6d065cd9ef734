"""Payouts: what consultants earned, on its way to them."""

from __future__ import annotations

from domain.refusals import Refusal


class AccountNotResolved(Refusal):
    """The bank does not know the account, or Paystack cannot pay into it."""

    code = "account_not_resolved"
    sentence = "The bank does not know this account. Check the number and the bank."


class TransferRefused(Refusal):
    """Paystack says that nothing was sent."""

    code = "transfer_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Paystack did not send the money: {reason}")
        self.reason = reason
