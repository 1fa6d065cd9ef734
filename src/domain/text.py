"""Which characters people may put into text."""

from __future__ import annotations

import unicodedata

_LAYOUT = frozenset("\n\t")
_INVISIBLE = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def is_clean(text: str, *, lines: bool = False) -> bool:
    """No control characters or lone surrogates; new lines and tabs only where `lines` are welcome."""
    return all(unicodedata.category(char) not in ("Cc", "Cs") or (lines and char in _LAYOUT) for char in text)


def is_plain_name(text: str) -> bool:
    """Clean, and without invisible or direction-changing characters that make one name look like another."""
    return is_clean(text) and not any(char in _INVISIBLE for char in text)
