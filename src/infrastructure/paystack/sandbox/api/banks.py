"""/bank: list, resolve."""

from collections.abc import Mapping

from litestar import Controller, get
from litestar.di import NamedDependency

from infrastructure.paystack.sandbox.accounts import Accounts
from infrastructure.paystack.sandbox.api.paging import Page, positive
from infrastructure.paystack.sandbox.api.requests import AnyRequest, require_secret_key
from infrastructure.paystack.sandbox.banks import BANKS, Bank
from infrastructure.paystack.sandbox.wire.banks import listed_bank, resolved_account
from infrastructure.paystack.sandbox.wire.envelope import Json, answer


class BankController(Controller):
    path = "/bank"
    guards = (require_secret_key,)

    @get("/", opt={"endpoint": "list_banks"})
    async def list_all(self, request: AnyRequest) -> Json:
        """Everything at once; in pages only with a cursor."""
        query = request.query_params
        banks = [bank for bank in BANKS if _is_wanted(bank, query)]
        if query.get("use_cursor") != "true":
            return answer("Banks retrieved", [listed_bank(bank) for bank in banks])
        page = Page(query)
        rest = [bank for bank in banks if bank.id > positive(query.get("next"), 0)]
        shown = rest[: page.size]
        following = str(shown[-1].id) if len(rest) > page.size else None
        meta: Json = {"next": following, "previous": None, "perPage": page.size}
        return answer("Banks retrieved", [listed_bank(bank) for bank in shown], meta)

    @get("/resolve", opt={"endpoint": "resolve_account"})
    async def resolve(self, request: AnyRequest, accounts: NamedDependency[Accounts]) -> Json:
        number = request.query_params.get("account_number", "")
        bank, name = accounts.resolve(number, request.query_params.get("bank_code", ""))
        return answer("Account number resolved", resolved_account(number, name, bank))


def _is_wanted(bank: Bank, query: Mapping[str, str]) -> bool:
    wishes = {
        "country": bank.country.lower(),
        "currency": bank.currency,
        "type": bank.type,
    }
    return all(not query.get(name) or _plain(query[name]) == _plain(value) for name, value in wishes.items())


def _plain(word: str) -> str:
    return word.lower().replace("-", " ")
