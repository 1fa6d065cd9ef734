"""How an operation is described: once for the gate and once for the schema, from the same words."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Operation

from interfaces.api.policies import OPT, Access, Body, Policy
from interfaces.http.problems import MEDIA_TYPE, Problem

SECURITY_SCHEME = "BearerToken"
MEANINGS = {
    304: "Not changed since the version that If-None-Match names.",
    400: "The request, its body or its cursor is malformed.",
    401: "No bearer token, or not a valid one.",
    403: "The account's role or the token's scope never fits.",
    404: "Not there, or not yours: there is no difference.",
    409: "A rule or the state of things is against it; `code` says which.",
    412: "Somebody changed it since the version that If-Match names.",
    413: "The body is too large.",
    415: "The body has another media type than the operation reads.",
    422: "Some fields do not fit; `errors` names each of them.",
    429: "Too many attempts; Retry-After says when another one is looked at.",
    500: "A fault of ours.",
    503: "Something that this needs is out of reach for a moment; Retry-After says when to come again.",
}


class WithOptionalBody(Operation):
    """An operation that can be called without its body."""

    def __post_init__(self) -> None:
        if self.request_body is not None:
            self.request_body.required = False  # type: ignore[union-attr]  # a reference never stands here


def operation(
    operation_id: str,
    summary: str,
    *,
    policy: Policy,
    explained_by: object,
    method: str = "GET",
    gives: type | None = None,
    status: int = 200,
    reads: Body | None = None,
    body_is_optional: bool = False,
    refuses: Iterable[int] = (),
) -> dict[str, Any]:
    """Arguments for a route's decorator.

    `explained_by` is the use case or the query whose docstring is the explanation. `gives` is the type
    of the answer's body. `refuses` are statuses beside those that follow from the policy and the body.
    """
    scope = "read" if method == "GET" else "write"
    return {
        "operation_id": operation_id,
        "summary": summary,
        "description": inspect.getdoc(explained_by),
        "status_code": status,
        "opt": {OPT: Access(policy=policy, body=reads, body_is_optional=body_is_optional)},
        "operation_class": WithOptionalBody if body_is_optional else Operation,
        "security": [{SECURITY_SCHEME: [scope]}] if policy.needs_token else [],
        "responses": _responses(policy, gives, status, reads, refuses),
    }


def _responses(
    policy: Policy, gives: type | None, status: int, reads: Body | None, refuses: Iterable[int]
) -> dict[int, ResponseSpec]:
    statuses = {400, 500, 503, *refuses}
    statuses |= {401, 403} if policy.needs_token else set()
    statuses |= {413, 415, 422} if reads else set()
    success = ResponseSpec(
        gives, generate_examples=False, description="Done." if gives is None else _first_line(gives)
    )
    return {status: success} | {refused: _refusal(refused) for refused in sorted(statuses)}


def _refusal(status: int) -> ResponseSpec:
    return ResponseSpec(
        None if status == 304 else Problem,
        generate_examples=False,
        description=MEANINGS[status],
        media_type=MEDIA_TYPE,
    )


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or kind.__name__).splitlines()[0]
