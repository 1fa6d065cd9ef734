"""Paystack as a whole: it collects, returns and pays out."""

from __future__ import annotations

from typing import Protocol

from application.earnings.ports import PayoutGateway
from application.payments.ports import PaymentGateway


class Gateway(PaymentGateway, PayoutGateway, Protocol):
    """Both sides of Paystack, behind one key."""
