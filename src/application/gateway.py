"""Paystack as a whole: it collects, returns and pays out."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from application.earnings.ports import PayoutGateway
from application.payments.ports import PaymentGateway


class Priority(StrEnum):
    """Whose calls go first when there are more than Paystack takes in a minute."""

    FOREGROUND = "foreground"
    """Somebody waits for the answer."""
    SETTLING = "settling"
    """Money that is known to be on its way."""
    POLLING = "polling"
    """A look whether something has changed."""


class Gateway(PaymentGateway, PayoutGateway, Protocol):
    """Both sides of Paystack, behind one key."""

    def at(self, priority: Priority) -> Gateway:
        """The same Paystack, for calls of another priority."""
        ...
