"""/_sandbox/chaos: faults at random, the same ones for the same seed."""

from typing import Any

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from infrastructure.paystack.sandbox.chaos import Chaos, ChaosPlan


class ChaosController(Controller):
    path = "/_sandbox/chaos"

    @get("/")
    async def show(self, chaos: NamedDependency[Chaos]) -> dict[str, Any]:
        return {"plan": chaos.plan, "hits": list(chaos.hits)}

    @put("/")
    async def begin(self, data: JSONBody[ChaosPlan], chaos: NamedDependency[Chaos]) -> ChaosPlan:
        chaos.begin(data)
        return data

    @delete("/")
    async def end(self, chaos: NamedDependency[Chaos]) -> None:
        chaos.end()
