"""Where new identities come from."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

NewId = Callable[[], UUID]
"""Makes an id that nobody else has; ids made later sort after ids made earlier (UUID version 7)."""
