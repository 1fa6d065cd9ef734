"""What every part of the gateway stands on."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Protocol, TypeVar

import msgspec

from domain.payments import PaymentGatewayUnavailable
from infrastructure.paystack.connection import PaystackConnection, Question, RefusedError
from infrastructure.paystack.wire import Data, Envelope, PaystackId, decoded

log = logging.getLogger(__name__)

PAGE = 100
NOT_FOUND = 404


class HasMode(Protocol):
    """Something that may say which of Paystack's two worlds it belongs to."""

    @property
    def domain(self) -> str | None:
        """`test` or `live`."""
        ...


class Numbered(msgspec.Struct, frozen=True):
    """What every row of a list has."""

    id: PaystackId


Row = TypeVar("Row", bound=Numbered)
OfMode = TypeVar("OfMode", bound=HasMode)


class PaystackCalls:
    """A part of the gateway: some calls on the shared connection. `mode` is `test` or `live`."""

    def __init__(self, connection: PaystackConnection, mode: str) -> None:
        self.connection = connection
        self.mode = mode

    async def _read(self, name: str, path: str, kind: type[Data], query: Mapping[str, str] | None = None) -> Data:
        """Raises `RefusedError` or `PaymentGatewayUnavailable`."""
        return (await self.connection.ask(Question(name=name, path=path, query=query))).read(kind)

    async def _write(self, name: str, path: str, kind: type[Data], body: Mapping[str, object]) -> Data:
        """Raises `RefusedError` or `PaymentGatewayUnavailable`: its outcome is unknown then."""
        return (await self.connection.ask(Question(name=name, path=path, method="POST", body=body))).read(kind)

    async def _list(self, name: str, path: str, kind: type[Row], query: Mapping[str, str]) -> AsyncIterator[Row]:
        """All pages, by number; each row once. Raises `PaymentGatewayUnavailable`.

        Rows that appear meanwhile push others to a later page, where they are met again.
        """
        seen: set[int] = set()
        page = 0
        while True:
            page += 1
            envelope = await self._page(name, path, {**query, "perPage": str(PAGE), "page": str(page)})
            rows = envelope.read(list[msgspec.Raw])
            news = [row for row in (decoded(row, kind) for row in rows) if row.id not in seen]
            if rows and not news:
                log.warning("paystack.failed endpoint=%s fault=a list that repeats itself", name)
                raise PaymentGatewayUnavailable
            for row in news:
                seen.add(row.id)
                yield row
            last_page = envelope.pages.last_page
            if not rows or (last_page is not None and page >= last_page):
                return

    async def _page(self, name: str, path: str, query: Mapping[str, str]) -> Envelope:
        try:
            return await self.connection.ask(Question(name=name, path=path, query=query))
        except RefusedError as refused:
            raise PaymentGatewayUnavailable from refused

    def _in_our_mode(self, data: OfMode) -> OfMode:
        """Raises `PaymentGatewayUnavailable` for something of Paystack's other world."""
        if data.domain not in (None, self.mode):
            log.error("paystack.other_mode domain=%s", data.domain)
            raise PaymentGatewayUnavailable
        return data
