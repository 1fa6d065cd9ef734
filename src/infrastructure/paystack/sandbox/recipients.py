"""Recipients: accounts to pay to, each known once."""

from typing import Any

import msgspec

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.accounts import Accounts
from infrastructure.paystack.sandbox.banks import RECIPIENT_TYPES, Bank, find_bank
from infrastructure.paystack.sandbox.incoming import Body, optional_text, read_number, required_text
from infrastructure.paystack.sandbox.records import Recipient
from infrastructure.paystack.sandbox.refusals import RequestRefusedError, refuse
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store


class NewRecipient(msgspec.Struct, frozen=True, kw_only=True):
    """A checked request to create a recipient."""

    type: str
    name: str
    account_number: str
    bank: Bank
    currency: str
    description: str | None
    email: str | None
    metadata: dict[str, Any] | None


class Recipients:
    """Makes and finds recipients."""

    def __init__(self, settings: SandboxSettings, store: Store, accounts: Accounts) -> None:
        self._settings = settings
        self._store = store
        self._accounts = accounts

    def create(self, new: NewRecipient) -> Recipient:
        """Make a recipient; the same account again is the same recipient."""
        with self._store.atomically():
            known = self._store.find(
                Recipient,
                type=new.type,
                bank_code=new.bank.code,
                account_number=new.account_number,
                currency=new.currency,
                is_deleted=False,
            )
            return known or self._make(new)

    def by_id_or_code(self, text: str) -> Recipient:
        """Find a recipient; raises RequestRefusedError when there is none."""
        number = read_number(text)
        known = self._store.find(Recipient, recipient_code=text)
        if known is None and number is not None:
            known = self._store.get(Recipient, number)
        if known is None or known.is_deleted:
            raise RequestRefusedError(refusals.UNKNOWN_RECIPIENT)
        return known

    def change(self, recipient: Recipient, *, name: str | None, email: str | None) -> None:
        recipient.name = name or recipient.name
        recipient.email = email or recipient.email
        recipient.updated_at = self._settings.clock()
        self._store.save(recipient)

    def delete(self, recipient: Recipient) -> None:
        """Make a recipient unusable; its account can become another recipient."""
        recipient.is_deleted = True
        recipient.updated_at = self._settings.clock()
        self._store.save(recipient)

    def _make(self, new: NewRecipient) -> Recipient:
        now = self._settings.clock()
        recipient = Recipient(
            id=self._store.new_id(Recipient),
            recipient_code=f"RCP_{self._settings.new_code(15)}",
            domain=self._settings.domain,
            type=new.type,
            name=new.name,
            currency=new.currency,
            account_number=new.account_number,
            bank_code=new.bank.code,
            bank_name=new.bank.name,
            created_at=now,
            updated_at=now,
            account_name=self._accounts.require(new.account_number, new.bank),
            description=new.description,
            email=new.email,
            metadata=new.metadata,
        )
        self._store.save(recipient)
        return recipient


def read_new_recipient(body: Body) -> NewRecipient:
    """Check a request; raises RequestRefusedError with the API's complaint."""
    kind = required_text(body, "type")
    if kind not in RECIPIENT_TYPES:
        raise refuse("Invalid recipient type specified")
    account_number = optional_text(body.get("account_number"))
    if account_number is None:
        raise refuse("Either authorization_code or account_number must be passed.", "missing_params")
    bank = find_bank(required_text(body, "bank_code"))
    if bank is None:
        raise refuse("Unknown bank code")
    currency = optional_text(body.get("currency")) or bank.currency
    if bank.currency not in RECIPIENT_TYPES[kind] or currency != bank.currency:
        raise refuse("Bank is invalid")
    metadata = body.get("metadata")
    return NewRecipient(
        type=kind,
        name=required_text(body, "name"),
        account_number=account_number,
        bank=bank,
        currency=currency,
        description=optional_text(body.get("description")),
        email=optional_text(body.get("email")),
        metadata=metadata if isinstance(metadata, dict) else None,
    )
