"""/balance: what the business has, and what made it so."""

from litestar import Controller, get
from litestar.di import NamedDependency

from infrastructure.paystack.sandbox.api.paging import listed, period_wanted
from infrastructure.paystack.sandbox.api.requests import AnyRequest, require_secret_key
from infrastructure.paystack.sandbox.balances import Balances
from infrastructure.paystack.sandbox.records import LedgerEntry
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.wire.envelope import INTEGRATION_ID, Json, answer, instant


class BalanceController(Controller):
    path = "/balance"
    guards = (require_secret_key,)

    @get("/", opt={"endpoint": "balance"})
    async def show(self, settings: NamedDependency[SandboxSettings], balances: NamedDependency[Balances]) -> Json:
        shown = [{"currency": currency, "balance": balances.of(currency)} for currency in settings.currencies]
        return answer("Balances retrieved", shown)

    @get("/ledger", opt={"endpoint": "balance_ledger"})
    async def show_ledger(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        store: NamedDependency[Store],
    ) -> Json:
        def show(entry: LedgerEntry) -> Json:
            return {
                "integration": INTEGRATION_ID,
                "domain": settings.domain,
                "balance": entry.balance,
                "currency": entry.currency,
                "difference": entry.difference,
                "reason": entry.reason,
                "model_responsible": entry.model,
                "model_row": entry.row,
                "id": entry.id,
                "createdAt": instant(entry.created_at),
                "updatedAt": instant(entry.created_at),
            }

        query = request.query_params
        selection = period_wanted(query)
        return listed("Balance ledger retrieved", LedgerEntry, selection, store=store, query=query, show=show)
