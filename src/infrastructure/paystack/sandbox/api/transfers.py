"""/transfer: create, create many, finalize with the OTP, verify, fetch, list."""

from collections.abc import Mapping

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from infrastructure.paystack.sandbox.api.paging import listed, period_wanted, positive
from infrastructure.paystack.sandbox.api.requests import AnyRequest, body_of, require_secret_key
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.records import Transfer
from infrastructure.paystack.sandbox.refusals import refuse
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Selection, Store
from infrastructure.paystack.sandbox.transfers import OTP, Transfers, read_new_transfer, read_new_transfers
from infrastructure.paystack.sandbox.wire.envelope import Json, answer, said
from infrastructure.paystack.sandbox.wire.transfers import (
    bulk_transfer,
    created_transfer,
    listed_transfer,
    read_transfer,
)


class TransferController(Controller):
    path = "/transfer"
    guards = (require_secret_key,)

    @post("/", status_code=200, opt={"endpoint": "transfer"})
    async def create(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        transfers: NamedDependency[Transfers],
    ) -> Json:
        transfer = transfers.create(read_new_transfer(await body_of(request), settings))
        waits_for_otp = transfer.status == "otp"
        message = "Transfer requires OTP to continue" if waits_for_otp else "Transfer has been queued"
        return answer(message, created_transfer(transfer))

    @post("/bulk", status_code=200, opt={"endpoint": "bulk_transfer"})
    async def create_many(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        transfers: NamedDependency[Transfers],
    ) -> Json:
        made = transfers.create_all(read_new_transfers(await body_of(request), settings))
        shown = [bulk_transfer(transfer, transfers.recipient_of(transfer)) for transfer in made]
        return answer(f"{len(made)} transfers queued.", shown)

    @post("/finalize_transfer", status_code=200, opt={"endpoint": "finalize_transfer"})
    async def finalize(self, request: AnyRequest, transfers: NamedDependency[Transfers]) -> Json:
        body = await body_of(request)
        transfer = transfers.by_code(body.get("transfer_code"))
        transfers.finalize(transfer, str(body.get("otp")))
        return answer("Transfer has been queued", created_transfer(transfer))

    @post("/resend_otp", status_code=200, opt={"endpoint": "resend_otp"})
    async def resend_otp(self, request: AnyRequest, transfers: NamedDependency[Transfers]) -> Json:
        transfers.by_code((await body_of(request)).get("transfer_code"))
        return said("OTP has been resent")

    @post("/disable_otp", status_code=200, opt={"endpoint": "disable_otp"})
    async def disable_otp(self) -> Json:
        return said("OTP has been sent to mobile number ending with 4321")

    @post("/disable_otp_finalize", status_code=200, opt={"endpoint": "disable_otp_finalize"})
    async def disable_otp_finalize(self, request: AnyRequest, behaviour: NamedDependency[Behaviour]) -> Json:
        if str((await body_of(request)).get("otp")) != OTP:
            raise refuse("OTP is invalid")
        behaviour.change({"transfer_otp": False})
        return said("OTP requirement for transfers has been disabled")

    @post("/enable_otp", status_code=200, opt={"endpoint": "enable_otp"})
    async def enable_otp(self, behaviour: NamedDependency[Behaviour]) -> Json:
        behaviour.change({"transfer_otp": True})
        return said("OTP requirement for transfers has been enabled")

    @get("/verify/{reference:str}", opt={"endpoint": "verify_transfer"})
    async def verify(self, reference: FromPath[str], transfers: NamedDependency[Transfers]) -> Json:
        transfer = transfers.as_known(transfers.by_reference(reference))
        return answer("Transfer retrieved", read_transfer(transfer, transfers.recipient_of(transfer)))

    @get("/{id_or_code:str}", opt={"endpoint": "fetch_transfer"})
    async def fetch(self, id_or_code: FromPath[str], transfers: NamedDependency[Transfers]) -> Json:
        transfer = transfers.as_known(transfers.by_id_or_code(id_or_code))
        return answer("Transfer retrieved", read_transfer(transfer, transfers.recipient_of(transfer)))

    @get("/", opt={"endpoint": "list_transfers"})
    async def list_all(
        self,
        request: AnyRequest,
        store: NamedDependency[Store],
        transfers: NamedDependency[Transfers],
    ) -> Json:
        def show(transfer: Transfer) -> Json:
            return listed_transfer(transfers.as_known(transfer), transfers.recipient_of(transfer))

        query = request.query_params
        return listed(
            "Transfers retrieved", Transfer, _transfers_wanted(query), store=store, query=query, show=show
        )


def _transfers_wanted(query: Mapping[str, str]) -> Selection:
    selection = period_wanted(query)
    if query.get("status"):
        selection = selection.narrowed("status = ?", query["status"])
    # A code instead of the numeric id finds nothing: no error.
    recipient = query.get("recipient") or query.get("customer")
    if recipient:
        selection = selection.narrowed("recipient_id = ?", positive(recipient, 0))
    return selection
