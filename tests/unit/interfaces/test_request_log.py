"""One line for each request, without what is nobody's business."""

from __future__ import annotations

import logging

import pytest
from litestar.types import Receive, Scope, Send

from interfaces.http.head_requests import HeadRequests
from interfaces.http.request_log import RequestLog
from tests.unit.interfaces.requests import Headers, answering, http_scope, sent_by


async def test_a_request_id_of_the_caller_is_kept() -> None:
    scope = http_scope(headers=[(b"x-request-id", b"trace-0123456789")])
    headers, _ = await sent_by(RequestLog(answering()), scope)
    assert headers[b"x-request-id"] == b"trace-0123456789"


@pytest.mark.parametrize(
    "given", [b"", b"short", b"x" * 65, b"with space 123", b"new\nline-1234", b"ol\xc3\xa9-12345"]
)
async def test_an_odd_request_id_is_replaced(given: bytes) -> None:
    headers, _ = await sent_by(RequestLog(answering()), http_scope(headers=[(b"x-request-id", given)]))
    assert headers[b"x-request-id"] != given
    assert len(headers[b"x-request-id"]) == 16


async def test_no_two_requests_share_an_id() -> None:
    app = RequestLog(answering())
    ids = {(await sent_by(app, http_scope()))[0][b"x-request-id"] for _ in range(100)}
    assert len(ids) == 100


async def test_the_line_names_the_route_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["path_template"] = "/media/{name}"
        await answering(404)(scope, receive, send)

    headers: Headers = [(b"authorization", b"Bearer canary"), (b"cookie", b"sid=canary")]
    scope = http_scope("POST", "/media/canary", headers=headers)
    scope["query_string"] = b"token=canary"
    with caplog.at_level(logging.INFO):
        await sent_by(RequestLog(app), scope)
    [line] = [record.getMessage() for record in caplog.records]
    assert "method=POST route=/media/{name} status=404" in line
    assert "canary" not in line


async def test_a_request_that_breaks_is_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    with caplog.at_level(logging.INFO), pytest.raises(RuntimeError):
        await sent_by(RequestLog(app), http_scope())
    assert "status=0" in caplog.text


async def test_head_is_answered_as_get_without_the_body(caplog: pytest.LogCaptureFixture) -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope.get("method"))
        await answering(headers=[(b"content-length", b"5")])(scope, receive, send)

    with caplog.at_level(logging.INFO):
        headers, body = await sent_by(RequestLog(HeadRequests(app)), http_scope("HEAD"))
    assert (seen, headers[b"content-length"], body) == (["GET"], b"5", b"")
    assert "method=HEAD" in caplog.text
