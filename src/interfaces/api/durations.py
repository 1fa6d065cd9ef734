"""Lengths of time as the API takes them."""

from __future__ import annotations

from datetime import timedelta

from msgspec import UnsetType


def minutes(count: int | UnsetType) -> timedelta | None:
    """So many minutes; nothing when the field was left out."""
    return None if isinstance(count, UnsetType) else timedelta(minutes=count)
