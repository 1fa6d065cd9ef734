"""Which characters people may put into text."""

from __future__ import annotations

import unicodedata

_LAYOUT = frozenset("\n\t")
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, but needed to write Persian, Hindi and others."""
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and signs by category that show nothing."""


def is_clean(text: str, *, lines: bool = False) -> bool:
    """No control characters or lone surrogates; new lines and tabs only where `lines` are welcome."""
    return all(unicodedata.category(char) not in ("Cc", "Cs") or (lines and char in _LAYOUT) for char in text)


def is_plain_name(text: str) -> bool:
    """Clean, something to see, and without invisible or direction-changing characters that make one name
    look like another.
    """
    shown = [char for char in text if char not in _JOINERS]
    return (
        is_clean(text)
        and any(not char.isspace() and char not in _BLANKS for char in shown)
        and all(unicodedata.category(char) != "Cf" for char in shown)
    )


def bare(text: str) -> str:
    """Case, accents, spaces and punctuation apart: what is left to tell two answers from each other."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())
