"""Problems for programs, pages for people, and nothing about the inside for either."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest
from litestar import Litestar, Response, get

from application.transactions import TransactionConflictError
from domain.refusals import NotFound, Throttled
from interfaces.http.errors import AnyRequest, ErrorAnswers, is_for_programs
from interfaces.http.request_log import RequestLog

FAULTS: dict[str, Exception] = {
    "missing": NotFound(),
    "throttled": Throttled(30),
    "conflict": TransactionConflictError("canary"),
    "unreachable": ConnectionRefusedError("canary"),
    "slow": TimeoutError("canary"),
    "broken": RuntimeError("canary"),
}


def _page(
    request: AnyRequest,
    status: int,
    title: str | None = None,
    detail: str | None = None,
    request_id: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response[str]:
    return Response(f"page {status} {detail} {request_id}", status_code=status, headers=headers)


@get(["/api/{kind:str}", "/page/{kind:str}"])
async def fail(request: AnyRequest) -> None:
    """Raise what the address names."""
    raise FAULTS[request.path_params["kind"]]


async def _get(path: str) -> httpx.Response:
    app = Litestar(
        [fail], exception_handlers=ErrorAnswers(_page).handlers(), openapi_config=None, logging_config=None
    )
    transport = httpx.ASGITransport(app=RequestLog(app))  # type: ignore[arg-type]  # two spellings of ASGI's types
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return await client.get(path)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("missing", 404, "not_found"),
        ("throttled", 429, "throttled"),
        ("conflict", 503, "unavailable"),
        ("unreachable", 503, "unavailable"),
        ("slow", 503, "unavailable"),
        ("broken", 500, "internal_error"),
    ],
)
async def test_programs_get_a_problem_and_people_a_page(kind: str, status: int, code: str) -> None:
    problem, page = await _get(f"/api/{kind}"), await _get(f"/page/{kind}")
    assert problem.headers["content-type"] == "application/problem+json"
    assert (problem.status_code, problem.json()["code"]) == (status, code)
    assert page.status_code == status
    assert page.text.startswith(f"page {status}")
    assert "canary" not in problem.text + page.text
    assert ("retry-after" in problem.headers) == ("retry-after" in page.headers) == (status in (429, 503))


async def test_what_broke_is_in_the_log_under_the_id_of_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await _get("/api/broken")
    [record] = caplog.records
    assert answer.headers["x-request-id"] in record.getMessage()
    assert record.exc_info is not None
    assert "canary" in str(record.exc_info[1])


async def test_unknown_addresses_are_answered_alike() -> None:
    assert (await _get("/api")).json()["code"] == "not_found"
    assert (await _get("/nowhere")).text.startswith("page 404")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/api", True), ("/api/me", True), ("/webhooks/paystack", True), ("/healthz", True), ("/apiary", False)],
)
def test_programs_have_paths_of_their_own(path: str, expected: Any) -> None:
    assert is_for_programs(path) is expected
