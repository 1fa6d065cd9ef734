"""/dispute: list, fetch, answer, show evidence."""

from collections.abc import Mapping

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from infrastructure.paystack.sandbox.api.paging import listed, period_wanted, positive
from infrastructure.paystack.sandbox.api.requests import AnyRequest, body_of, require_secret_key
from infrastructure.paystack.sandbox.disputes import Disputes, read_answer
from infrastructure.paystack.sandbox.incoming import optional_text, read_amount
from infrastructure.paystack.sandbox.records import Dispute
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Selection, Store
from infrastructure.paystack.sandbox.wire import disputes as wire
from infrastructure.paystack.sandbox.wire.envelope import Json, answer


class DisputeController(Controller):
    path = "/dispute"
    guards = (require_secret_key,)

    @get("/", opt={"endpoint": "list_disputes"})
    async def list_all(
        self, request: AnyRequest, store: NamedDependency[Store], disputes: NamedDependency[Disputes]
    ) -> Json:
        def show(dispute: Dispute) -> Json:
            return wire.read_dispute(dispute, disputes.transaction_of(dispute))

        query = request.query_params
        return listed("Disputes retrieved", Dispute, _disputes_wanted(query), store=store, query=query, show=show)

    @get("/{dispute_id:str}", opt={"endpoint": "fetch_dispute"})
    async def fetch(self, dispute_id: FromPath[str], disputes: NamedDependency[Disputes]) -> Json:
        dispute = disputes.by_id(dispute_id)
        return answer("Dispute retrieved", wire.read_dispute(dispute, disputes.transaction_of(dispute)))

    @get("/transaction/{transaction_id:str}", opt={"endpoint": "dispute_of_transaction"})
    async def fetch_by_transaction(
        self, transaction_id: FromPath[str], disputes: NamedDependency[Disputes]
    ) -> Json:
        dispute = disputes.of_transaction(transaction_id)
        shown = wire.dispute_of_transaction(dispute, disputes.transaction_of(dispute))
        return answer("Dispute retrieved successfully", shown)

    @put("/{dispute_id:str}", opt={"endpoint": "update_dispute"})
    async def update(
        self, dispute_id: FromPath[str], request: AnyRequest, disputes: NamedDependency[Disputes]
    ) -> Json:
        body = await body_of(request)
        dispute = disputes.by_id(dispute_id)
        dispute.refund_amount = read_amount(body.get("refund_amount"))
        dispute.attachments = optional_text(body.get("uploaded_filename")) or dispute.attachments
        disputes.change(dispute)
        return answer("Dispute updated successfully", wire.read_dispute(dispute, disputes.transaction_of(dispute)))

    @put("/{dispute_id:str}/resolve", opt={"endpoint": "resolve_dispute"})
    async def resolve(
        self, dispute_id: FromPath[str], request: AnyRequest, disputes: NamedDependency[Disputes]
    ) -> Json:
        merchants = read_answer(await body_of(request))
        dispute = disputes.by_id(dispute_id)
        disputes.answer(dispute, merchants)
        shown = wire.resolved_dispute(dispute, disputes.transaction_of(dispute))
        return answer("Dispute successfully resolved", shown)

    @post("/{dispute_id:str}/evidence", status_code=200, opt={"endpoint": "add_evidence"})
    async def add_evidence(
        self, dispute_id: FromPath[str], request: AnyRequest, disputes: NamedDependency[Disputes]
    ) -> Json:
        body = await body_of(request)
        dispute = disputes.by_id(dispute_id)
        evidence = disputes.add_evidence(dispute, body)
        return answer("Evidence created", wire.shown_evidence(evidence, dispute))

    @get("/{dispute_id:str}/upload_url", opt={"endpoint": "upload_url"})
    async def upload_url(
        self,
        dispute_id: FromPath[str],
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        disputes: NamedDependency[Disputes],
    ) -> Json:
        """An address that nothing is stored at: the sandbox wants the file's name only."""
        dispute = disputes.by_id(dispute_id)
        _, _, ending = request.query_params.get("upload_filename", "").rpartition(".")
        name = f"{settings.new_code(20)}.{ending}" if ending.isalnum() else settings.new_code(20)
        signed = f"{settings.public_url}/uploads/{dispute.id}/{name}"
        return answer("Upload url generated", {"signedUrl": signed, "fileName": name})


def _disputes_wanted(query: Mapping[str, str]) -> Selection:
    selection = period_wanted(query)
    if query.get("status"):
        selection = selection.narrowed("status = ?", query["status"])
    if query.get("transaction"):
        selection = selection.narrowed("transaction_id = ?", positive(query["transaction"], 0))
    return selection
