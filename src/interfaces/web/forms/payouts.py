"""The forms about where and when a consultant is paid."""

from __future__ import annotations

from typing import ClassVar

from application.earnings.set_payout_account import PayoutAccountCommand
from domain.payouts import AccountNotResolved
from interfaces.web.forms.form import Form, Reading


class PayoutForm(Form):
    """Have paid out what is available: the sum that stood on the button, in subunits."""

    FIELDS = ("agreed",)

    def agreed(self) -> int:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        typed = read.text("agreed", longest=15)
        read.check.require(typed.isascii() and typed.isdigit(), "agreed", "Look at the sum, and ask once more.")
        read.done()
        return int(typed)


class PayoutAccountForm(Form):
    """Which account. It is sent first to see whose it is, then with the password."""

    FIELDS = ("currency", "bank_code", "account_number", "current_password")
    SECRET = frozenset({"account_number", "current_password"})
    FIELD_OF: ClassVar = {
        "wrong_current_password": "current_password",
        AccountNotResolved.code: "account_number",
    }

    def command(self) -> PayoutAccountCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        currency = read.text("currency", "Choose a currency from the list.", longest=3)
        bank_code = read.text("bank_code", "Choose a bank from the list.", longest=20)
        account_number = read.text("account_number", "Enter the number of the account.", longest=40)
        read.done()
        return PayoutAccountCommand(currency=currency, bank_code=bank_code, account_number=account_number)

    def password(self) -> str:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        password = read.secret("current_password", "Enter your password.")
        read.done()
        return password
