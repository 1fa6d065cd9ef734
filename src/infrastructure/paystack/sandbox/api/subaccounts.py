"""/subaccount and /split: create, list, fetch."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from infrastructure.paystack.sandbox.api.paging import listed, period_wanted
from infrastructure.paystack.sandbox.api.requests import AnyRequest, body_of, require_secret_key
from infrastructure.paystack.sandbox.records import Split, Subaccount
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.subaccounts import Splits, Subaccounts
from infrastructure.paystack.sandbox.wire.envelope import Json, answer
from infrastructure.paystack.sandbox.wire.subaccounts import listed_subaccount, shown_split, shown_subaccount


class SubaccountController(Controller):
    path = "/subaccount"
    guards = (require_secret_key,)

    @post("/", status_code=201, opt={"endpoint": "create_subaccount"})
    async def create(self, request: AnyRequest, subaccounts: NamedDependency[Subaccounts]) -> Json:
        subaccount = subaccounts.create(await body_of(request))
        return answer("Subaccount created", shown_subaccount(subaccount))

    @get("/", opt={"endpoint": "list_subaccounts"})
    async def list_all(self, request: AnyRequest, store: NamedDependency[Store]) -> Json:
        query = request.query_params
        selection = period_wanted(query)
        return listed(
            "Subaccounts retrieved", Subaccount, selection, store=store, query=query, show=listed_subaccount
        )

    @get("/{id_or_code:str}", opt={"endpoint": "fetch_subaccount"})
    async def fetch(self, id_or_code: FromPath[str], subaccounts: NamedDependency[Subaccounts]) -> Json:
        return answer("Subaccount retrieved", shown_subaccount(subaccounts.by_id_or_code(id_or_code)))


class SplitController(Controller):
    path = "/split"
    guards = (require_secret_key,)

    @post("/", status_code=200, opt={"endpoint": "create_split"})
    async def create(self, request: AnyRequest, splits: NamedDependency[Splits]) -> Json:
        split = splits.create(await body_of(request))
        return answer("Split created", shown_split(split, splits.members(split)))

    @get("/", opt={"endpoint": "list_splits"})
    async def list_all(
        self, request: AnyRequest, store: NamedDependency[Store], splits: NamedDependency[Splits]
    ) -> Json:
        def show(split: Split) -> Json:
            return shown_split(split, splits.members(split))

        query = request.query_params
        return listed("Split retrieved", Split, period_wanted(query), store=store, query=query, show=show)

    @get("/{id_or_code:str}", opt={"endpoint": "fetch_split"})
    async def fetch(self, id_or_code: FromPath[str], splits: NamedDependency[Splits]) -> Json:
        split = splits.by_id_or_code(id_or_code)
        return answer("Split retrieved", shown_split(split, splits.members(split)))
