"""/refund: create, retry, fetch, list."""

from collections.abc import Mapping

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from infrastructure.paystack.sandbox.api.paging import listed, period_wanted, positive
from infrastructure.paystack.sandbox.api.requests import AnyRequest, body_of, require_secret_key
from infrastructure.paystack.sandbox.incoming import read_new_refund
from infrastructure.paystack.sandbox.records import Refund
from infrastructure.paystack.sandbox.refunds import Refunds, read_refund_account
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Selection, Store
from infrastructure.paystack.sandbox.wire import refunds as wire
from infrastructure.paystack.sandbox.wire.envelope import Json, answer


class RefundController(Controller):
    path = "/refund"
    guards = (require_secret_key,)

    @post("/", status_code=200, opt={"endpoint": "refund"})
    async def create(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        refunds: NamedDependency[Refunds],
    ) -> Json:
        body = await body_of(request)
        refund, transaction = refunds.create(read_new_refund(body))
        return answer(
            "Refund has been queued for processing",
            wire.created_refund(
                refund,
                transaction,
                account_email=settings.account_email,
                is_complete=refunds.remaining(transaction) == 0,
            ),
        )

    @post("/retry_with_customer_details/{refund_id:str}", status_code=200, opt={"endpoint": "retry_refund"})
    async def retry(
        self,
        refund_id: FromPath[str],
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        refunds: NamedDependency[Refunds],
    ) -> Json:
        account = read_refund_account(await body_of(request))
        refund = refunds.by_id(refund_id)
        refunds.retry(refund, account)
        shown = wire.retried_refund(refund, refunds.transaction_of(refund), account_email=settings.account_email)
        return answer("Refund retried and has been queued for processing", shown)

    @get("/{refund_id:str}", opt={"endpoint": "fetch_refund"})
    async def fetch(
        self,
        refund_id: FromPath[str],
        settings: NamedDependency[SandboxSettings],
        refunds: NamedDependency[Refunds],
    ) -> Json:
        refund = refunds.by_id(refund_id)
        transaction = refunds.transaction_of(refund)
        shown = wire.read_refund(refund, transaction, account_email=settings.account_email)
        return answer("Refund retrieved", shown)

    @get("/", opt={"endpoint": "list_refunds"})
    async def list_all(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        store: NamedDependency[Store],
        refunds: NamedDependency[Refunds],
    ) -> Json:
        def show(refund: Refund) -> Json:
            transaction = refunds.transaction_of(refund)
            return wire.read_refund(refund, transaction, account_email=settings.account_email)

        query = request.query_params
        selection = _refunds_wanted(query)
        shown = listed("Refunds retrieved", Refund, selection, store=store, query=query, show=show)
        failed = store.count(Refund, selection.narrowed("status = ?", "failed"))
        shown["meta"] |= {"perPage": str(shown["meta"]["perPage"]), "failedRefundCount": failed}
        return shown


def _refunds_wanted(query: Mapping[str, str]) -> Selection:
    selection = period_wanted(query)
    if query.get("transaction"):
        # A reference instead of the numeric id finds nothing: no error.
        selection = selection.narrowed("transaction_id = ?", positive(query["transaction"], 0))
    if query.get("currency"):
        selection = selection.narrowed("currency = ?", query["currency"])
    return selection
