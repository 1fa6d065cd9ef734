"""Whether the product is alive, and whether it can do its work."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response.base import ASGIResponse

from application.health import Readiness
from interfaces.api.answers import Health
from interfaces.api.json_answers import answer
from interfaces.api.operations import operation
from interfaces.api.policies import PUBLIC
from interfaces.http.problems import NotReady


@get(
    "/healthz",
    tags=["Health"],
    **operation("getHealth", "Alive", policy=PUBLIC, explained_by=Health, gives=Health),
)
async def alive() -> ASGIResponse:
    """Answers without asking anybody."""
    return answer(Health("ok"))


@get(
    "/readyz",
    tags=["Health"],
    **operation("getReadiness", "Ready", policy=PUBLIC, explained_by=Readiness.__call__, gives=Health),
)
async def ready(readiness: NamedDependency[SkipValidation[Readiness]]) -> ASGIResponse:
    """503 while it is not."""
    if not await readiness():
        raise NotReady
    return answer(Health("ok"))
