"""How an operation is described: once for the gate and once for the schema, from the same words."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Operation

from interfaces.api.policies import OPT, Access, Body, Policy
from interfaces.api.repeated_calls import describe_key
from interfaces.http.problems import MEDIA_TYPE, Problem

SECURITY_SCHEME = "BearerToken"
MEANINGS = {
    304: "Not changed since the version that If-None-Match names.",
    400: "The request, its body or its cursor is malformed.",
    401: "No bearer token, or not a valid one.",
    403: "The account's role or the token's scope never fits.",
    404: "Not there, or not yours: there is no difference.",
    409: "A rule or the state of things is against it; `code` says which. `idempotency_in_flight` means that the "
    "first call under the same key is not answered yet; Retry-After says when to ask again.",
    412: "Somebody changed it since the version that If-Match names.",
    413: "The body is too large.",
    415: "The body has another media type than the operation reads.",
    422: "Some fields do not fit; `errors` names each of them. Or, as `idempotency_mismatch`, the key was sent "
    "before with another request.",
    429: "Too many attempts; Retry-After says when another one is looked at.",
    500: "A fault of ours.",
    503: "Something that this needs is out of reach for a moment; Retry-After says when to come again.",
}


WITHOUT_KEY = (
    "An Idempotency-Key is not looked at: what is sent or answered here is a secret, and no copy of it is kept."
)
WITHOUT_ACCOUNT = "An Idempotency-Key is not looked at: keys belong to accounts."


@dataclass
class WithOptionalBody(Operation):
    """An operation that can be called without its body."""

    def __post_init__(self) -> None:
        if self.request_body is not None:
            self.request_body.required = False  # type: ignore[union-attr]  # a reference never stands here


@dataclass
class WithKey(Operation):
    """An operation that takes an Idempotency-Key."""

    def __post_init__(self) -> None:
        describe_key(self)


@dataclass
class WithKeyAndOptionalBody(WithOptionalBody):
    """Both."""

    def __post_init__(self) -> None:
        super().__post_init__()
        describe_key(self)


OPERATION_CLASSES: dict[tuple[bool, bool], type[Operation]] = {
    (False, False): Operation,
    (False, True): WithOptionalBody,
    (True, False): WithKey,
    (True, True): WithKeyAndOptionalBody,
}
"""By whether it takes a key, and whether its body is optional."""


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
    holds_secret: bool = False,
    refuses: Iterable[int] = (),
) -> dict[str, Any]:
    """Arguments for a route's decorator.

    `explained_by` is the use case or the query whose docstring is the explanation. `gives` is the type
    of the answer's body. `refuses` are statuses beside those that follow from the policy and the body.
    Every POST with a token takes an Idempotency-Key, unless it `holds_secret`: a password or a token in what is
    sent or answered, of which nothing is kept.
    """
    scope = "read" if method == "GET" else "write"
    takes_key = method == "POST" and policy.needs_token and not holds_secret
    access = Access(policy=policy, body=reads, body_is_optional=body_is_optional, takes_key=takes_key)
    return {
        "operation_id": operation_id,
        "summary": summary,
        "description": _description(explained_by, method, access),
        "status_code": status,
        "opt": {OPT: access},
        "operation_class": OPERATION_CLASSES[takes_key, body_is_optional],
        "security": [{SECURITY_SCHEME: [scope]}] if policy.needs_token else [],
        "responses": _responses(access, gives, status, refuses),
    }


def _description(explained_by: object, method: str, access: Access) -> str:
    explanation = inspect.getdoc(explained_by) or ""
    if method != "POST" or access.takes_key:
        return explanation
    return f"{explanation}\n\n{WITHOUT_KEY if access.policy.needs_token else WITHOUT_ACCOUNT}"


def _responses(access: Access, gives: type | None, status: int, refuses: Iterable[int]) -> dict[int, ResponseSpec]:
    statuses = {400, 500, 503, *refuses}
    statuses |= {401, 403} if access.policy.needs_token else set()
    statuses |= {413, 415, 422} if access.body else set()
    statuses |= {409, 422} if access.takes_key else set()
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
