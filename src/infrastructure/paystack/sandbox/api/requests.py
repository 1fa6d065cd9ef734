"""Who may call the API, and what they send."""

from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from infrastructure.paystack.sandbox.incoming import Body, read_body
from infrastructure.paystack.sandbox.modes import AnyConnection, modes_of

AnyRequest = Request[Any, Any, State]


def require_secret_key(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Let only a secret key pass; a public key may not call the API."""
    modes_of(connection.app).require_key(connection)


async def body_of(request: AnyRequest) -> Body:
    """Read what was sent, as JSON or as a form."""
    return read_body(await request.body(), request.headers.get("content-type", ""))
