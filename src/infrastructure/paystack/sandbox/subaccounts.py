"""Subaccounts, and splits of a charge between them and the business itself."""

import msgspec

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.accounts import Accounts
from infrastructure.paystack.sandbox.banks import find_bank
from infrastructure.paystack.sandbox.incoming import Body, optional_text, read_amount, read_number, required_text
from infrastructure.paystack.sandbox.records import Share, Split, Subaccount
from infrastructure.paystack.sandbox.refusals import RequestRefusedError, refuse
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store

_BEARERS = ("subaccount", "account", "all-proportional", "all")
_SHORTEST_ACCOUNT = 6


class Subaccounts:
    """Makes and finds subaccounts."""

    def __init__(self, settings: SandboxSettings, store: Store, accounts: Accounts) -> None:
        self._settings = settings
        self._store = store
        self._accounts = accounts

    def create(self, body: Body) -> Subaccount:
        """Make a subaccount; raises RequestRefusedError with the API's complaint."""
        account_number = required_text(body, "account_number")
        if len(account_number) < _SHORTEST_ACCOUNT:
            raise refuse("Account number must be at least 6 digits in length")
        bank = find_bank(optional_text(body.get("settlement_bank")) or required_text(body, "bank_code"))
        if bank is None:
            raise refuse("Bank code is invalid")
        now = self._settings.clock()
        subaccount = Subaccount(
            id=self._store.new_id(Subaccount),
            subaccount_code=f"ACCT_{self._settings.new_code(15)}",
            domain=self._settings.domain,
            business_name=required_text(body, "business_name"),
            account_number=account_number,
            account_name=self._accounts.require(account_number, bank),
            bank_id=bank.id,
            bank_name=bank.name,
            currency=bank.currency,
            percentage_charge=_percentage(body.get("percentage_charge")),
            created_at=now,
            updated_at=now,
            description=optional_text(body.get("description")),
            contact_name=optional_text(body.get("primary_contact_name")),
            contact_email=optional_text(body.get("primary_contact_email")),
            contact_phone=optional_text(body.get("primary_contact_phone")),
            metadata=optional_text(body.get("metadata")),
        )
        self._store.save(subaccount)
        return subaccount

    def by_id_or_code(self, text: str) -> Subaccount:
        """Find a subaccount; raises RequestRefusedError when there is none."""
        number = read_number(text)
        found = self._store.find(Subaccount, subaccount_code=text)
        if found is None and number is not None:
            found = self._store.get(Subaccount, number)
        if found is None:
            raise RequestRefusedError(refusals.UNKNOWN_SUBACCOUNT)
        return found


class Splits:
    """Makes and finds groups of subaccounts that share charges."""

    def __init__(self, settings: SandboxSettings, store: Store, subaccounts: Subaccounts) -> None:
        self._settings = settings
        self._store = store
        self._subaccounts = subaccounts

    def create(self, body: Body) -> Split:
        """Make a group; raises RequestRefusedError with the API's complaint."""
        kind = body.get("type")
        if kind not in {"percentage", "flat"}:
            raise refuse("Invalid split type : must be one of: percentage or flat")
        bearer = optional_text(body.get("bearer_type")) or "all"
        if bearer not in _BEARERS:
            raise refuse(f"Invalid bearer type : must be one of: {', '.join(_BEARERS[:-1])} or {_BEARERS[-1]}")
        shares = self._shares(body.get("subaccounts"))
        if kind == "percentage" and sum(share.share for share in shares) > 100:
            raise refuse("Shares of subaccounts cannot be more than 100")
        now = self._settings.clock()
        split = Split(
            id=self._store.new_id(Split),
            split_code=f"SPL_{self._settings.new_code(10)}",
            domain=self._settings.domain,
            name=required_text(body, "name"),
            type=kind,
            currency=required_text(body, "currency"),
            bearer_type=bearer,
            bearer_subaccount=optional_text(body.get("bearer_subaccount")),
            shares=shares,
            created_at=now,
            updated_at=now,
        )
        self._store.save(split)
        return split

    def by_id_or_code(self, text: str) -> Split:
        """Find a group; raises RequestRefusedError when there is none."""
        number = read_number(text)
        found = self._store.find(Split, split_code=text)
        if found is None and number is not None:
            found = self._store.get(Split, number)
        if found is None:
            raise RequestRefusedError(refusals.UNKNOWN_SPLIT)
        return found

    def members(self, split: Split) -> list[tuple[Subaccount, Share]]:
        return [(self._subaccounts.by_id_or_code(share.subaccount), share) for share in split.shares]

    def _shares(self, value: object) -> list[Share]:
        entries = value if isinstance(value, list) else []
        if not entries:
            raise refuse("subaccounts is required", "missing_params")
        shares = []
        for entry in entries:
            if not isinstance(entry, dict):
                raise refuse("Invalid entries found")
            code = self._subaccounts.by_id_or_code(required_text(entry, "subaccount")).subaccount_code
            shares.append(Share(subaccount=code, share=read_amount(entry.get("share"))))
        return shares


def _percentage(value: object) -> float:
    try:
        percentage = msgspec.convert(value, float, strict=False)
    except msgspec.ValidationError as error:
        raise refuse("percentage_charge must be a number") from error
    if not 0 <= percentage <= 100:
        raise refuse("percentage_charge must be a number")
    return percentage
