"""Who may call the API, and what they send."""

import hmac
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.incoming import Body, read_body
from infrastructure.paystack.sandbox.refusals import RequestRefusedError
from infrastructure.paystack.sandbox.settings import SandboxSettings

AnyRequest = Request[Any, Any, State]


def require_secret_key(connection: ASGIConnection[Any, Any, Any, State], handler: BaseRouteHandler) -> None:
    """Let only the secret key pass; a public key may not call the API."""
    header = connection.headers.get("authorization")
    if not header:
        raise RequestRefusedError(refusals.MISSING_KEY)
    scheme, _, key = header.partition(" ")
    if scheme != "Bearer" or not key or " " in key:
        raise RequestRefusedError(refusals.MALFORMED_KEY)
    settings: SandboxSettings = connection.app.state.settings
    if not hmac.compare_digest(key.encode(), settings.secret_key.encode()):
        raise RequestRefusedError(refusals.INVALID_KEY)


async def body_of(request: AnyRequest) -> Body:
    """Read what was sent, as JSON or as a form."""
    return read_body(await request.body(), request.headers.get("content-type", ""))
