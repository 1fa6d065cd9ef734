"""Paystack over HTTPS, as a whole."""

from __future__ import annotations

from copy import copy
from typing import TypeVar

import httpx

from application.gateway import Priority
from infrastructure.paystack.banks import BankCalls
from infrastructure.paystack.breaker import CircuitBreaker
from infrastructure.paystack.budget import CallBudget, Unlimited
from infrastructure.paystack.connection import Patience, PaystackConnection
from infrastructure.paystack.disputes import DisputeCalls
from infrastructure.paystack.refunds import RefundCalls
from infrastructure.paystack.transactions import TransactionCalls
from infrastructure.paystack.transfers import TransferCalls

Self = TypeVar("Self", bound="PaystackGateway")


class PaystackGateway(TransactionCalls, RefundCalls, DisputeCalls, BankCalls, TransferCalls):
    """`Gateway`. The mode follows from the key: `sk_live_…` is live, everything else is test.

    There is one in a process, with one circuit breaker; `at` makes others of it that share everything.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        secret_key: str,
        *,
        patience: Patience | None = None,
        budget: CallBudget | None = None,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        connection = PaystackConnection(
            client=client,
            patience=patience or Patience(),
            budget=budget or Unlimited(),
            breaker=breaker or CircuitBreaker(),
        )
        super().__init__(connection, "live" if secret_key.startswith("sk_live_") else "test")

    def at(self: Self, priority: Priority) -> Self:
        """The same Paystack, for calls of another priority."""
        other = copy(self)
        other.connection = self.connection.at(priority)
        return other
