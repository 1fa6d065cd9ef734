"""The form with which a client names a bank account for a refund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from application.payments.refund_account import NameRefundAccountCommand
from domain.payments import RefundNotRetried
from interfaces.web.forms.form import Form, Reading


class RefundAccountForm(Form):
    """Where the money should go. The number is not shown again."""

    FIELDS = ("bank_id", "account_number")
    SECRET = frozenset({"account_number"})
    FIELD_OF: ClassVar[Mapping[str, str]] = {RefundNotRetried.code: "account_number"}

    def command(self, booking_id: UUID) -> NameRefundAccountCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        bank_id = read.text("bank_id", "Choose a bank from the list.", longest=20)
        account_number = read.text("account_number", "Enter the number of the account.", longest=40)
        read.done()
        return NameRefundAccountCommand(booking_id=booking_id, bank_id=bank_id, account_number=account_number)
