"""How the domain says no.

A refusal is a lawful answer, not a fault: it carries a stable machine `code` (part of the API's
contract), a `kind` that says which family it belongs to, and the facts of the case. It knows nothing of HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar

Made = TypeVar("Made")


class Kind(StrEnum):
    """The family of a refusal; each edge decides what a family means to its callers."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    STALE = "stale"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


class Refusal(Exception):
    """Base of every refusal. `said` is a sentence that may be shown to the person who asked."""

    code: ClassVar[str] = "refused"
    kind: ClassVar[Kind] = Kind.CONFLICT
    sentence: ClassVar[str] = "That cannot be done."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.said = sentence or self.sentence


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `field` is a dotted path such as `rows.2.starts_at`."""

    field: str
    message: str


class Invalid(Refusal):
    """One or more fields break a rule; `errors` names each of them."""

    code = "validation_failed"
    kind = Kind.INVALID
    sentence = "Some fields need your attention."

    def __init__(self, errors: Iterable[FieldError]) -> None:
        super().__init__()
        self.errors = tuple(errors)

    @classmethod
    def field(cls, field: str, message: str) -> Invalid:
        """A refusal about a single field."""
        return cls([FieldError(field, message)])


class NotFound(Refusal):
    """The thing is not there, or not the caller's: there is no difference from outside."""

    code = "not_found"
    kind = Kind.MISSING
    sentence = "There is nothing here, or it is not yours."


class StaleVersion(Refusal):
    """Somebody changed the resource since the caller read it (RFC 9110, If-Match)."""

    code = "stale_version"
    kind = Kind.STALE
    sentence = "This was changed by somebody else in the meantime. Load it again and repeat your change."


class Throttled(Refusal):
    """Too many attempts; `retry_after_s` says in how many seconds another one is looked at."""

    code = "throttled"
    kind = Kind.THROTTLED
    sentence = "Too many attempts. Wait a while and try again."

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = max(1, retry_after_s)


class FieldCheck:
    """Collects field errors so that a form reports all of its mistakes at once."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    def require(self, holds: bool, field: str, message: str) -> None:
        """Note `message` for `field` unless the condition holds."""
        if not holds:
            self._errors.append(FieldError(field, message))

    def attempt(self, rule: Callable[[], Made]) -> Made | None:
        """What the rule makes, or nothing: then its field errors are noted with the others."""
        try:
            return rule()
        except Invalid as refusal:
            self._errors += refusal.errors
            return None

    def refusal(self) -> Invalid:
        """Everything noted so far, to be raised."""
        return Invalid(self._errors)

    def done(self) -> None:
        """Raise `Invalid` when anything was noted."""
        if self._errors:
            raise self.refusal()
