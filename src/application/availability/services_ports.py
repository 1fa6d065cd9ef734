"""What the use cases about services need of the outside."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from domain.services import Service


class Services(Protocol):
    """All services of all consultants."""

    async def add(self, service: Service) -> None:
        """Store a new service. Raises `ServiceNameTaken`."""
        ...

    async def lock_own(self, consultant_id: UUID, service_id: UUID) -> Service:
        """A service of the consultant, offered or not, locked. Raises `NotFound`."""
        ...

    async def save(self, service: Service) -> None:
        """Store a changed service and raise its version. Raises `ServiceNameTaken`."""
        ...
