"""Fields that a body leaves out."""

from __future__ import annotations

from typing import TypeVar

from msgspec import UnsetType

Value = TypeVar("Value")


def given(value: Value | UnsetType) -> Value | None:
    """The value of a field; nothing when it was left out, which for commands means: stays as it is."""
    return None if isinstance(value, UnsetType) else value
