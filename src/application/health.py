"""Whether the product can do its work right now."""

from __future__ import annotations

from typing import Protocol


class Readiness(Protocol):
    """What a load balancer wants to know."""

    async def __call__(self) -> bool:
        """Whether the database answers within a second, its schema is the one this code expects and its clock is
        that of this process; not when the process was asked to end.
        """
        ...
