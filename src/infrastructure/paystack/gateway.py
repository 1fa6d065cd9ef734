"""Paystack over HTTPS."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from application.payments.ports import Checkout, GatewayRefund
from domain.money import Money
from domain.payments import BalanceTooLow, Charge, PaymentGatewayUnavailable, RefundRefused
from infrastructure.paystack.messages import Envelope, InitializedTransaction, RefundData, Transaction

log = logging.getLogger(__name__)

Data = TypeVar("Data")

TIMEOUT = httpx.Timeout(connect=2.0, read=5.0, write=5.0, pool=2.0)
DEADLINE_S = 8.0
"""For a whole call. httpx's read time-out is for each read: a server that drips would never meet it."""
LARGEST_ANSWER = 1024 * 1024
UNKNOWN_REFERENCE = "transaction_not_found"
REVERSED = "transaction_reversed"


class _RefusedError(Exception):
    """A sensible answer that says no."""

    def __init__(self, status: int, envelope: Envelope) -> None:
        super().__init__(f"{status} {envelope.message}")
        self.status = status
        self.code = envelope.code


class PaystackGateway:
    """`PaymentGateway`. The mode follows from the key: `sk_live_…` is live, everything else is test."""

    def __init__(self, client: httpx.AsyncClient, secret_key: str) -> None:
        self._client = client
        self._mode = "live" if secret_key.startswith("sk_live_") else "test"

    @property
    def mode(self) -> str:
        """`test` or `live`."""
        return self._mode

    async def initialize(self, *, reference: str, amount: Money, email: str, callback_url: str) -> Checkout:
        """POST /transaction/initialize. The currency is always sent: without it Paystack takes its default."""
        body = {
            "email": email,
            "amount": amount.amount,
            "currency": amount.currency,
            "reference": reference,
            "callback_url": callback_url,
        }
        try:
            started = await self._call("POST", "/transaction/initialize", InitializedTransaction, json=body)
        except _RefusedError as refused:
            raise PaymentGatewayUnavailable from refused
        if started.reference != reference:
            raise PaymentGatewayUnavailable
        return Checkout(authorization_url=started.authorization_url, access_code=started.access_code)

    async def verify(self, reference: str) -> Charge | None:
        """GET /transaction/verify. An unknown reference is a 400 with its code, or a 404."""
        try:
            transaction = await self._call("GET", f"/transaction/verify/{quote(reference, safe='')}", Transaction)
        except _RefusedError as refused:
            if refused.code == UNKNOWN_REFERENCE or refused.status == httpx.codes.NOT_FOUND:
                return None
            raise PaymentGatewayUnavailable from refused
        return transaction.as_charge()

    async def refund(self, *, paystack_id: int, amount: Money, note: str) -> GatewayRefund | None:
        """POST /refund, with an explicit amount."""
        body = {
            "transaction": paystack_id,
            "amount": amount.amount,
            "currency": amount.currency,
            "merchant_note": note,
        }
        try:
            return _gateway_refund(await self._call("POST", "/refund", RefundData, json=body))
        except _RefusedError as refused:
            if refused.code == REVERSED:
                return None
            raise _refund_refusal(refused) from refused

    async def refunds_of(self, paystack_id: int) -> list[GatewayRefund]:
        """GET /refund by the transaction's number; a reference would find nothing."""
        query = {"transaction": str(paystack_id), "perPage": "100"}
        try:
            listed = await self._call("GET", "/refund", list[RefundData], params=query)
        except _RefusedError as refused:
            raise PaymentGatewayUnavailable from refused
        return [_gateway_refund(refund) for refund in sorted(listed, key=lambda refund: refund.id, reverse=True)]

    async def _call(self, method: str, path: str, kind: type[Data], **request: Any) -> Data:
        """One call and its `data`. Raises `_RefusedError` for a 4xx that makes sense, else unavailable."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                status, body = await self._exchange(method, path, request)
            envelope = msgspec.json.decode(body, type=Envelope)
            if 400 <= status < 500 and status != httpx.codes.TOO_MANY_REQUESTS and not envelope.status:
                raise _RefusedError(status, envelope)
            if status >= 300 or not envelope.status:
                raise PaymentGatewayUnavailable
            return msgspec.json.decode(envelope.data, type=kind)
        except (httpx.HTTPError, TimeoutError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
            log.warning("paystack.failed method=%s path=%s fault=%s", method, path, type(fault).__name__)
            raise PaymentGatewayUnavailable from fault

    async def _exchange(self, method: str, path: str, request: dict[str, Any]) -> tuple[int, bytes]:
        async with self._client.stream(method, path, **request) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise PaymentGatewayUnavailable
            return response.status_code, bytes(body)


def _refund_refusal(refused: _RefusedError) -> RefundRefused:
    """Paystack's code for a low balance is not documented; its sentence is."""
    words = str(refused)
    return BalanceTooLow(words) if "insufficient balance" in words.casefold() else RefundRefused(words)


def _gateway_refund(refund: RefundData) -> GatewayRefund:
    return GatewayRefund(
        paystack_id=refund.id,
        amount=refund.amount,
        status=refund.refund_status,
        note=refund.merchant_note,
        created_at=refund.created_at,
    )


def paystack_client(base_url: str, secret_key: str) -> httpx.AsyncClient:
    """One client for a process: fixed address, verified TLS, no redirects, no proxies from the environment."""
    return httpx.AsyncClient(
        base_url=base_url,
        headers={"Authorization": f"Bearer {secret_key}"},
        timeout=TIMEOUT,
        trust_env=False,
        follow_redirects=False,
    )
