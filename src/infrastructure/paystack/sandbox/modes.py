"""Which of the two modes a call is about: its key says so, or the address of its payment."""

from typing import Any

import httpx
from litestar import Litestar
from litestar.connection import ASGIConnection

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.business import Business, found_business
from infrastructure.paystack.sandbox.refusals import RequestRefusedError
from infrastructure.paystack.sandbox.settings import SandboxSettings

AnyConnection = ASGIConnection[Any, Any, Any, Any]


class Modes:
    """One or two businesses that share an address and nothing else."""

    def __init__(self, first: Business, second: Business | None) -> None:
        self.all = (first,) if second is None else (first, second)

    def of(self, connection: AnyConnection) -> Business:
        """Find the business of a call; one that names none is about the first."""
        named = self._by_key(connection) or self._by_payment(connection) or self._by_name(connection)
        return named or self.all[0]

    def require_key(self, connection: AnyConnection) -> None:
        """Raise RequestRefusedError unless the secret key of one of the businesses is given."""
        if not connection.headers.get("authorization"):
            raise RequestRefusedError(refusals.MISSING_KEY)
        if _bearer(connection) is None:
            raise RequestRefusedError(refusals.MALFORMED_KEY)
        if self._by_key(connection) is None:
            raise RequestRefusedError(refusals.INVALID_KEY)

    def _by_key(self, connection: AnyConnection) -> Business | None:
        key = _bearer(connection)
        return next((business for business in self.all if business.settings.secret_key == key), None)

    def _by_payment(self, connection: AnyConnection) -> Business | None:
        code = connection.path_params.get("access_code")
        known = (business for business in self.all if code and business.transactions.by_access_code(code))
        return next(known, None)

    def _by_name(self, connection: AnyConnection) -> Business | None:
        name = connection.query_params.get("mode")
        return next((business for business in self.all if business.settings.domain == name), None)


def found_modes(settings: SandboxSettings, transport: httpx.AsyncBaseTransport | None = None) -> Modes:
    """Found the business in its mode, and in its other one when it has one."""
    other = settings.in_other_mode()
    return Modes(found_business(settings, transport), found_business(other, transport) if other else None)


def modes_of(app: Litestar) -> Modes:
    """Return what an application serves."""
    modes: Modes = app.state.modes
    return modes


def _bearer(connection: AnyConnection) -> str | None:
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    return key if scheme == "Bearer" and key and " " not in key else None
