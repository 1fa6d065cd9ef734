"""Recovery codes: written down by their owner, each opens the way to one new password."""

from __future__ import annotations

CODES = 10
"""How many there are at a time."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody takes for one another."""
LENGTH = 16
"""Eighty bits."""
LONGEST_TYPED = 64
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def written(code: str) -> str:
    """As it is shown: four groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read(typed: str) -> str:
    """What was meant by what somebody typed: case, spaces and hyphens do not matter, O is 0, and I and L are 1."""
    return "".join(typed[:LONGEST_TYPED].split()).upper().translate(_READ_AS)
