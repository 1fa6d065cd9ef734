"""/transaction: initialize, verify, fetch, list."""

from collections.abc import Mapping

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.api.paging import listed, period_wanted, positive
from infrastructure.paystack.sandbox.api.requests import AnyRequest, body_of, require_secret_key
from infrastructure.paystack.sandbox.incoming import read_new_transaction
from infrastructure.paystack.sandbox.records import Transaction
from infrastructure.paystack.sandbox.refusals import RequestRefusedError
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Selection, Store
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.wire import transactions as wire
from infrastructure.paystack.sandbox.wire.envelope import Json, answer


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
    async def verify(self, reference: FromPath[str], transactions: NamedDependency[Transactions]) -> Json:
        transaction = transactions.by_reference(reference)
        return answer("Verification successful", wire.verified_transaction(transaction))

    @get("/verify", opt={"endpoint": "verify"})
    async def verify_nothing(self) -> Json:
        """An empty reference is taken for the id `verify`."""
        raise RequestRefusedError(refusals.ID_NOT_NUMERIC)

    @get("/{transaction_id:str}", opt={"endpoint": "fetch_transaction"})
    async def fetch(self, transaction_id: FromPath[str], transactions: NamedDependency[Transactions]) -> Json:
        transaction = transactions.by_id(transaction_id)
        return answer("Transaction retrieved", wire.fetched_transaction(transaction))

    @get("/", opt={"endpoint": "list_transactions"})
    async def list_all(self, request: AnyRequest, store: NamedDependency[Store]) -> Json:
        query = request.query_params
        selection = _transactions_wanted(query)
        shown = listed(
            "Transactions retrieved",
            Transaction,
            selection,
            store=store,
            query=query,
            show=wire.listed_transaction,
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
