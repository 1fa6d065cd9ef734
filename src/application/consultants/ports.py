"""What the use cases about consultants need of the outside."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from domain.consultants import ConsultantProfile


class ConsultantProfiles(Protocol):
    """All profiles; every consultant account has one."""

    async def add(self, profile: ConsultantProfile) -> None:
        """Raises `SlugTaken`."""
        ...

    async def free_slug(self, wanted: str) -> str:
        """The wanted slug, or with a number behind it when it is taken."""
        ...

    async def lock(self, account_id: UUID) -> ConsultantProfile:
        """A consultant's own profile, locked. Raises `NotFound`."""
        ...

    async def save(self, profile: ConsultantProfile) -> None:
        """Store a changed profile and raise its version. Raises `SlugTaken`."""
        ...


class TimeZones(Protocol):
    """The time zones that exist."""

    def __contains__(self, name: object) -> bool:
        """Whether this is the IANA name of a zone."""
        ...
