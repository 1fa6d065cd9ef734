"""/integration: how long a payer may take."""

from litestar import Controller, get, put
from litestar.di import NamedDependency

from infrastructure.paystack.sandbox.api.requests import AnyRequest, body_of, require_secret_key
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.refusals import refuse
from infrastructure.paystack.sandbox.wire.envelope import Json, answer


class IntegrationController(Controller):
    path = "/integration"
    guards = (require_secret_key,)

    @get("/payment_session_timeout", opt={"endpoint": "session_timeout"})
    async def show_timeout(self, behaviour: NamedDependency[Behaviour]) -> Json:
        seconds = behaviour.payment_session_timeout_s
        return answer("Payment session timeout retrieved", {"payment_session_timeout": seconds})

    @put("/payment_session_timeout", opt={"endpoint": "session_timeout"})
    async def change_timeout(self, request: AnyRequest, behaviour: NamedDependency[Behaviour]) -> Json:
        """In seconds; 0 lets a payer take any time."""
        seconds = (await body_of(request)).get("timeout")
        if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
            raise refuse('"timeout" must be a number')
        behaviour.change({"payment_session_timeout_s": seconds})
        return answer("Payment session timeout updated", {"payment_session_timeout": seconds})
