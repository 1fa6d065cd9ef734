"""/_sandbox/faults: what goes wrong next."""

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from infrastructure.paystack.sandbox.faults import Fault, Faults


class FaultController(Controller):
    path = "/_sandbox/faults"

    @get("/")
    async def list_faults(self, faults: NamedDependency[Faults]) -> list[Fault]:
        return faults.waiting()

    @post("/")
    async def set_fault(self, data: JSONBody[Fault], faults: NamedDependency[Faults]) -> list[Fault]:
        faults.set(data)
        return faults.waiting()

    @delete("/")
    async def clear_faults(self, faults: NamedDependency[Faults]) -> None:
        faults.clear()
