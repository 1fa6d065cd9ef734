"""How a refusal looks over HTTP: the one table from families of refusals to statuses, and RFC 9457 bodies."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import ClassVar

import msgspec

from application.availability.save_availability import RowRefused
from application.idempotency.answer_once import KeyInFlight
from domain.refusals import FieldError, Invalid, Kind, Refusal, Throttled

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
"""When to try again what is out of order for a moment."""

STATUS_OF_KIND = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field; `field` is a dotted path into the body, or a query parameter."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem. `code` and `type` are stable; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | msgspec.UnsetType = msgspec.UNSET


class RequestError(Exception):
    """A request that never gets as far as a use case. `str(error)` is a sentence for whoever sent it."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "malformed_request"
    sentence: ClassVar[str] = "The request could not be understood."
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class MalformedBody(RequestError):
    """The body is not what its media type says."""

    code = "malformed_body"
    sentence = "The body is not valid JSON."


class InvalidCursor(RequestError):
    """A cursor that was changed, or that belongs to another list."""

    code = "invalid_cursor"
    sentence = "This cursor does not belong to this list. Begin at the first page."


class UnsupportedMediaType(RequestError):
    """The body comes under a media type that this operation does not read."""

    status = 415
    code = "unsupported_media_type"
    sentence = "Send the body as application/json."


class MissingToken(RequestError):
    """The operation needs a bearer token, and none came."""

    status = 401
    code = "unauthenticated"
    sentence = "Send a bearer token in the Authorization header."
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class InvalidToken(RequestError):
    """Malformed, unknown, expired and revoked tokens are one case."""

    status = 401
    code = "invalid_token"
    sentence = "This bearer token is not valid."
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class InsufficientScope(RequestError):
    """The token may do less than its owner."""

    status = 403
    code = "insufficient_scope"
    sentence = "This token does not have the scope that the operation needs."
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


class NotReady(RequestError):
    """The process lives, but cannot do its work."""

    status = 503
    code = "not_ready"
    sentence = "Not ready."
    headers: ClassVar[dict[str, str]] = {"Retry-After": str(RETRY_AFTER_S)}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal; a refused row has that of its reason."""
    return STATUS_OF_KIND[_reason(refusal).kind]


def problem(status: int, code: str, detail: str, errors: Iterable[FieldError] | None = None) -> Problem:
    """A problem whose type and title follow from its code."""
    return Problem(
        type=f"/problems/{code.replace('_', '-')}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        # Programs are spoken to in English: what a sentence says in other languages stays behind.
        detail=str(detail),
        code=code,
        errors=(
            msgspec.UNSET
            if errors is None
            else [FieldProblem(error.field, str(error.message)) for error in errors]
        ),
    )


def problem_of(refusal: Refusal) -> Problem:
    """A refusal as a problem, with the fields of a refused row below `rows.<n>.`"""
    reason = _reason(refusal)
    return problem(status_of(refusal), reason.code, str(reason), field_errors(refusal))


def field_errors(refusal: Refusal) -> tuple[FieldError, ...] | None:
    """What is wrong with which field; nothing when the refusal is not about fields."""
    reason = _reason(refusal)
    if not isinstance(reason, Invalid):
        return None
    if not isinstance(refusal, RowRefused):
        return reason.errors
    return tuple(FieldError(f"rows.{refusal.row}.{error.field}", error.message) for error in reason.errors)


def headers_of(refusal: Refusal) -> dict[str, str]:
    """What a client's machinery needs to know: how to authenticate, when to come again."""
    match refusal.kind:
        case Kind.UNAUTHENTICATED:
            return {"WWW-Authenticate": "Bearer"}
        case Kind.THROTTLED:
            after = refusal.retry_after_s if isinstance(refusal, Throttled) else RETRY_AFTER_S
            return {"Retry-After": str(after)}
        case Kind.UNAVAILABLE:
            return {"Retry-After": str(RETRY_AFTER_S)}
        case _ if isinstance(refusal, KeyInFlight):
            return {"Retry-After": str(refusal.retry_after_s)}
        case _:
            return {}


def http_problem(status: int) -> Problem:
    """A problem for a status that the framework decided on."""
    phrase = HTTPStatus(status).phrase
    code = _CODES.get(status) or phrase.lower().replace(" ", "_").replace("-", "_")
    return problem(status, code, _DETAILS.get(status, f"{phrase}."))


def _reason(refusal: Refusal) -> Refusal:
    return refusal.refusal if isinstance(refusal, RowRefused) else refusal


_CODES = {
    400: "malformed_request",
    413: "too_large",
    500: "internal_error",
    503: "unavailable",
}
_DETAILS = {
    400: "The request could not be understood.",
    404: "There is nothing here, or it is not yours.",
    405: "This address does not answer to that method.",
    413: "The body is larger than this operation takes.",
    500: "Something broke on our side. The request id in the X-Request-ID header helps us to find out what.",
    503: "Nothing was lost. Try again in a few seconds.",
}
