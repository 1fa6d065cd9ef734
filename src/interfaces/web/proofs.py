"""Pages for people who gave their password a moment ago: whoever did not, gives it in the form itself."""

from __future__ import annotations

from typing import Any

from litestar import Request

from application.accounts.callers import Caller
from application.accounts.confirm_identity import ConfirmIdentity
from interfaces.web.forms.accounts import ProvenForm
from interfaces.web.visitors import caller_of, visitor_of


async def proven_caller(
    request: Request[Any, Any, Any], confirm_identity: ConfirmIdentity, form: ProvenForm, *, always: bool = False
) -> Caller:
    """Who is signed in. A browser that gives the password goes on under a new key.

    With `always` the password counts even when nobody needs it. Raises `WrongCurrentPassword` or `Throttled`.
    """
    caller, visitor = caller_of(request), visitor_of(request)
    password = form.typed.get("current_password", "")
    if not password or (visitor.is_proven and not always):
        return caller
    confirmed = await confirm_identity(caller, password)
    if confirmed.session_key:
        visitor.begin_session(confirmed.session_key)
        visitor.recognise(confirmed.caller)
    return confirmed.caller
