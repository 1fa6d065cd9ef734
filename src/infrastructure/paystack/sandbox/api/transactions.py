"""/transaction: initialize, verify, fetch, list, charge again."""

from collections.abc import Mapping
from datetime import timedelta

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.api.paging import listed, period_wanted, positive
from infrastructure.paystack.sandbox.api.requests import AnyRequest, body_of, require_secret_key
from infrastructure.paystack.sandbox.charges import Charges
from infrastructure.paystack.sandbox.divisions import Divisions
from infrastructure.paystack.sandbox.incoming import optional_text, read_new_transaction
from infrastructure.paystack.sandbox.records import Transaction, Transfer
from infrastructure.paystack.sandbox.refusals import RequestRefusedError
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Selection, Store
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.wire import transactions as wire
from infrastructure.paystack.sandbox.wire.envelope import Json, answer, instant

_ALL = 1_000_000
_EXPORT_LASTS = timedelta(hours=1)


class TransactionController(Controller):
    path = "/transaction"
    guards = (require_secret_key,)

    @post("/initialize", status_code=200, opt={"endpoint": "initialize"})
    async def initialize(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
    ) -> Json:
        body = await body_of(request)
        address = request.client.host if request.client else "127.0.0.1"
        transaction = transactions.initialize(read_new_transaction(body, settings), address)
        return answer(
            "Authorization URL created",
            {
                "authorization_url": settings.checkout_address(transaction.access_code),
                "access_code": transaction.access_code,
                "reference": transaction.reference,
            },
        )

    @get("/verify/{reference:str}", opt={"endpoint": "verify"})
    async def verify(
        self,
        reference: FromPath[str],
        transactions: NamedDependency[Transactions],
        divisions: NamedDependency[Divisions],
    ) -> Json:
        transaction = transactions.as_known(transactions.by_reference(reference))
        shown = divisions.shown(transaction, wire.verified_transaction(transaction))
        return answer("Verification successful", shown)

    @get("/verify", opt={"endpoint": "verify"})
    async def verify_nothing(self) -> Json:
        """An empty reference is taken for the id `verify`."""
        raise RequestRefusedError(refusals.ID_NOT_NUMERIC)

    @get("/timeline/{id_or_reference:str}", opt={"endpoint": "timeline"})
    async def show_timeline(
        self, id_or_reference: FromPath[str], transactions: NamedDependency[Transactions]
    ) -> Json:
        log = wire.transaction_log(transactions.by_id_or_reference(id_or_reference))
        return answer("Timeline retrieved", log or {})

    @get("/totals", opt={"endpoint": "totals"})
    async def show_totals(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        store: NamedDependency[Store],
    ) -> Json:
        """Count what was paid, and what is on its way to others."""
        period = period_wanted(request.query_params)
        charges = store.page(Transaction, period.narrowed("status = ?", "success"), limit=_ALL)
        transfers = store.page(Transfer, period.narrowed("status = ?", "pending"), limit=_ALL)
        return answer("Transaction totals", wire.totals(charges, transfers, settings.currencies))

    @get("/export", opt={"endpoint": "export_transactions"})
    async def export(self, settings: NamedDependency[SandboxSettings]) -> Json:
        """An address at which nothing waits: the sandbox writes no files."""
        path = f"{settings.public_url}/exports/{settings.new_code(20)}.csv"
        expires_at = instant(settings.clock() + _EXPORT_LASTS)
        return answer("Export successful", {"path": path, "expiresAt": expires_at})

    @post("/charge_authorization", status_code=200, opt={"endpoint": "charge_authorization"})
    async def charge_authorization(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        charges: NamedDependency[Charges],
        transactions: NamedDependency[Transactions],
    ) -> Json:
        body = await body_of(request)
        payer = transactions.who_authorized(optional_text(body.get("authorization_code")))
        new = read_new_transaction(body, settings)
        transaction = transactions.initialize(new, request.client.host if request.client else "127.0.0.1")
        charges.charge_again(transaction, payer)
        return answer("Charge attempted", wire.charged_transaction(transaction))

    @get("/{transaction_id:str}", opt={"endpoint": "fetch_transaction"})
    async def fetch(
        self,
        transaction_id: FromPath[str],
        transactions: NamedDependency[Transactions],
        divisions: NamedDependency[Divisions],
    ) -> Json:
        transaction = transactions.as_known(transactions.by_id(transaction_id))
        shown = divisions.shown(transaction, wire.fetched_transaction(transaction))
        return answer("Transaction retrieved", shown)

    @get("/", opt={"endpoint": "list_transactions"})
    async def list_all(
        self,
        request: AnyRequest,
        store: NamedDependency[Store],
        transactions: NamedDependency[Transactions],
        divisions: NamedDependency[Divisions],
    ) -> Json:
        def show(transaction: Transaction) -> Json:
            known = transactions.as_known(transaction)
            return divisions.shown(known, wire.listed_transaction(known))

        query = request.query_params
        selection = _transactions_wanted(query)
        shown = listed(
            "Transactions retrieved",
            Transaction,
            selection,
            store=store,
            query=query,
            show=show,
        )
        if "total" in shown["meta"]:
            shown["meta"]["total_volume"] = store.sum(Transaction, "amount", selection)
        return shown


def _transactions_wanted(query: Mapping[str, str]) -> Selection:
    selection = period_wanted(query)
    for parameter, column in (("status", "status"), ("channel", "channel")):
        if query.get(parameter):
            selection = selection.narrowed(f"{column} = ?", query[parameter])
    # A customer code instead of the numeric id finds nothing: no error.
    for parameter, column in (("customer", "customer_id"), ("amount", "amount")):
        if query.get(parameter):
            selection = selection.narrowed(f"{column} = ?", positive(query[parameter], 0))
    return selection
