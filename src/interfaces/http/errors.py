"""What a request gets that ends in an exception: a problem for programs, a page for people."""

from __future__ import annotations

import logging
import re
from typing import Any, Protocol

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import ParameterKwarg
from litestar.types import ExceptionHandlersMap

from application.transactions import TransactionConflictError
from domain.refusals import FieldError, Invalid, Refusal
from interfaces.http.problems import (
    MEDIA_TYPE,
    RETRY_AFTER_S,
    MalformedBody,
    Problem,
    RequestError,
    headers_of,
    http_problem,
    problem,
    problem_of,
)
from interfaces.http.request_log import request_id_of

log = logging.getLogger(__name__)

AnyRequest = Request[Any, Any, Any]
_MISSING = re.compile(r"missing required field `(\w+)`")
PROGRAM_PATHS = ("/api", "/webhooks", "/healthz", "/readyz", "/metrics")


class ErrorPages(Protocol):
    """Draws a page for what went wrong. Without `detail` it finds words that fit the status."""

    def __call__(
        self,
        request: AnyRequest,
        status: int,
        title: str | None,
        detail: str | None,
        request_id: str | None,
        headers: dict[str, str] | None,
    ) -> Response[str]:
        """The page, with that status."""
        ...


class ErrorAnswers:
    """The application's exception handlers."""

    def __init__(self, render_page: ErrorPages) -> None:
        self._render_page = render_page

    def handlers(self) -> ExceptionHandlersMap:
        """By type of exception; the framework looks for the nearest ancestor."""
        return {
            Refusal: self.refused,
            RequestError: self.request_error,
            ValidationException: self.invalid,
            HTTPException: self.http_error,
            TransactionConflictError: self.unavailable,
            OSError: self.unavailable,
            Exception: self.broken,
        }

    def refused(self, request: AnyRequest, refusal: Refusal) -> Response[Any]:
        """The product says no."""
        return self._answer(request, problem_of(refusal), headers_of(refusal), sentence=refusal.said)

    def request_error(self, request: AnyRequest, error: RequestError) -> Response[Any]:
        """The HTTP edge says no."""
        return self._answer(
            request, problem(error.status, error.code, str(error)), error.headers, sentence=str(error)
        )

    def invalid(self, request: AnyRequest, error: ValidationException) -> Response[Any]:
        """A parameter or a form that does not fit its declaration."""
        faults = error.extra if isinstance(error.extra, list) else []
        if any(_missing_field(fault) == "data" for fault in faults):
            return self.request_error(request, MalformedBody("The body is missing."))
        return self.refused(request, Invalid(_field_error(request, fault) for fault in faults))

    def http_error(self, request: AnyRequest, error: HTTPException) -> Response[Any]:
        """What the framework refuses."""
        if error.status_code >= 500:  # it found a fault in our own wiring
            return self.broken(request, error)
        return self._answer(request, http_problem(error.status_code), dict(error.headers or {}))

    def unavailable(self, request: AnyRequest, error: Exception) -> Response[Any]:
        """The database, the disk or a lock is out of reach for the moment."""
        log.error("request.unavailable request_id=%s", request_id_of(request.scope), exc_info=error)
        return self._answer(request, http_problem(503), {"Retry-After": str(RETRY_AFTER_S)})

    def broken(self, request: AnyRequest, error: Exception) -> Response[Any]:
        """A fault of ours; only the log learns what it was."""
        log.error("request.broken request_id=%s", request_id_of(request.scope), exc_info=error)
        return self._answer(request, http_problem(500), {})

    def _answer(
        self, request: AnyRequest, problem: Problem, headers: dict[str, str], sentence: str | None = None
    ) -> Response[Any]:
        if is_for_programs(request.scope["path"]):
            return problem_answer(problem, headers)
        return self._render_page(
            request, problem.status, None, sentence, request_id_of(request.scope), headers or None
        )


def problem_answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    """The problem as an answer."""
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, headers=headers, media_type=MEDIA_TYPE
    )


def is_for_programs(path: str) -> bool:
    """Whether whoever asks for that path is a program."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in PROGRAM_PATHS)


def _missing_field(fault: dict[str, Any]) -> str | None:
    missing = _MISSING.search(str(fault.get("message", "")))
    return missing[1] if missing else None


def _field_error(request: AnyRequest, fault: dict[str, Any]) -> FieldError:
    """The framework speaks of types; people are told what the parameter is for, in its own description."""
    name = _missing_field(fault) or str(fault.get("key", ""))
    parameter = request.route_handler.parsed_fn_signature.parameters.get(name)
    definition = parameter.kwarg_definition if parameter else None
    if not isinstance(definition, ParameterKwarg):
        return FieldError(name, "This value does not fit.")
    return FieldError(definition.name or name, definition.description or "This value does not fit.")
