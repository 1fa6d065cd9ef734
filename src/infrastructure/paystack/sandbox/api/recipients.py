"""/transferrecipient: create, list, fetch, update, delete."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from infrastructure.paystack.sandbox.api.paging import listed, period_wanted
from infrastructure.paystack.sandbox.api.requests import AnyRequest, body_of, require_secret_key
from infrastructure.paystack.sandbox.incoming import optional_text
from infrastructure.paystack.sandbox.recipients import Recipients, read_new_recipient
from infrastructure.paystack.sandbox.records import Recipient
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.wire.envelope import Json, answer, said
from infrastructure.paystack.sandbox.wire.transfers import fetched_recipient, shown_recipient


class RecipientController(Controller):
    path = "/transferrecipient"
    guards = (require_secret_key,)

    @post("/", status_code=201, opt={"endpoint": "create_recipient"})
    async def create(self, request: AnyRequest, recipients: NamedDependency[Recipients]) -> Json:
        recipient = recipients.create(read_new_recipient(await body_of(request)))
        return answer("Transfer recipient created successfully", shown_recipient(recipient))

    @get("/", opt={"endpoint": "list_recipients"})
    async def list_all(self, request: AnyRequest, store: NamedDependency[Store]) -> Json:
        query = request.query_params
        selection = period_wanted(query).narrowed("is_deleted = ?", False)
        return listed(
            "Transfer recipients retrieved", Recipient, selection, store=store, query=query, show=shown_recipient
        )

    @get("/{id_or_code:str}", opt={"endpoint": "fetch_recipient"})
    async def fetch(self, id_or_code: FromPath[str], recipients: NamedDependency[Recipients]) -> Json:
        return answer("Transfer recipient retrieved", fetched_recipient(recipients.by_id_or_code(id_or_code)))

    @put("/{id_or_code:str}", opt={"endpoint": "update_recipient"})
    async def update(
        self, id_or_code: FromPath[str], request: AnyRequest, recipients: NamedDependency[Recipients]
    ) -> Json:
        body = await body_of(request)
        recipient = recipients.by_id_or_code(id_or_code)
        recipients.change(recipient, name=optional_text(body.get("name")), email=optional_text(body.get("email")))
        return said("Recipient updated")

    @delete("/{id_or_code:str}", status_code=200, opt={"endpoint": "delete_recipient"})
    async def delete(self, id_or_code: FromPath[str], recipients: NamedDependency[Recipients]) -> Json:
        recipients.delete(recipients.by_id_or_code(id_or_code))
        return said("Transfer recipient set as inactive")
