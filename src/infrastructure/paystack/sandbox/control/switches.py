"""/_sandbox: begin anew, do what is due, change the behaviour.

The control API is for tests and developers, and no part of Paystack. It asks for no key: a sandbox listens on
loopback only and knows no real money.
"""

from typing import Any

import msgspec
from litestar import Controller, get, patch, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import JSONBody

from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.business import Business
from infrastructure.paystack.sandbox.webhooks import Courier
from infrastructure.paystack.sandbox.wire.envelope import Json


class SwitchController(Controller):
    path = "/_sandbox"

    @post("/reset", status_code=204)
    async def reset(self, business: NamedDependency[Business]) -> None:
        """Forget every record, fault and switch."""
        business.reset()

    @post("/run-due", status_code=204)
    async def run_due(self, courier: NamedDependency[Courier]) -> None:
        """Do everything that is due by the sandbox's clock, and wait until each delivery was answered."""
        await courier.deliver_due()

    @get("/behaviour")
    async def show_behaviour(self, behaviour: NamedDependency[Behaviour]) -> Json:
        return msgspec.structs.asdict(behaviour)

    @patch("/behaviour")
    async def change_behaviour(
        self, data: JSONBody[dict[str, Any]], behaviour: NamedDependency[Behaviour]
    ) -> Json:
        try:
            behaviour.change(data)
        except msgspec.ValidationError as error:
            raise ValidationException(str(error)) from error
        return msgspec.structs.asdict(behaviour)
