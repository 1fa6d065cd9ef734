"""Banks, and the accounts that they know."""

from __future__ import annotations

from typing import Annotated

import msgspec

from application.earnings.ports import Bank
from domain.payments import PaymentGatewayUnavailable
from domain.payouts import AccountNotResolved
from infrastructure.paystack.calls import PAGE, Numbered, PaystackCalls
from infrastructure.paystack.connection import RefusedError
from infrastructure.paystack.wire import Name

MOST_PAGES = 50
USED_UP = "daily limit"
"""Of the sentence about a test key's resolves: it says nothing about the account."""

Shown = Annotated[Name, msgspec.Meta(min_length=1)]


class BankData(Numbered, frozen=True, kw_only=True):
    """One bank. Its code is text: leading zeros count."""

    name: Shown
    code: Shown
    currency: Name
    type: Name | None = None
    active: bool | None = True
    is_deleted: bool | None = False
    supports_transfer: bool | None = True

    @property
    def is_usable(self) -> bool:
        """Whether money can be sent there."""
        return bool(self.active and self.supports_transfer and self.type) and not self.is_deleted


class ResolvedAccount(msgspec.Struct, frozen=True):
    """`data` of resolve."""

    account_number: Name
    account_name: Shown


class Recipient(msgspec.Struct, frozen=True):
    """`data` of a new recipient."""

    recipient_code: Shown
    domain: Name | None = None


class BankCalls(PaystackCalls):
    """Where money can go."""

    async def banks(self, currency: str) -> list[Bank]:
        """GET /bank. It is listed in pages only with a cursor."""
        found: dict[int, BankData] = {}
        query = {"currency": currency, "use_cursor": "true", "perPage": str(PAGE)}
        for _ in range(MOST_PAGES):
            envelope = await self._page("list_banks", "/bank", query)
            found |= {row.id: row for row in envelope.read(list[BankData])}
            cursor = envelope.pages.next_cursor
            if cursor is None:
                return _usable(found, currency)
            query["next"] = cursor
        raise PaymentGatewayUnavailable

    async def account_name(self, *, account_number: str, bank_code: str) -> str:
        """GET /bank/resolve."""
        query = {"account_number": account_number, "bank_code": bank_code}
        try:
            resolved = await self._read("resolve_account", "/bank/resolve", ResolvedAccount, query)
        except RefusedError as refused:
            if USED_UP in refused.message.casefold():
                raise PaymentGatewayUnavailable from refused
            raise AccountNotResolved from refused
        if resolved.account_number != account_number:
            raise PaymentGatewayUnavailable
        return resolved.account_name

    async def create_recipient(
        self, *, kind: str, name: str, account_number: str, bank_code: str, currency: str
    ) -> str:
        """POST /transferrecipient."""
        body = {
            "type": kind,
            "name": name,
            "account_number": account_number,
            "bank_code": bank_code,
            "currency": currency,
        }
        try:
            recipient = await self._write("create_recipient", "/transferrecipient", Recipient, body)
        except RefusedError as refused:
            raise AccountNotResolved from refused
        return self._in_our_mode(recipient).recipient_code


def _usable(found: dict[int, BankData], currency: str) -> list[Bank]:
    rows = [row for row in found.values() if row.is_usable and row.currency == currency]
    return [
        Bank(id=str(row.id), code=row.code, name=row.name, currency=row.currency, kind=str(row.type))
        for row in sorted(rows, key=lambda row: row.name.casefold())
    ]
